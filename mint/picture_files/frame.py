"""Frames of picture files, and the composition of an animation's frames as browsers do it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Rgba = NDArray[np.uint8]
Disposal = Literal["keep", "clear", "restore"]

# Browsers show a frame for a tenth of a second if its file asks for a hundredth or less.
_MIN_DURATION_MS: Final = 10
_DEFAULT_DURATION_MS: Final = 100
# Of pixels that Pillow converts at a time, each of which takes 12 bytes meanwhile.
_PIXELS_AT_A_TIME: Final = 1 << 22


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """A complete frame: ``rgba`` (H, W, 4) uint8, and how long an animation shows it; None where nothing moves."""

    rgba: Rgba
    duration_ms: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class FramePart:
    """The rectangle that a frame of an animation changes: its pixels, its place, and what becomes of it afterwards.

    With ``blend`` the pixels are laid over those before, else they replace them.
    """

    rgba: Rgba
    left: int = 0
    top: int = 0
    blend: bool = True
    disposal: Disposal = "keep"
    duration_ms: float | None = None


def rgba_of(image: Image.Image) -> Rgba:
    """Return a picture as RGBA (H, W, 4) uint8, as Pillow converts its mode; a large one a part at a time, which saves memory."""
    width, height = image.size
    rows = max(1, _PIXELS_AT_A_TIME // max(width, 1))
    if height <= rows:
        return np.array(image.convert("RGBA"))
    rgba = np.empty((height, width, 4), np.uint8)
    for top in range(0, height, rows):
        rgba[top : top + rows] = np.asarray(image.crop((0, top, width, min(top + rows, height))).convert("RGBA"))
    return rgba


def compose(parts: Iterable[FramePart], width: int, height: int) -> Iterator[Frame]:
    """Yield the complete frames of an animation on a canvas that is clear at first; parts are cut off at its edges.

    Disposal to the background makes pixels clear, as in every browser, although GIF names a background colour.
    """
    canvas = np.zeros((height, width, 4), np.uint8)
    for part in parts:
        region = canvas[part.top : part.top + part.rgba.shape[0], part.left : part.left + part.rgba.shape[1]]
        pixels = part.rgba[: region.shape[0], : region.shape[1]]
        before = region.copy() if part.disposal == "restore" else None
        region[:] = blend_over(pixels, region) if part.blend else pixels
        yield Frame(rgba=without_invisible_colors(canvas.copy()), duration_ms=shown_duration(part.duration_ms))
        if part.disposal == "clear":
            region[:] = 0
        elif before is not None:
            region[:] = before


def shown_duration(duration_ms: float | None) -> float | None:
    """Return how long browsers show a frame with a duration: 100 ms for one of 10 ms or less."""
    return _DEFAULT_DURATION_MS if duration_ms is not None and duration_ms <= _MIN_DURATION_MS else duration_ms


def blend_over(pixels: Rgba, below: Rgba) -> Rgba:
    """Return pixels (H, W, 4) laid over others; exact where they are clear or opaque."""
    alpha = pixels[..., 3:]
    if ((alpha == 0) | (alpha == 255)).all():
        return np.where(alpha == 255, pixels, below)
    top, under = alpha.astype(np.int64), below[..., 3:].astype(np.int64)
    total = 255 * top + under * (255 - top)  # of 255 * 255
    colors = pixels[..., :3] * top * 255 + below[..., :3] * under * (255 - top)
    out = np.empty(pixels.shape, np.uint8)
    out[..., :3] = (colors + total // 2) // np.maximum(total, 1)
    out[..., 3:] = (total + 127) // 255
    return out


def without_invisible_colors(rgba: Rgba) -> Rgba:
    """Set clear pixels (H, W, 4) to (0, 0, 0, 0) in place, and return them."""
    clear = rgba[..., 3] == 0
    if clear.any():
        rgba[clear] = 0
    return rgba
