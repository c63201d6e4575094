"""Sprite sheets: where to cut them into sprites, by cells, gutters or connected components."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mint.art.rgba import Rgba
from mint.art.sheets.bounding_boxes import BoundingBox, Mask, median_size, reading_order, runs
from mint.art.sheets.cell_grid import cell_grid
from mint.art.sheets.connected_components import component_boxes
from mint.art.sheets.ground import foreground_mask
from mint.errors import ArtError

CutMethod = Literal["auto", "cell", "gutters", "connected", "none"]

# A picture counts as a sheet without being asked if it is larger than this and separates into at least this many sprites.
MIN_SHEET_SIDE: Final = 64
MIN_AUTO_SPRITES: Final = 4
# A part with fewer pixels is a speck. Specks are not removed, but they do not make a picture a sheet.
_MIN_PART_PIXELS = 4
_JOINED: Final = 1.5  # times the usual size of a sprite, along an axis: more may be several


@dataclass(frozen=True, kw_only=True)
class CutOptions:
    """How sheets are cut: cells are (height, width) after a margin and with a spacing between them, in native pixels.

    ``pad`` fills up cells that the edge cuts off. What lies in ``skipped_regions`` is left out, and so are sprites of which no side
    has ``min_side`` pixels, except in cells.
    """

    method: CutMethod = "auto"
    cell: tuple[int, int] | None = None
    margin: int = 0
    spacing: int = 0
    pad: bool = False
    min_side: int = 1
    skipped_regions: tuple[BoundingBox, ...] = ()


def find_cuts(sheet: Rgba, options: CutOptions, name: str, *, is_alone: bool = False) -> list[BoundingBox]:
    """Return the boxes of the sprites of a sheet (H, W, 4), row by row; a picture that is no sheet is one sprite.

    A picture that ``is_alone`` counts as a sheet however small it is, because a single sprite is of no use.
    Raises ArtError where no sprite is found or a cell does not fit.
    """
    height, width = sheet.shape[:2]
    whole = [BoundingBox(0, 0, height, width)]
    if options.method == "none" and options.cell is None:
        return whole
    mask = foreground_mask(sheet)
    for region in options.skipped_regions:
        mask[region.top : region.bottom, region.left : region.right] = False
    if options.cell is not None:
        boxes = cell_grid((height, width), options.cell, options.margin, options.spacing).boxes(mask, name, pad=options.pad)
        if not boxes:
            raise ArtError(f"{name} has only empty cells; give a sheet with sprites")
        return boxes
    if options.method == "auto":
        guessed = _guess_boxes(mask, 0 if is_alone else MIN_SHEET_SIDE)
        if guessed is None:
            return whole
        boxes = guessed
    else:
        boxes = gutter_boxes(mask) if options.method == "gutters" else component_boxes(mask)
    if not boxes:
        raise ArtError(f"{name} has nothing to cut out; give a sheet with sprites on a clear or single-coloured background")
    large = [box for box in boxes if max(box.height, box.width) >= options.min_side]
    if not large:
        raise ArtError(f"{name} has no sprite with a side of {options.min_side} pixels; give a smaller --min-size")
    return large


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


def _guess_boxes(mask: Mask, min_side: int) -> list[BoundingBox] | None:
    """Return the sprites of a large picture that separates into several parts, or None if it looks like one sprite."""
    if max(mask.shape) <= min_side or mask.all():
        return None
    boxes = gutter_boxes(mask)
    connected = component_boxes(mask)
    if len(boxes) < MIN_AUTO_SPRITES or any(_area(box) < _MIN_PART_PIXELS for box in boxes):
        boxes = connected
    elif len(connected) > len(boxes):
        boxes = _without_joined_boxes(boxes, connected)
    large = [box for box in boxes if _area(box) >= _MIN_PART_PIXELS]
    return boxes if len(large) >= MIN_AUTO_SPRITES else None


def _without_joined_boxes(boxes: list[BoundingBox], connected: list[BoundingBox]) -> list[BoundingBox]:
    """Replace boxes between gutters that hold several sprites, none of them small, by these: diagonal neighbours have no gutter."""
    large = [box for box in connected if 4 * _area(box) >= max(map(_area, connected))]
    usual_height, usual_width = median_size(large)
    separate: list[BoundingBox] = []
    for box in boxes:
        within = [other for other in connected if box.overlaps(other)]
        is_joined = box.height > _JOINED * usual_height or box.width > _JOINED * usual_width
        separate += within if is_joined and sum(other in large for other in within) > 1 else [box]
    return reading_order(separate)


def _area(box: BoundingBox) -> int:
    return box.height * box.width
