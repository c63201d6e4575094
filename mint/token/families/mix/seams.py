"""Seams: the line between the two sprites of a mix."""

from collections.abc import Callable

import numpy as np

from mint.token.palette import Palette
from mint.token.raster import Mask, Pixels, dilated, grids


def _outlines(region: Mask) -> tuple[Mask, Mask]:
    """Return the pixels one and two steps outside a region."""
    once = dilated(region)
    return once & ~region, dilated(once) & ~once


def _no_seam(pixels: Pixels, region: Mask, palette: Palette) -> None:
    pass


def _line(pixels: Pixels, region: Mask, palette: Palette) -> None:
    outline, _ = _outlines(region)
    pixels[outline] = _contrasting_color(pixels, outline, palette)


def _bold(pixels: Pixels, region: Mask, palette: Palette) -> None:
    outline, outer_outline = _outlines(region)
    pixels[outline] = palette.roles.void
    pixels[outer_outline] = palette.roles.light


def _dotted(pixels: Pixels, region: Mask, palette: Palette) -> None:
    ys, xs = grids()
    outline, _ = _outlines(region)
    pixels[outline & ((ys + xs) % 2 == 0)] = _contrasting_color(pixels, outline, palette)


def _stitched(pixels: Pixels, region: Mask, palette: Palette) -> None:
    ys, xs = grids()
    outline, _ = _outlines(region)
    pixels[outline] = np.where((ys + xs) % 4 < 2, palette.roles.light, palette.roles.void).astype(np.uint8)[outline]


def _glow(pixels: Pixels, region: Mask, palette: Palette) -> None:
    ys, xs = grids()
    outline, outer_outline = _outlines(region)
    pixels[outer_outline] = palette.roles.neon
    pixels[dilated(outer_outline) & ~dilated(dilated(region)) & ((ys + xs) % 2 == 0)] = palette.roles.neon
    pixels[outline] = palette.roles.light


def _gilded(pixels: Pixels, region: Mask, palette: Palette) -> None:
    outline, outer_outline = _outlines(region)
    pixels[outline] = palette.roles.lamp
    pixels[outer_outline] = palette.roles.brick


def _contrasting_color(pixels: Pixels, outline: Mask, palette: Palette) -> int:
    return palette.contrasting(int(np.bincount(pixels[outline], minlength=1).argmax()))[0]


SEAMS: dict[str, tuple[int, Callable[[Pixels, Mask, Palette], None]]] = {
    "none": (330, _no_seam),
    "line": (260, _line),
    "bold": (150, _bold),
    "dotted": (100, _dotted),
    "stitched": (80, _stitched),
    "glow": (60, _glow),
    "gilded": (20, _gilded),
}
