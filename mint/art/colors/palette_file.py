"""Palette files, told apart by their content: the text and binary formats of paint programs, and pictures of a palette."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.colors.palette_binary import binary_colors
from mint.art.colors.palette_text import text_colors
from mint.errors import ArtError, UnreadablePictureError
from mint.picture_files.reader import decode_frames
from viewer.regular_file import read_regular_file

MAX_BYTES: Final = 1 << 20
MAX_COLORS: Final = 256
SUFFIXES: Final = (".gpl", ".hex", ".pal", ".txt", ".act", ".aco", ".ase", ".png", ".gif", ".bmp")
KNOWN_FORMATS: Final = "a .gpl, .hex, .pal, .txt, .act, .aco or .ase file, or a PNG of its colours"

_PICTURE_SIGNATURES: Final = (b"\x89PNG\r\n\x1a\n", b"GIF8")
_ASEPRITE_MAGIC: Final = b"\xe0\xa5"  # at byte 4


def read_palette(path: Path) -> NDArray[np.uint8]:
    """Read the colours (K, 4) of a palette file: 2 to 256, without duplicates, every clear one black. Raises ArtError.

    The content decides the format, because palettes are often renamed; the suffix only decides what the content leaves open.
    """
    try:
        data = read_regular_file(path, MAX_BYTES)
    except OSError as error:
        raise ArtError(f"the palette {path} cannot be read: {error.strerror or error}; give {KNOWN_FORMATS}") from error
    rgba = _colors(data, path)
    rgba[rgba[:, 3] == 0] = 0
    _, first = np.unique(rgba, axis=0, return_index=True)
    if not 2 <= len(first) <= MAX_COLORS:
        raise ArtError(f"the palette {path} has {len(first)} colours; give 2 to {MAX_COLORS}")
    distinct: NDArray[np.uint8] = rgba[np.sort(first)]
    return distinct


def _colors(data: bytes, path: Path) -> NDArray[np.uint8]:
    """Return the colours (k, 4) of a file, in its order and perhaps more than once."""
    if data[4:6] == _ASEPRITE_MAGIC:
        raise ArtError(f"the palette {path} is a picture of Aseprite; save its palette there as .gpl or .png, and give that file")
    if _is_picture(data):
        try:
            frame = next(decode_frames(data, f"the palette {path}")).rgba
        except UnreadablePictureError as error:
            raise ArtError(str(error)) from error
        # The clear pixels of a picture fill up its last row and are no colour of the palette.
        return frame.reshape(-1, 4)[frame[..., 3].ravel() > 0]
    colors = binary_colors(data, f"the palette {path}")
    if colors is None:
        colors = text_colors(data, path)
    return np.array(colors, np.uint8).reshape(-1, 4)


def _is_picture(data: bytes) -> bool:
    return data.startswith(_PICTURE_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or _is_bmp(data)


def _is_bmp(data: bytes) -> bool:
    """Whether a file is a BMP: its header gives its own length."""
    return data[:2] == b"BM" and int.from_bytes(data[2:6], "little") == len(data)
