"""Cells of a sheet, counted as the map editor Tiled counts them, and what is left over at the right and at the bottom.

Tiled takes the margin off the left and the top alone: a side holds (side - margin + spacing) // (cell + spacing) cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mint.art.rgba import Size
from mint.art.sheets.bounding_boxes import BoundingBox, Mask
from mint.errors import ArtError


@dataclass(frozen=True)
class CellAxis:
    """One axis of the cells: all lengths in pixels."""

    side: int
    cell: int
    margin: int
    spacing: int

    @property
    def count(self) -> int:
        """The number of whole cells."""
        return max((self.side - self.margin + self.spacing) // (self.cell + self.spacing), 0)

    @property
    def rest_start(self) -> int:
        """Where the next cell would begin."""
        return self.start(self.count)

    @property
    def rest(self) -> int:
        """How many pixels are left of the next cell."""
        return max(self.side - self.rest_start, 0)

    def start(self, number: int) -> int:
        """Where a cell begins."""
        return self.margin + number * (self.cell + self.spacing)


@dataclass(frozen=True)
class CellGrid:
    """The cells of a sheet: its rows along ``down``, its columns along ``across``."""

    down: CellAxis
    across: CellAxis

    def __str__(self) -> str:
        """Return what a person wants to know: 22 x 7 cells of 16 x 16 and 6 pixels over on the right."""
        size = f"{self.across.cell} x {self.down.cell}"
        rests = [
            _rest_text(axis, noun, place)
            for axis, noun, place in ((self.across, "column", "on the right"), (self.down, "row", "at the bottom"))
            if axis.rest
        ]
        noun = "cell" if self.across.count * self.down.count == 1 else "cells"
        return " and ".join([f"{self.across.count} x {self.down.count} {noun} of {size}", *rests])

    def boxes(self, mask: Mask, name: str, *, pad: bool) -> list[BoundingBox]:
        """Return the cells that hold foreground of a mask (H, W), row by row; with ``pad`` also those that the edge cuts off.

        Raises ArtError where no whole cell fits, or where something is left over and not to be padded.
        """
        height, width = mask.shape
        down, across = (
            axis.count + (pad and bool(left_over))
            for axis, left_over in zip((self.down, self.across), self._left_over(mask), strict=True)
        )
        if down < 1 or across < 1:
            raise ArtError(
                f"{name} has {width} x {height} pixels, too few for a cell of {self.across.cell} x {self.down.cell}; "
                "give another --cell, --margin or --spacing"
            )
        if not pad and any(self._left_over(mask)):
            raise ArtError(
                f"{name} has {self}, where something is drawn; fill the last cells up with --pad, leave them out with "
                f"{' '.join(f'--skip {region}' for region in self._rest_regions(mask))}, "
                "or give another --cell, --margin or --spacing"
            )
        return [
            BoundingBox(top, left, self.down.cell, self.across.cell)
            for top in map(self.down.start, range(down))
            for left in map(self.across.start, range(across))
            if mask[top : top + self.down.cell, left : left + self.across.cell].any()
        ]

    def missing(self, boxes: Sequence[BoundingBox]) -> list[str]:
        """Return the whole cells that are none of the boxes, each as column and row, which count from 1."""
        taken = {(box.top, box.left) for box in boxes}
        return [
            f"column {column + 1} of row {row + 1}"
            for row, top in enumerate(map(self.down.start, range(self.down.count)))
            for column, left in enumerate(map(self.across.start, range(self.across.count)))
            if (top, left) not in taken
        ]

    def _left_over(self, mask: Mask) -> tuple[bool, bool]:
        """Return whether there is foreground below and right of the whole cells."""
        return bool(mask[self.down.rest_start :].any()), bool(mask[:, self.across.rest_start :].any())

    def _rest_regions(self, mask: Mask) -> list[str]:
        """Return what is left over, below and on the right, as WxH+X+Y."""
        height, width = mask.shape
        below, right = self._left_over(mask)
        regions = [f"{self.across.rest}x{height}+{self.across.rest_start}+0"] if right else []
        return regions + ([f"{width}x{self.down.rest}+0+{self.down.rest_start}"] if below else [])


def cell_grid(size: Size, cell: Size, margin: int, spacing: int) -> CellGrid:
    """Return the cells of a sheet of a size (height, width)."""
    down, across = (CellAxis(side, length, margin, spacing) for side, length in zip(size, cell, strict=True))
    return CellGrid(down, across)


def _rest_text(axis: CellAxis, noun: str, place: str) -> str:
    pixels = "1 pixel" if axis.rest == 1 else f"{axis.rest} pixels"
    if 2 * axis.rest < axis.cell:
        return f"{pixels} over {place}"
    return f"a last {noun} of {pixels} {place}, {axis.cell - axis.rest} short of a cell"
