"""Sprite sheets: where to cut them into sprites, by cells, gutters or connected components."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mint.art.bounding_boxes import BoundingBox, Mask, runs
from mint.art.connected_components import component_boxes
from mint.art.rgba import Rgba
from mint.errors import ArtError

CutMethod = Literal["auto", "cell", "gutters", "connected", "none"]

# A picture counts as a sheet without being asked if it is larger than this and separates into at least this many sprites.
MIN_SHEET_SIDE: Final = 64
MIN_AUTO_SPRITES: Final = 4
# A part with fewer pixels is a speck. Specks are not removed, but they do not make a picture a sheet.
_MIN_PART_PIXELS = 4
_MIN_BORDER_SHARE = 0.6


@dataclass(frozen=True, kw_only=True)
class CutOptions:
    """How sheets are cut: cells are (height, width) with a margin around and a spacing between them, in native pixels."""

    method: CutMethod = "auto"
    cell: tuple[int, int] | None = None
    margin: int = 0
    spacing: int = 0


def find_cuts(sheet: Rgba, options: CutOptions, name: str, *, is_alone: bool = False) -> list[BoundingBox]:
    """Return the boxes of the sprites of a sheet (H, W, 4), row by row; a picture that is no sheet is one sprite.

    A picture that ``is_alone`` counts as a sheet however small it is, because a single sprite is of no use.
    Raises ArtError where no sprite is found or a cell does not fit.
    """
    height, width = sheet.shape[:2]
    whole = [BoundingBox(0, 0, height, width)]
    if options.cell is not None:
        return _cell_boxes(sheet, options, name)
    if options.method == "none":
        return whole
    mask = foreground_mask(sheet)
    if options.method == "auto":
        return _guess_boxes(mask, 0 if is_alone else MIN_SHEET_SIDE) or whole
    boxes = gutter_boxes(mask) if options.method == "gutters" else component_boxes(mask)
    if not boxes:
        raise ArtError(f"{name} has nothing to cut out; give a sheet with sprites on a clear or single-coloured background")
    return boxes


def background_color(sheet: Rgba) -> NDArray[np.uint8] | None:
    """Return the background (4,) of a sheet: clear if its border has a clear pixel, else the border's main colour, or None."""
    border = np.concatenate([sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]])
    colors, counts = np.unique(border, axis=0, return_counts=True)
    if (border[:, 3] == 0).any():
        return np.zeros(4, np.uint8)
    most_frequent: NDArray[np.uint8] = colors[counts.argmax()]
    return most_frequent if counts.max() >= _MIN_BORDER_SHARE * len(border) else None


def foreground_mask(sheet: Rgba) -> Mask:
    """Return the mask (H, W) of the pixels that are not background."""
    background = background_color(sheet)
    if background is None:
        return np.ones(sheet.shape[:2], bool)
    if background[3] == 0:
        visible: Mask = sheet[..., 3] != 0
        return visible
    different: Mask = (sheet != background).any(-1) & (sheet[..., 3] != 0)
    return different


def gutter_boxes(mask: Mask) -> list[BoundingBox]:
    """Return the boxes between empty rows and columns, split again and again until no gutter is left."""
    bands = [BoundingBox(top, 0, bottom - top, mask.shape[1]) for top, bottom in runs(np.any(mask, axis=1, keepdims=True)[:, 0])]
    return [box for band in bands for box in _split(mask, band, axis=1, num_unsplit=0)]


def _split(mask: Mask, box: BoundingBox, axis: int, num_unsplit: int) -> list[BoundingBox]:
    """Split a box along alternating axes; ``num_unsplit`` is how many times in a row that changed nothing."""
    part = mask[box.top : box.top + box.height, box.left : box.left + box.width]
    filled = runs(np.any(part, axis=1 - axis, keepdims=True).ravel())
    if axis == 1:
        boxes = [BoundingBox(box.top, box.left + start, box.height, end - start) for start, end in filled]
    else:
        boxes = [BoundingBox(box.top + start, box.left, end - start, box.width) for start, end in filled]
    num_unsplit = num_unsplit + 1 if boxes == [box] else 0
    if num_unsplit == 2:
        return boxes
    return [inner for outer in boxes for inner in _split(mask, outer, 1 - axis, num_unsplit)]


def _cell_boxes(sheet: Rgba, options: CutOptions, name: str) -> list[BoundingBox]:
    """Return the cells that are not empty. The remainder at the right and bottom must be empty."""
    assert options.cell is not None
    counts = []
    for side, cell in zip(sheet.shape[:2], options.cell, strict=True):
        counts.append((side - 2 * options.margin + options.spacing) // (cell + options.spacing))
    rows, columns = counts
    cell_height, cell_width = options.cell
    size = f"{sheet.shape[1]} x {sheet.shape[0]}"
    if rows < 1 or columns < 1:
        raise ArtError(
            f"{name} has {size} pixels, too few for a cell of {cell_width} x {cell_height}; "
            "give another --cell, --margin or --spacing"
        )
    mask = foreground_mask(sheet)
    bottom = options.margin + rows * (cell_height + options.spacing)
    right = options.margin + columns * (cell_width + options.spacing)
    if mask[bottom:].any() or mask[:, right:].any():
        raise ArtError(
            f"{name} has {size} pixels, and cells of {cell_width} x {cell_height} cut through its sprites; "
            "give another --cell, --margin or --spacing"
        )
    boxes = []
    for row in range(rows):
        for column in range(columns):
            top = options.margin + row * (cell_height + options.spacing)
            left = options.margin + column * (cell_width + options.spacing)
            if mask[top : top + cell_height, left : left + cell_width].any():
                boxes.append(BoundingBox(top, left, cell_height, cell_width))
    if not boxes:
        raise ArtError(f"{name} has only empty cells; give a sheet with sprites")
    return boxes


def _guess_boxes(mask: Mask, min_side: int) -> list[BoundingBox] | None:
    """Return the sprites of a large picture that separates into several parts, or None if it looks like one sprite."""
    if max(mask.shape) <= min_side or mask.all():
        return None
    boxes = gutter_boxes(mask)
    if len(boxes) < MIN_AUTO_SPRITES or any(box.height * box.width < _MIN_PART_PIXELS for box in boxes):
        boxes = component_boxes(mask)
    large = [box for box in boxes if box.height * box.width >= _MIN_PART_PIXELS]
    return boxes if len(large) >= MIN_AUTO_SPRITES else None
