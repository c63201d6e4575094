"""Writers of picture files in varieties that no library writes: PNGs of any depth, interlaced or animated, and any GIF."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Samples = NDArray[np.uint16]
Chunk = tuple[bytes, bytes]

GREY, RGB, INDEXED, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
NUM_CHANNELS = {GREY: 1, RGB: 3, INDEXED: 1, GREY_ALPHA: 2, RGBA: 4}
# The seven passes of Adam7: first row, first column, and the distances.
_PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def png(
    samples: NDArray[np.integer], depth: int, color_type: int, chunks: Sequence[Chunk] = (), *, interlaced: bool = False
) -> bytes:
    """Write samples (H, W, channels), of up to 16 bits, as a PNG with further chunks before the pixels."""
    header = _header(samples, depth, color_type, interlaced)
    body = [(b"IHDR", header), *chunks, (b"IDAT", _pixels(samples, depth, interlaced)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in body)


@dataclass(frozen=True, kw_only=True)
class ApngFrame:
    """A frame of an APNG: samples (h, w, channels), place, disposal 0 to 2, blend 0 or 1, and delay."""

    samples: NDArray[np.integer]
    left: int = 0
    top: int = 0
    disposal: int = 0
    blend: int = 0
    delay: tuple[int, int] = (1, 10)


def apng(
    frames: Sequence[ApngFrame],
    depth: int,
    color_type: int,
    chunks: Sequence[Chunk] = (),
    *,
    default_image: NDArray[np.integer] | None = None,
) -> bytes:
    """Write an animated PNG; a default image that is no frame of it stands before the first fcTL chunk."""
    first = frames[0].samples if default_image is None else default_image
    body = [(b"IHDR", _header(first, depth, color_type, False)), (b"acTL", struct.pack(">II", len(frames), 0)), *chunks]
    if default_image is not None:
        body.append((b"IDAT", _pixels(default_image, depth, False)))
    number = 0
    for frame in frames:
        height, width = frame.samples.shape[:2]
        size = struct.pack(">IIII", width, height, frame.left, frame.top)
        body.append((b"fcTL", struct.pack(">I", number) + size + struct.pack(">HHBB", *frame.delay, frame.disposal, frame.blend)))
        number += 1
        pixels = _pixels(frame.samples, depth, False)
        if number == 1 and default_image is None:
            body.append((b"IDAT", pixels))
        else:
            body.append((b"fdAT", struct.pack(">I", number) + pixels))
            number += 1
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in [*body, (b"IEND", b"")])


@dataclass(frozen=True, kw_only=True)
class GifPart:
    """A frame of a GIF: indices (h, w), place, disposal 0 to 7, transparent index, delay, and a colour table of its own (k, 3)."""

    indices: NDArray[np.uint8]
    left: int = 0
    top: int = 0
    disposal: int = 0
    transparent: int | None = None
    hundredths: int = 10
    table: NDArray[np.uint8] | None = None
    interlaced: bool = False


def gif(parts: Sequence[GifPart], table: NDArray[np.uint8] | None, size: tuple[int, int], background: int = 0) -> bytes:
    """Write a GIF of a screen (height, width) with a global colour table (k, 3), k a power of two, or without."""
    flags = 0 if table is None else 0x80 | (len(table).bit_length() - 2)
    body = [b"GIF89a", struct.pack("<HHBBB", size[1], size[0], flags, background, 0), b"" if table is None else table.tobytes()]
    body.append(b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0")
    for part in parts:
        control = part.disposal << 2 | (part.transparent is not None)
        body.append(struct.pack("<BBBBHBB", 0x21, 0xF9, 4, control, part.hundredths, part.transparent or 0, 0))
        own = 0 if part.table is None else 0x80 | (len(part.table).bit_length() - 2)
        height, width = part.indices.shape
        body.append(struct.pack("<BHHHHB", 0x2C, part.left, part.top, width, height, own | 0x40 * part.interlaced))
        body.append(b"" if part.table is None else part.table.tobytes())
        body.append(_lzw(part.indices, interlaced=part.interlaced))
    return b"".join([*body, b";"])


def saved(image: Image.Image, picture_format: str, **options: Any) -> bytes:
    """Save a picture with Pillow."""
    buffer = BytesIO()
    image.save(buffer, picture_format, **options)
    return buffer.getvalue()


def exif(orientation: int) -> bytes:
    """Return EXIF data with an orientation."""
    tags = Image.Exif()
    tags[274] = orientation
    return tags.tobytes()


def _lzw(indices: NDArray[np.uint8], *, interlaced: bool) -> bytes:
    """Return the image data of a frame, without compression: a clear code before the codes could grow."""
    if interlaced:
        rows = [row for start, step in ((0, 8), (4, 8), (2, 4), (1, 2)) for row in range(start, len(indices), step)]
        indices = indices[rows]
    bits, num_bits, out = 0, 0, bytearray()
    codes = [
        code for number, index in enumerate(indices.ravel().tolist()) for code in ([256, index] if number % 200 == 0 else [index])
    ]
    for code in [*codes, 257]:
        bits |= code << num_bits
        num_bits += 9
        while num_bits >= 8:
            out.append(bits & 255)
            bits, num_bits = bits >> 8, num_bits - 8
    out.append(bits & 255)
    return b"\x08" + b"".join(bytes([len(out[at : at + 255])]) + out[at : at + 255] for at in range(0, len(out), 255)) + b"\0"


def _header(samples: NDArray[np.integer], depth: int, color_type: int, interlaced: bool) -> bytes:
    return struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], depth, color_type, 0, 0, interlaced)


def _pixels(samples: NDArray[np.integer], depth: int, interlaced: bool) -> bytes:
    parts = [samples[top::down, left::right] for top, left, down, right in _PASSES] if interlaced else [samples]
    return zlib.compress(b"".join(b"\0" + _row(row, depth) for part in parts if part.size for row in part))


def _row(row: NDArray[np.integer], depth: int) -> bytes:
    if depth == 16:
        return row.astype(">u2").tobytes()
    bits = np.unpackbits(row.astype(np.uint8).reshape(-1, 1), axis=1)[:, 8 - depth :]
    return np.packbits(bits).tobytes()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
