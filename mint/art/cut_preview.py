"""The preview of the cuts: sheets at their true size on a checkerboard, with a frame around each sprite."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.art.importer import SpriteSheet
from mint.art.rgba import Rgba

MAX_SHEETS: Final = 16
_MAX_SIDE: Final = 1600
_GAP: Final = 8
_FRAME: Final = 2
_FRAME_COLORS: Final = np.array([(255, 0, 110), (0, 190, 255)], np.uint8)
_CHECKER_LEVELS: Final = (236, 222)
_BACKGROUND_LEVEL: Final = 250


def draw_cut_preview(sheets: Sequence[SpriteSheet]) -> bytes:
    """Return a PNG of the first 16 sheets, one below the other."""
    pictures = [_draw_sheet(sheet) for sheet in sheets[:MAX_SHEETS]]
    width = max(picture.shape[1] for picture in pictures) + 2 * _GAP
    page = np.full((sum(len(picture) + _GAP for picture in pictures) + _GAP, width, 3), _BACKGROUND_LEVEL, np.uint8)
    top = _GAP
    for picture in pictures:
        page[top : top + len(picture), _GAP : _GAP + picture.shape[1]] = picture
        top += len(picture) + _GAP
    buffer = BytesIO()
    Image.fromarray(page).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _draw_sheet(sheet: SpriteSheet) -> NDArray[np.uint8]:
    rgba = sheet.picture.rgba
    scale = min(max(_MAX_SIDE // max(rgba.shape[:2]), 2), 8)
    out = _on_checkerboard(rgba.repeat(scale, 0).repeat(scale, 1))
    for number, box in enumerate(sheet.boxes):
        top, left, bottom, right = (scale * side for side in (box.top, box.left, box.bottom, box.right))
        color = _FRAME_COLORS[number % 2]
        # The frame lies outside the box: everything inside it is cut out.
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


def _on_checkerboard(rgba: Rgba) -> NDArray[np.uint8]:
    ys, xs = np.indices(rgba.shape[:2])
    background = np.where((ys // 8 + xs // 8) % 2 == 0, *_CHECKER_LEVELS)[..., None]
    alpha = rgba[..., 3:].astype(np.uint16)
    return ((rgba[..., :3] * alpha + background * (255 - alpha) + 127) // 255).astype(np.uint8)
