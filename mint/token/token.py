"""Draw the token of a hash.

Every sprite has its own stream and draws its family and features first, so their odds are exact. Then its pixels are drawn: if they
are too similar to an earlier sprite's, or too uniform, they are redrawn from the next stream with the same features.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mint.errors import TokenError
from mint.token.families import FAMILIES, FAMILY_FEATURE
from mint.token.families.family import Family
from mint.token.hash import TokenHash
from mint.token.metadata import Traits
from mint.token.palette import Palette
from mint.token.palettes import PALETTE_FEATURE, draw_palette
from mint.token.preview import PREVIEW_SCALE, preview
from mint.token.random import Stream
from mint.token.raster import Pixels
from mint.token.sprite import Sprite
from mint.token.traits import traits_of

if TYPE_CHECKING:  # A browser draws tokens without Pillow.
    from PIL.Image import Image

# Increase this with any change that alters a pixel or a feature of any token.
GENERATOR_VERSION = 1

NUM_SPRITES = 9
# Any two sprites of a token differ in at least this many of their 1024 pixels (10 %).
MIN_DIFFERENCE = 103
# At least this many pixels of a sprite (4 %) do not have its most frequent colour.
MIN_MINORITY_PIXELS = 41
MAX_ATTEMPTS = 1000


@dataclass(frozen=True)
class Token:
    """A token: its hash, its palette's feature value and colours, and its nine sprites.

    A notebook shows it as a picture of the nine.
    """

    hash: TokenHash
    palette_name: str
    palette: Palette
    sprites: tuple[Sprite, ...]

    @cached_property
    def pixels(self) -> Pixels:
        """All sprites, (9, 32, 32) uint8."""
        return np.stack([sprite.pixels for sprite in self.sprites])

    @cached_property
    def traits(self) -> Traits:
        """What marketplaces show of it: name, description and feature values."""
        return traits_of(self)

    @property
    def features(self) -> dict[str, str | int]:
        """Its features by name, in display order; each sprite has its own in ``sprites[i].values``."""
        return dict(self.traits.values)

    def image(self, scale: int = PREVIEW_SCALE) -> "Image":
        """Return a picture of the nine in three rows, each of their pixels ``scale`` pixels wide, in RGBA.

        Raises TokenError where ``scale`` is below 1.
        """
        from PIL import Image

        if scale < 1:
            raise TokenError(f"scale is {scale}; give 1 or more")
        indices = preview(self.pixels, self.palette.ramp[0], scale=scale)
        return Image.fromarray(self.palette.rgba[indices])

    def __repr__(self) -> str:
        return f"<Token {self.hash.text!r}: {self.palette_name}, {len(self.sprites)} sprites>"

    def _repr_png_(self) -> bytes:
        from io import BytesIO

        buffer = BytesIO()
        self.image().save(buffer, "PNG")
        return buffer.getvalue()


def draw_token(token_hash: TokenHash) -> Token:
    """Draw the token of a hash. Within one generator version the result is the same on every platform."""
    palette_stream = Stream(token_hash.text, "palette")
    palette_name = PALETTE_FEATURE.draw(palette_stream)
    palette = draw_palette(palette_name, palette_stream)
    sprites: list[Sprite] = []
    for number in range(NUM_SPRITES):
        stream = Stream(token_hash.text, f"sprite/{number}")
        family = FAMILIES[FAMILY_FEATURE.draw(stream)]
        values = family.draw_values(stream)
        sprites.append(_draw_sprite(family, values, stream, palette, [sprite.pixels for sprite in sprites]))
    return Token(token_hash, palette_name, palette, tuple(sprites))


def _draw_sprite(family: Family, values: Mapping[str, str], stream: Stream, palette: Palette, earlier: list[Pixels]) -> Sprite:
    min_colors = min(family.min_colors(values), len(palette))
    for attempt in range(MAX_ATTEMPTS):
        name = f"pixels/{attempt}"
        pixels = family.draw(values, stream.fork(name), palette)
        if _is_rich(pixels, min_colors) and all(np.count_nonzero(pixels != other) >= MIN_DIFFERENCE for other in earlier):
            text = family.text_of(values, stream.fork(name)) if family.text_of else None
            inner = family.inner_values(values, stream.fork(name)) if family.inner_values else {}
            return Sprite(family.name, values, pixels, text, inner)
    raise AssertionError(f"{family.name} {dict(values)} cannot be drawn differently enough from the other sprites")


def _is_rich(pixels: Pixels, min_colors: int) -> bool:
    counts = np.bincount(pixels.ravel())
    num_colors, majority = int(np.count_nonzero(counts)), int(counts.max())
    return num_colors >= min_colors and pixels.size - majority >= MIN_MINORITY_PIXELS
