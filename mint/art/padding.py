"""A common size: sprites that are smaller are surrounded, never rescaled."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mint.art.grid_detection import Rgba
from mint.art.sources import SourcePicture
from mint.errors import ArtError

Fit = Literal["same", "center", "top-left", "bottom"]

MAX_SIDE: Final = 256


def fit(pieces: Sequence[SourcePicture], how: Fit, grounds: Sequence[NDArray[np.uint8] | None]) -> list[Rgba]:
    """Return sprites of one size, the largest height and width; what is added has the sprite's ground (4,), or is clear.

    "bottom" centres them on their feet. Raises ArtError for sizes that differ without a choice, or a side above 256.
    """
    sprites = [piece.rgba for piece in pieces]
    heights, widths = zip(*(sprite.shape[:2] for sprite in sprites), strict=True)
    height, width = max(heights), max(widths)
    if max(height, width) > MAX_SIDE:
        high = max(range(len(sprites)), key=lambda place: max(heights[place], widths[place]))
        raise ArtError(
            f"{pieces[high].name} has {widths[high]} x {heights[high]} pixels, more than {MAX_SIDE} a side; "
            "cut sheets with --cut or --cell, or give the true size with --scale"
        )
    areas = [height * width for height, width in zip(heights, widths, strict=True)]
    small, large = areas.index(min(areas)), areas.index(max(areas))
    if len(set(zip(heights, widths, strict=True))) > 1 and how == "same":
        raise ArtError(
            f"the sprites have different sizes, from {widths[small]} x {heights[small]} ({pieces[small].name}) "
            f"to {widths[large]} x {heights[large]} pixels ({pieces[large].name}); "
            "choose where the smaller ones go with --fit center, top-left or bottom"
        )
    return [_surrounded(sprite, (height, width), how, ground) for sprite, ground in zip(sprites, grounds, strict=True)]


def _surrounded(sprite: Rgba, size: tuple[int, int], how: Fit, ground: NDArray[np.uint8] | None) -> Rgba:
    height, width = sprite.shape[:2]
    if (height, width) == size:
        return sprite
    top = {"top-left": 0, "bottom": size[0] - height}.get(how, (size[0] - height) // 2)
    left = 0 if how == "top-left" else (size[1] - width) // 2
    out = np.empty((*size, 4), np.uint8)
    out[:] = 0 if ground is None else ground
    out[top : top + height, left : left + width] = sprite
    return out
