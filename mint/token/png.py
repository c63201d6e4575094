"""Write and read palette indices as indexed PNG files."""

import errno
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.token.raster import Pixels
from viewer.printable import printable
from viewer.regular_file import UnsuitableFileError, read_regular_file

MAX_BYTES = 1 << 20
MAX_SIDE = 256
# Limits of sheets, which contain many sprites.
MAX_SHEET_BYTES = 1 << 22
MAX_SHEET_SIDE = 1024
# The last chunk of every PNG (PNG specification, third edition, 11.2.5), with its length and CRC.
_IEND = b"\0\0\0\0IEND\xaeB\x60\x82"


def indexed_png(pixels: Pixels, rgba: NDArray[np.uint8]) -> bytes:
    """Encode palette indices (H, W) as an indexed PNG with the palette (K, 4) RGBA."""
    image = Image.fromarray(pixels)
    image.putpalette(rgba[:, :3].tobytes(), "RGB")
    buffer = BytesIO()
    transparency = {} if (rgba[:, 3] == 255).all() else {"transparency": rgba[:, 3].tobytes()}
    image.save(buffer, "PNG", **transparency)
    return buffer.getvalue()


def read_indexed_png(
    path: Path, rgba: NDArray[np.uint8], max_side: int = MAX_SIDE, max_bytes: int = MAX_BYTES, *, within: Path | None = None
) -> Pixels:
    """Return the palette indices (H, W) of an indexed PNG that uses the palette (K, 4) RGBA.

    ``within`` is the folder that it belongs to. Raises ValueError with the reason if the file is missing, too large or invalid;
    OSError if it cannot be opened.
    """
    try:
        data = read_regular_file(path, max_bytes, within=within)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise ValueError("is missing") from error
    except UnsuitableFileError as error:
        is_long = error.errno == errno.EFBIG
        raise ValueError(f"is larger than {max_bytes} bytes" if is_long else f"cannot be read: {error.strerror}") from error
    pixels, colors = _decode(data, max_side)
    # Pillow stops as soon as it has all pixels, before it has compared their checksum.
    if not data.endswith(_IEND):
        raise ValueError("is damaged (it does not end with the chunk IEND)")
    if pixels.max() >= len(rgba):
        raise ValueError(f"uses index {pixels.max()}, the palette has {len(rgba)} colours")
    if not np.array_equal(colors, rgba[pixels]):
        raise ValueError("has other colours than the token's palette")
    return pixels


def _decode(data: bytes, max_side: int) -> tuple[Pixels, NDArray[np.uint8]]:
    """Return a PNG's indices (H, W) and colours (H, W, 4)."""
    try:
        with warnings.catch_warnings(action="error"), Image.open(BytesIO(data), formats=["PNG"]) as image:
            if image.mode == "P" and max(image.size) <= max_side:
                return np.array(image, np.uint8), np.array(image.convert("RGBA"))
    # For a damaged file, Pillow raises any error of its parsers: struct, zlib and index errors among others.
    except Exception as error:
        raise ValueError(f"is damaged ({printable(error)})") from error
    raise ValueError(f"is not an indexed PNG of at most {max_side} pixels a side")
