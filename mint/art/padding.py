"""Padding: sprites smaller than the largest are padded to its size, never rescaled."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mint.art.picture_sources import SourcePicture
from mint.art.rgba import Rgba, Size
from mint.errors import ArtError

Anchor = Literal["same", "center", "top-left", "bottom"]

MAX_SIDE: Final = 256


def pad_to_common_size(
    pictures: Sequence[SourcePicture], anchor: Anchor, backgrounds: Sequence[NDArray[np.uint8] | None]
) -> list[Rgba]:
    """Pad sprites to the largest height and width, each with its background (4,), or clear where that is None.

    "bottom" also centres them horizontally; "same" pads nothing. Raises ArtError for a side above 256, or for sizes that differ
    where the anchor is "same".
    """
    sprites = [picture.rgba for picture in pictures]
    heights, widths = zip(*(sprite.shape[:2] for sprite in sprites), strict=True)
    height, width = max(heights), max(widths)
    if max(height, width) > MAX_SIDE:
        largest = max(range(len(sprites)), key=lambda index: max(heights[index], widths[index]))
        raise ArtError(
            f"{pictures[largest].name} has {widths[largest]} x {heights[largest]} pixels, more than {MAX_SIDE} a side; "
            "cut sheets with --cut or --cell, or give the true size with --scale"
        )
    areas = [height * width for height, width in zip(heights, widths, strict=True)]
    small, large = areas.index(min(areas)), areas.index(max(areas))
    if len(set(zip(heights, widths, strict=True))) > 1 and anchor == "same":
        raise ArtError(
            f"the sprites have different sizes, from {widths[small]} x {heights[small]} ({pictures[small].name}) "
            f"to {widths[large]} x {heights[large]} pixels ({pictures[large].name}); "
            "choose where the smaller ones go with --fit center, top-left or bottom"
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
