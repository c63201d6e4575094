"""The picture of the cuts: sheets at their true size on a chequered ground, with a frame around each sprite."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.art.grid_detection import Rgba
from mint.art.importer import Sheet

MAX_SHEETS: Final = 16
_MAX_SIDE: Final = 1600
_GAP: Final = 8
_FRAME: Final = 2
_FRAMES: Final = np.array([(255, 0, 110), (0, 190, 255)], np.uint8)
_CHECKS: Final = (236, 222)
_PAPER: Final = 250


def cut_picture(sheets: Sequence[Sheet]) -> bytes:
    """Return a PNG of the first 16 sheets, one below the other."""
    pictures = [_drawn(sheet) for sheet in sheets[:MAX_SHEETS]]
    width = max(picture.shape[1] for picture in pictures) + 2 * _GAP
    page = np.full((sum(len(picture) + _GAP for picture in pictures) + _GAP, width, 3), _PAPER, np.uint8)
    top = _GAP
    for picture in pictures:
        page[top : top + len(picture), _GAP : _GAP + picture.shape[1]] = picture
        top += len(picture) + _GAP
    buffer = BytesIO()
    Image.fromarray(page).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _drawn(sheet: Sheet) -> NDArray[np.uint8]:
    rgba = sheet.picture.rgba
    scale = min(max(_MAX_SIDE // max(rgba.shape[:2]), 2), 8)
    out = _on_checks(rgba.repeat(scale, 0).repeat(scale, 1))
    for number, box in enumerate(sheet.boxes):
        top, left, bottom, right = (scale * side for side in (box.top, box.left, box.bottom, box.right))
        color = _FRAMES[number % 2]
        # Frames lie around the sprites: what is inside is what will be cut out.
        before, after = (max(top - _FRAME, 0), max(left - _FRAME, 0)), (bottom + _FRAME, right + _FRAME)
        for rows, columns in (
            (slice(before[0], top), slice(before[1], after[1])),
            (slice(bottom, after[0]), slice(before[1], after[1])),
            (slice(before[0], after[0]), slice(before[1], left)),
            (slice(before[0], after[0]), slice(right, after[1])),
        ):
            out[rows, columns] = color
    return out


def _on_checks(rgba: Rgba) -> NDArray[np.uint8]:
    ys, xs = np.indices(rgba.shape[:2])
    ground = np.where((ys // 8 + xs // 8) % 2 == 0, *_CHECKS)[..., None]
    alpha = rgba[..., 3:].astype(np.uint16)
    return ((rgba[..., :3] * alpha + ground * (255 - alpha) + 127) // 255).astype(np.uint8)
