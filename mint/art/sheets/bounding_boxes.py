"""Bounding boxes of the sprites on a sheet."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mint.art.rgba import Rgba

Mask = NDArray[np.bool_]


class BoundingBox(NamedTuple):
    """Where a sprite is on its sheet, in pixels."""

    top: int
    left: int
    height: int
    width: int

    @property
    def bottom(self) -> int:
        """The row below it."""
        return self.top + self.height

    @property
    def right(self) -> int:
        """The column right of it."""
        return self.left + self.width

    def overlaps(self, other: "BoundingBox") -> bool:
        """Whether it shares a pixel with another box."""
        return self.top < other.bottom and other.top < self.bottom and self.left < other.right and other.left < self.right

    def crop(self, sheet: Rgba, ground: NDArray[np.uint8] | None = None) -> Rgba:
        """Return the sprite (height, width, 4); what lies outside the sheet is the ground (4,), or clear."""
        inside = sheet[self.top : self.bottom, self.left : self.right]
        if inside.shape[:2] == (self.height, self.width):
            return inside
        sprite = np.zeros((self.height, self.width, 4), np.uint8)
        sprite[:] = 0 if ground is None else ground
        sprite[: inside.shape[0], : inside.shape[1]] = inside
        return sprite


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Return (start, end) of each run of True in a mask (n,)."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return list(zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True))


def median_size(boxes: Sequence[BoundingBox]) -> tuple[float, float]:
    """Return the median height and the median width of boxes."""
    return float(np.median([box.height for box in boxes])), float(np.median([box.width for box in boxes]))


def reading_order(boxes: Iterable[BoundingBox]) -> list[BoundingBox]:
    """Return boxes row by row, each row from left to right."""
    rows: list[list[BoundingBox]] = []
    for box in sorted(boxes):
        # A row spans from its highest top to its lowest bottom; a box that starts in its lower half begins the next row.
        if rows and 2 * box.top < rows[-1][0].top + max(other.bottom for other in rows[-1]):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda box: box.left)]
