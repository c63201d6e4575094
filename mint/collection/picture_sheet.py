"""Sheets: pictures of one size side by side, each with a caption, as one PNG in full colour."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.token.font import render
from mint.token.fonts.tiny import TINY

Rgba = NDArray[np.uint8]

_BACKGROUND: Final = (13, 13, 15, 255)
_TEXT: Final = (220, 218, 213, 255)
_TEXT_SCALE: Final = 2


def sheet_png(pictures: Sequence[Rgba], columns: int, gap_px: int, *, scale: int = 1, captions: Sequence[str] = ()) -> bytes:
    """Return pictures, each (H, W, 4) RGBA, row by row with a gap around each, as a PNG.

    A picture's pixels are ``scale`` wide. A caption stands below its picture and is cut off where it is wider.
    """
    height, width = (side * scale for side in pictures[0].shape[:2])
    caption_px = TINY.height * _TEXT_SCALE + gap_px // 2 if captions else 0
    step_y, step_x = height + caption_px + gap_px, width + gap_px
    sheet = np.full((-(-len(pictures) // columns) * step_y + gap_px, columns * step_x + gap_px, 4), _BACKGROUND, np.uint8)
    for number, picture in enumerate(pictures):
        y, x = gap_px + number // columns * step_y, gap_px + number % columns * step_x
        sheet[y : y + height, x : x + width] = picture.repeat(scale, 0).repeat(scale, 1)
        if captions:
            mask = render(TINY, captions[number]).repeat(_TEXT_SCALE, 0).repeat(_TEXT_SCALE, 1)[:, :width]
            top = y + height + gap_px // 2
            sheet[top : top + mask.shape[0], x : x + mask.shape[1]][mask] = _TEXT
    buffer = BytesIO()
    Image.fromarray(sheet).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()
