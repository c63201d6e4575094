"""Receipts: 64 dreams of one seed as a picture, by which anyone who has the model can check that it dreams them.

They lie side by side, eight in a row, without gaps and at native size: tile i in row i // 8 and column i % 8.
"""

from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from viewer.errors import PictureError
from viewer.pictures.mosaic import Pixels, encode_png
from viewer.pictures.palette import rgba

NUM_COLUMNS: Final = 8


def encode_receipts(tiles: Pixels, palette: tuple[str, ...]) -> bytes:
    """Return dreams (n, H, W), where n is a multiple of eight, as an indexed PNG in a palette of "#rrggbbaa"."""
    count, height, width = tiles.shape
    # (rows, columns, H, W) -> (rows, H, columns, W)
    grid = tiles.reshape(count // NUM_COLUMNS, NUM_COLUMNS, height, width).swapaxes(1, 2)
    return encode_png(np.ascontiguousarray(grid).reshape(count // NUM_COLUMNS * height, NUM_COLUMNS * width), palette)


def decode_receipts(data: bytes, palette: tuple[str, ...], size: tuple[int, int]) -> Pixels:
    """Return the dreams (n, H, W) in a picture, as indices into the palette.

    Raises PictureError, worded to follow a file's name.
    """
    indices, colors = decode_indexed(data)
    height, width = size
    if indices.max() >= len(palette):
        raise PictureError(f"has colour {indices.max()} of a palette of {len(palette)}")
    if not np.array_equal(colors, rgba(palette)[indices]):
        raise PictureError("is in other colours than the model's palette")
    rows = indices.shape[0] // height
    return indices.reshape(rows, height, NUM_COLUMNS, width).swapaxes(1, 2).reshape(-1, height, width)


def decode_indexed(data: bytes) -> tuple[Pixels, NDArray[np.uint8]]:
    """Return the indices (H, W) and the RGBA colours (H, W, 4) of an indexed PNG, whose size the caller has checked.

    Raises PictureError, worded to follow a file's name.
    """
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as image:
            if image.mode != "P":
                raise PictureError("has no palette")
            return np.array(image, np.uint8), np.array(image.convert("RGBA"))
    except PictureError:
        raise
    except Exception as error:  # Pillow's parsers raise many classes for a damaged file
        raise PictureError("is damaged") from error
