"""Animated GIF, with every colour of the palette and only the rectangle that changes in each image.

Source: https://www.w3.org/Graphics/GIF/spec-gif89a.txt. Pillow would keep all frames in memory, so only its encoder is used.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from viewer.pictures.mosaic import Pixels, enlarged

_MAX_COLORS: Final = 256
_MAX_DELAY_CS: Final = 65535  # 16 bits, 11 minutes


def write_gif(
    file: BinaryIO, frames: Iterator[Pixels], rgb: NDArray[np.uint8], *, scale: int, times_cs: Sequence[int], comment: str
) -> None:
    """Write frames, each (H, W) uint8 indices into ``rgb`` (K, 3) uint8, as a GIF that repeats for ever.

    A pixel is drawn scale x scale large. ``times_cs`` says when each frame begins and the last one ends, in hundredths of a second.
    """
    unchanged = len(rgb)  # the index that shows the image before; 256 colours leave no room for it
    shown = next(frames)
    file.write(_header(shown, rgb, scale, comment))
    part, corner, since_cs = shown, (0, 0), times_cs[0]
    for frame, begin_cs in zip(frames, times_cs[1:-1], strict=True):
        changed = frame != shown
        if not changed.any():
            continue
        file.write(_image(part, corner, begin_cs - since_cs, unchanged, scale))
        rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
        corner = (int(rows[0]), int(columns[0]))
        box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        part = np.where(changed[box], frame[box], unchanged).astype(np.uint8) if unchanged < _MAX_COLORS else frame[box]
        shown, since_cs = frame, begin_cs
    file.write(_image(part, corner, times_cs[-1] - since_cs, unchanged, scale) + b";")


def _header(frame: Pixels, rgb: NDArray[np.uint8], scale: int, comment: str) -> bytes:
    height, width = (side * scale for side in frame.shape)
    bits = max(1, min(_MAX_COLORS, len(rgb) + 1) - 1).bit_length()
    screen = struct.pack("<HHBBB", width, height, 0xF0 | (bits - 1), 0, 0)
    table = rgb.tobytes().ljust(3 << bits, b"\0")
    loop = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    text = comment.encode()
    blocks = (text[at : at + 255] for at in range(0, len(text), 255))
    return b"".join((b"GIF89a", screen, table, loop, b"!\xfe", *(bytes([len(block)]) + block for block in blocks), b"\0"))


def _image(part: Pixels, corner: tuple[int, int], delay_cs: int, unchanged: int, scale: int) -> bytes:
    """Return an image that is shown for a time, with its top left pixel in a corner (row, column) of the film."""
    top, left = corner
    image = Image.fromarray(enlarged(part, scale))
    options = {"transparency": unchanged} if unchanged < _MAX_COLORS else {}
    duration_ms = 10 * min(delay_cs, _MAX_DELAY_CS)
    return b"".join(GifImagePlugin.getdata(image, (left * scale, top * scale), duration=duration_ms, disposal=1, **options))
