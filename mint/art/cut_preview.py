"""The preview of an import: enlarged pictures with their grid, and sheets at their true size with a frame around each sprite."""

import math
from collections.abc import Sequence
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.art.grid.edge_profile import exact_edges
from mint.art.grid.estimate import GridEstimate
from mint.art.importer import SpriteSheet
from mint.art.rgba import Rgba

MAX_SHEETS: Final = 16
_MAX_SIDE: Final = 1600
_MIN_ROW_WIDTH: Final = 800
_GAP: Final = 8
_FRAME: Final = 2
_FRAME_COLORS: Final = np.array([(255, 0, 110), (0, 190, 255)], np.uint8)
_MIN_CELL_PX: Final = 12
_MAX_GRID_SIDE: Final = 800
_GRID_COLOR: Final = np.array((255, 0, 110), np.uint8)
_CHECKER_LEVELS: Final = (236, 222)
_BACKGROUND_LEVEL: Final = 250


def draw_cut_preview(sheets: Sequence[SpriteSheet]) -> bytes:
    """Return a PNG of the first 16 sheets, small ones beside each other; above each a part of its source with the grid, if kept."""
    blocks = [_rows(_pictures(sheet), 0) for sheet in sheets[:MAX_SHEETS]]
    page = np.pad(_rows(blocks, _MIN_ROW_WIDTH), ((_GAP, _GAP), (_GAP, _GAP), (0, 0)), constant_values=_BACKGROUND_LEVEL)
    buffer = BytesIO()
    Image.fromarray(page).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _pictures(sheet: SpriteSheet) -> list[NDArray[np.uint8]]:
    grid = [] if sheet.source is None else [_draw_grid(sheet.source.rgba, sheet.grid)]
    return [*grid, _draw_sheet(sheet)]


def _rows(pictures: Sequence[NDArray[np.uint8]], width: int) -> NDArray[np.uint8]:
    """Return pictures (h, w, 3) in rows of at most a width, or that of the widest, with gaps between them."""
    width = max([width, *(picture.shape[1] for picture in pictures)])
    places, top, left, bottom = [], 0, 0, 0
    for picture in pictures:
        if left + picture.shape[1] > width:
            top, left = bottom + _GAP, 0
        places.append((top, left))
        left += picture.shape[1] + _GAP
        bottom = max(bottom, top + len(picture))
    right = max(left + picture.shape[1] for picture, (_, left) in zip(pictures, places, strict=True))
    page = np.full((bottom, right, 3), _BACKGROUND_LEVEL, np.uint8)
    for picture, (top, left) in zip(pictures, places, strict=True):
        page[top : top + len(picture), left : left + picture.shape[1]] = picture
    return page


def _draw_sheet(sheet: SpriteSheet) -> NDArray[np.uint8]:
    rgba = sheet.picture.rgba
    scale = min(max(_MAX_SIDE // max(rgba.shape[:2]), 2), 8)
    out = _on_checkerboard(rgba.repeat(scale, 0).repeat(scale, 1))
    height, width = rgba.shape[:2]
    # The frame lies outside the box: everything inside it is cut out. So a box at the edge needs room around the sheet.
    is_at_edge = any(box.top <= 0 or box.left <= 0 or box.bottom >= height or box.right >= width for box in sheet.boxes)
    margin = _FRAME if is_at_edge and len(sheet.boxes) > 1 else 0
    out = np.pad(out, ((margin, margin), (margin, margin), (0, 0)), constant_values=_BACKGROUND_LEVEL)
    for number, box in enumerate(sheet.boxes):
        top, left, bottom, right = (margin + scale * side for side in (box.top, box.left, box.bottom, box.right))
        color = _FRAME_COLORS[number % 2]
        outer_top, outer_left, outer_bottom, outer_right = (
            max(top - _FRAME, 0),
            max(left - _FRAME, 0),
            bottom + _FRAME,
            right + _FRAME,
        )
        for rows, columns in (
            (slice(outer_top, top), slice(outer_left, outer_right)),
            (slice(bottom, outer_bottom), slice(outer_left, outer_right)),
            (slice(outer_top, outer_bottom), slice(outer_left, left)),
            (slice(outer_top, outer_bottom), slice(right, outer_right)),
        ):
            out[rows, columns] = color
    return out


def _draw_grid(rgba: Rgba, grid: GridEstimate) -> NDArray[np.uint8]:
    """Return the part of a picture with the most edges, enlarged until cells can be seen, with the borders of native pixels."""
    borders = grid.borders_in((rgba.shape[0], rgba.shape[1]))
    scale = max(math.ceil(_MIN_CELL_PX / min(float(np.median(np.diff(border))) for border in borders)), 1)
    parts = []
    for counts in exact_edges(rgba):
        shown = min(len(counts), _MAX_GRID_SIDE // scale)
        start = int(np.convolve(counts, np.ones(shown), "valid").argmax())
        parts.append(slice(start, start + shown))
    rows, columns = parts
    out = _on_checkerboard(rgba[rows, columns].repeat(scale, 0).repeat(scale, 1))
    for axis, (part, border) in enumerate(zip(parts, borders, strict=True)):
        inside = border[(border >= part.start) & (border <= part.stop)] - part.start
        lines = np.minimum(scale * inside, out.shape[axis] - 1)
        if axis == 0:
            out[lines] = _GRID_COLOR
        else:
            out[:, lines] = _GRID_COLOR
    return out


def _on_checkerboard(rgba: Rgba) -> NDArray[np.uint8]:
    ys, xs = np.indices(rgba.shape[:2])
    background = np.where((ys // 8 + xs // 8) % 2 == 0, *_CHECKER_LEVELS)[..., None]
    alpha = rgba[..., 3:].astype(np.uint16)
    return ((rgba[..., :3] * alpha + background * (255 - alpha) + 127) // 255).astype(np.uint8)
