"""Padding: sprites smaller than the largest are padded to its size, never rescaled."""

import re
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mint.art.picture_sources import SourcePicture
from mint.art.rgba import Rgba, Size
from mint.errors import ArtError
from viewer.printable import listed

Anchor = Literal["same", "center", "top-left", "bottom"]

MAX_SIDE: Final = 256
MAX_PIXELS: Final = 1 << 27


def check_sizes(sprites: Sequence[tuple[str, int, int]]) -> None:
    """Raise ArtError for sprites (name, height, width) that are too large, naming them, or too many for the memory."""
    large = [(name, height, width) for name, height, width in sprites if max(height, width) > MAX_SIDE]
    if large:
        name, height, width = large[0]
        others = list(dict.fromkeys(other for other, _, _ in large if other != name))
        more = f" (so have {listed(others)})" if others else ""
        raise ArtError(
            f"{name} has {width} x {height} pixels, more than {MAX_SIDE} a side{more}; "
            "cut sheets with --cut or --cell, or give the true size with --scale"
        )
    num_pixels = len(sprites) * max(height for _, height, _ in sprites) * max(width for _, _, width in sprites)
    if num_pixels > MAX_PIXELS:
        raise ArtError(f"the sprites have more than {MAX_PIXELS >> 20} million pixels in total; import fewer at a time")


def pad_to_common_size(
    pictures: Sequence[SourcePicture], anchor: Anchor, backgrounds: Sequence[NDArray[np.uint8] | None]
) -> list[Rgba]:
    """Pad sprites to the largest height and width, each with its background (4,), or clear where that is None.

    "bottom" also centres them horizontally; "same" pads nothing. Raises ArtError for sizes that differ where the anchor is
    "same".
    """
    sprites = [picture.rgba for picture in pictures]
    heights, widths = zip(*(sprite.shape[:2] for sprite in sprites), strict=True)
    height, width = max(heights), max(widths)
    areas = [height * width for height, width in zip(heights, widths, strict=True)]
    small, large = areas.index(min(areas)), areas.index(max(areas))
    if len(set(zip(heights, widths, strict=True))) > 1 and anchor == "same":
        # A sprite that was cut from a sheet is named after it: SHEET@NUMBER. A file may be called icon@2x.png.
        is_cut = any(re.search(r"@\d+$", pictures[index].name) for index in (small, large))
        cuts = ", cut the sheet into cells with --cell WxH, or look at the cuts with --preview FILE.png" if is_cut else ""
        raise ArtError(
            f"the sprites have different sizes, from {widths[small]} x {heights[small]} ({pictures[small].name}) "
            f"to {widths[large]} x {heights[large]} pixels ({pictures[large].name}); "
            f"choose where the smaller ones go with --fit center, top-left or bottom{cuts}"
        )
    return [_pad(sprite, (height, width), anchor, background) for sprite, background in zip(sprites, backgrounds, strict=True)]


def _pad(sprite: Rgba, size: Size, anchor: Anchor, background: NDArray[np.uint8] | None) -> Rgba:
    height, width = sprite.shape[:2]
    if (height, width) == size:
        return sprite
    top = {"top-left": 0, "bottom": size[0] - height}.get(anchor, (size[0] - height) // 2)
    left = 0 if anchor == "top-left" else (size[1] - width) // 2
    out = np.empty((*size, 4), np.uint8)
    out[:] = 0 if background is None else background
    out[top : top + height, left : left + width] = sprite
    return out
