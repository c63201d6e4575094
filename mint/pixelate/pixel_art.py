"""Pixel art: palette indices with a palette and alpha, and its PNG file."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint import atomic_write
from mint.errors import PictureFileError

Indices = NDArray[np.uint8]  # (h, w), of colours in a palette
Palette = NDArray[np.uint8]  # (K, 3) sRGB


@dataclass(frozen=True)
class PixelArt:
    """Pixel art: ``pixels`` (h, w) uint8 indices of ``palette`` (K, 3) sRGB, and ``alpha`` (h, w) uint8."""

    pixels: Indices
    palette: Palette
    alpha: NDArray[np.uint8]

    @property
    def rgba(self) -> NDArray[np.uint8]:
        """The colours, (h, w, 4)."""
        return np.dstack([self.palette[self.pixels], self.alpha])


def write_pixel_art(path: Path, art: PixelArt, scale: int) -> None:
    """Write pixel art as a PNG file, each pixel enlarged to scale x scale.

    An existing file is replaced as a whole or not at all. Raises PictureFileError where the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write.write_bytes(path, encode_png(art, scale))
    except OSError as error:
        raise PictureFileError(
            f"{path} cannot be written: {atomic_write.write_problem(path, error)}; give another place with -o"
        ) from error


def encode_png(art: PixelArt, scale: int) -> bytes:
    """Return the PNG file of pixel art: indexed where all alpha is 0 or 255 and the palette has room for it, else RGBA."""
    num_colors = len(art.palette)
    transparent = art.alpha == 0
    options: dict[str, object] = {}
    if not (transparent | (art.alpha == 255)).all() or (transparent.any() and num_colors > 255):
        image = Image.fromarray(art.rgba)
    else:
        palette = art.palette
        pixels = art.pixels
        if transparent.any():
            palette = np.vstack([palette, np.zeros((1, 3), np.uint8)])
            pixels = np.where(transparent, num_colors, pixels).astype(np.uint8)
            options["transparency"] = num_colors
        image = Image.fromarray(pixels)
        image.putpalette(palette.tobytes(), "RGB")
    if scale > 1:
        image = image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
    buffer = BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()
