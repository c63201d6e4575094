"""Sprite sheets: where to cut them into sprites, by cells, by gutters or by connected sprites."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mint.art.boxes import Box, Mask, runs
from mint.art.components import component_boxes
from mint.art.grid_detection import Rgba
from mint.errors import ArtError

How = Literal["auto", "cell", "gutters", "connected", "none"]

# By itself a picture is taken for a sheet if it is larger than this and falls into at least so many sprites.
MIN_SHEET_SIDE: Final = 64
MIN_AUTO_SPRITES: Final = 4
# A piece with fewer pixels is a speck: by itself nothing is thrown away, but no sheet is guessed from specks.
_MIN_PIECE = 4
_BORDER_SHARE = 0.6


@dataclass(frozen=True, kw_only=True)
class CutOptions:
    """How sheets are cut: cells are (height, width) with a margin around and a spacing between them, in native pixels."""

    how: How = "auto"
    cell: tuple[int, int] | None = None
    margin: int = 0
    spacing: int = 0


def find_cuts(sheet: Rgba, cutting: CutOptions, name: str, *, is_alone: bool = False) -> list[Box]:
    """Return the sprites of a sheet (H, W, 4), row by row; a picture that is none is one sprite as a whole.

    One that ``is_alone`` is taken for a sheet however small it is: a sprite alone would be of no use.
    Raises ArtError where no sprite is found or a cell does not fit.
    """
    height, width = sheet.shape[:2]
    whole = [Box(0, 0, height, width)]
    if cutting.cell is not None:
        return _cells(sheet, cutting, name)
    if cutting.how == "none":
        return whole
    ink = foreground(sheet)
    if cutting.how == "auto":
        return _guess(ink, 0 if is_alone else MIN_SHEET_SIDE) or whole
    boxes = gutter_boxes(ink) if cutting.how == "gutters" else component_boxes(ink)
    if not boxes:
        raise ArtError(f"{name} has nothing to cut out; give a sheet whose sprites stand on a clear or single-coloured ground")
    return boxes


def background(sheet: Rgba) -> NDArray[np.uint8] | None:
    """Return the colour (4,) on which the sprites of a sheet stand: clear if it is there, else what most of the rim is; or None."""
    rim = np.concatenate([sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]])
    colors, counts = np.unique(rim, axis=0, return_counts=True)
    if (rim[:, 3] == 0).any():
        return np.zeros(4, np.uint8)
    most: NDArray[np.uint8] = colors[counts.argmax()]
    return most if counts.max() >= _BORDER_SHARE * len(rim) else None


def foreground(sheet: Rgba) -> Mask:
    """Return the mask (H, W) of what is no background."""
    ground = background(sheet)
    if ground is None:
        return np.ones(sheet.shape[:2], bool)
    if ground[3] == 0:
        solid: Mask = sheet[..., 3] != 0
        return solid
    different: Mask = (sheet != ground).any(-1) & (sheet[..., 3] != 0)
    return different


def gutter_boxes(ink: Mask) -> list[Box]:
    """Return the boxes that rows and columns without ink leave, cut again and again until none is left."""
    bands = [Box(top, 0, bottom - top, ink.shape[1]) for top, bottom in runs(np.any(ink, axis=1, keepdims=True)[:, 0])]
    return [box for band in bands for box in _split(ink, band, axis=1, fruitless=0)]


def _split(ink: Mask, box: Box, axis: int, fruitless: int) -> list[Box]:
    part = ink[box.top : box.top + box.height, box.left : box.left + box.width]
    filled = runs(np.any(part, axis=1 - axis, keepdims=True).ravel())
    if axis == 1:
        pieces = [Box(box.top, box.left + start, box.height, end - start) for start, end in filled]
    else:
        pieces = [Box(box.top + start, box.left, end - start, box.width) for start, end in filled]
    fruitless = fruitless + 1 if pieces == [box] else 0
    if fruitless == 2:
        return pieces
    return [inner for piece in pieces for inner in _split(ink, piece, 1 - axis, fruitless)]


def _cells(sheet: Rgba, cutting: CutOptions, name: str) -> list[Box]:
    """Return the cells that hold something. What is left over at the right and below must be empty."""
    assert cutting.cell is not None
    counts = []
    for side, cell in zip(sheet.shape[:2], cutting.cell, strict=True):
        counts.append((side - 2 * cutting.margin + cutting.spacing) // (cell + cutting.spacing))
    rows, columns = counts
    cell_height, cell_width = cutting.cell
    size = f"{sheet.shape[1]} x {sheet.shape[0]}"
    if rows < 1 or columns < 1:
        raise ArtError(
            f"{name} has {size} pixels, no cell of {cell_width} x {cell_height} fits; give another --cell, --margin or --spacing"
        )
    ink = foreground(sheet)
    bottom = cutting.margin + rows * (cell_height + cutting.spacing)
    right = cutting.margin + columns * (cell_width + cutting.spacing)
    if ink[bottom:].any() or ink[:, right:].any():
        raise ArtError(
            f"{name} has {size} pixels, which cells of {cell_width} x {cell_height} cut through; "
            "give another --cell, --margin or --spacing"
        )
    boxes = []
    for row in range(rows):
        for column in range(columns):
            top = cutting.margin + row * (cell_height + cutting.spacing)
            left = cutting.margin + column * (cell_width + cutting.spacing)
            if ink[top : top + cell_height, left : left + cell_width].any():
                boxes.append(Box(top, left, cell_height, cell_width))
    if not boxes:
        raise ArtError(f"{name} has only empty cells; give a sheet with sprites")
    return boxes


def _guess(ink: Mask, min_side: int) -> list[Box] | None:
    """Return the sprites of a picture that is large and falls into several pieces, or None if it looks like one sprite."""
    if max(ink.shape) <= min_side or ink.all():
        return None
    boxes = gutter_boxes(ink)
    if len(boxes) < MIN_AUTO_SPRITES or any(box.height * box.width < _MIN_PIECE for box in boxes):
        boxes = component_boxes(ink)
    large = [box for box in boxes if box.height * box.width >= _MIN_PIECE]
    return boxes if len(large) >= MIN_AUTO_SPRITES else None
