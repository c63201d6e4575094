"""Artists: what makes pixel art of one picture; here the one that goes by rule."""

from dataclasses import dataclass, field
from typing import Protocol

from PIL import Image

from mint.pixelate.cells import SAMPLES, cut, native_size
from mint.pixelate.pictures import PixelArt
from mint.pixelate.rule_based import Palette, RuleBasedConfig, own_palette, pixelated


class Renderer(Protocol):
    """Makes pixel art of pictures, in any thread."""

    @property
    def needed_px(self) -> int:
        """The longest side of a picture that makes a difference."""

    def draw(self, image: Image.Image) -> PixelArt:
        """Return the pixel art of an RGBA picture of any size."""


@dataclass(frozen=True, kw_only=True)
class RuleBasedRenderer:
    """Pixel art by rule on a grid whose longer side has ``grid`` pixels, in a palette or else in each picture's own colours."""

    grid: int
    palette: Palette | None = None
    num_colors: int = 16
    config: RuleBasedConfig = field(default_factory=RuleBasedConfig)

    @property
    def needed_px(self) -> int:
        """The longest side of a picture that makes a difference."""
        return SAMPLES * self.grid

    def draw(self, image: Image.Image) -> PixelArt:
        """Return the pixel art of an RGBA picture of any size."""
        cells = cut(image, native_size(image.size, self.grid))
        palette = own_palette(cells, self.num_colors) if self.palette is None else self.palette
        return PixelArt(pixelated(cells, palette, self.config, fit_tones=self.palette is not None), palette, cells.alpha)
