"""Boxes: where sprites are on a sheet."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mint.art.grid_detection import Rgba

Mask = NDArray[np.bool_]


class Box(NamedTuple):
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

    def cut(self, sheet: Rgba) -> Rgba:
        """Return the sprite (height, width, 4)."""
        return sheet[self.top : self.bottom, self.left : self.right]


def runs(filled: Mask) -> list[tuple[int, int]]:
    """Return (start, end) of each run of True in a mask (n,)."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], filled, [False]]).astype(np.int8)))
    return list(zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True))


def in_rows(boxes: Iterable[Box]) -> list[Box]:
    """Return boxes in the order in which one reads: by rows, in each from left to right."""
    rows: list[list[Box]] = []
    for box in sorted(boxes):
        # A row reaches from its highest top to its lowest bottom; what begins in its lower half is of the next.
        if rows and 2 * box.top < rows[-1][0].top + max(other.bottom for other in rows[-1]):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda box: box.left)]
