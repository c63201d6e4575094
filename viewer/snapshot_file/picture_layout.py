"""The layout of pictures in a snapshot file, checked before anything decodes them: chunks, sizes, and no byte behind the end.

Sources: Portable Network Graphics (PNG) Specification, third edition, 5 and 11; WebP Container (RFC 9649, 2.3 to 2.7).
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from viewer.errors import SnapshotError

_PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
# What this program writes for palette indices: no text, no profile, no second picture.
_PNG_CHUNKS: Final = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"]
_PNG_ORDERS: Final = ([b"IHDR", b"PLTE", b"IDAT", b"IEND"], _PNG_CHUNKS)
_PNG_HEADER: Final = struct.Struct(">II5B")  # width, height, depth, colour type, and three methods
_INDEXED: Final = 3
_WEBP_CHUNKS: Final = (b"VP8X", b"ANIM", b"ANMF", b"XMP ")
# Of a picture, and of a film: what comes in many parts takes long to look through.
_MAX_CHUNKS: Final = 1024
_MAX_FILM_CHUNKS: Final = 4096
_MAX_FILM_SIDE: Final = 4096


def png_size(name: str, data: bytes) -> tuple[int, int]:
    """Return (H, W) of an indexed PNG. Raises SnapshotError where it has another kind or order of chunks, or one is damaged."""
    kinds: list[bytes] = []
    header = b""
    for kind, content in _png_chunks(name, data):
        if kind == b"IHDR":
            header = bytes(content)
        if kind != b"IDAT" or kinds[-1:] != [b"IDAT"]:  # one picture may be in several of them
            kinds.append(kind)
    if kinds not in _PNG_ORDERS or len(header) != _PNG_HEADER.size:
        raise SnapshotError(f"{name} is not a PNG with a palette and one picture")
    width, height, depth, color_type, *methods = _PNG_HEADER.unpack(header)
    if color_type != _INDEXED or depth not in (1, 2, 4, 8) or any(methods) or not width or not height:
        raise SnapshotError(f"{name} is not an indexed PNG")
    return height, width


def _png_chunks(name: str, data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield the kind and the content of each chunk. Raises SnapshotError where one is damaged, or bytes follow the last."""
    if not data.startswith(_PNG_MAGIC):
        raise SnapshotError(f"{name} is not a PNG")
    position, num_chunks, kind = len(_PNG_MAGIC), 0, b""
    while position < len(data) and kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, position) if position + 12 <= len(data) else (0, b"")
        end = position + 12 + length
        num_chunks += 1
        if num_chunks > _MAX_CHUNKS:
            raise SnapshotError(f"{name} has more than {_MAX_CHUNKS} chunks")
        if kind not in _PNG_CHUNKS or end > len(data):
            raise SnapshotError(f"{name} has a chunk that its format here does not have, or is cut off")
        (crc,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(memoryview(data)[position + 4 : end - 4]) != crc:
            raise SnapshotError(f"{name} has a damaged chunk {kind.decode()}")
        yield kind, memoryview(data)[position + 8 : end - 4]
        position = end
    if position != len(data):
        raise SnapshotError(f"{name} has {len(data) - position} bytes behind its end")


def check_webp(name: str, data: bytes) -> None:
    """Raise SnapshotError where a film is no WebP, has other chunks, too many or too large frames, or bytes behind its end."""
    if len(data) < 30 or data[:4] != b"RIFF" or data[8:16] != b"WEBPVP8X":
        raise SnapshotError(f"{name} is not an animated WebP")
    (length,) = struct.unpack_from("<I", data, 4)
    if length + 8 != len(data):
        raise SnapshotError(f"{name} has {len(data) - 8} bytes where its header says {length}")
    width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    if max(width, height) > _MAX_FILM_SIDE:
        raise SnapshotError(f"{name} is {width}x{height}; at most {_MAX_FILM_SIDE} a side is read")
    position, num_chunks = 12, 0
    while position < len(data):
        kind, length = struct.unpack_from("<4sI", data, position) if position + 8 <= len(data) else (b"", 0)
        position += 8 + length + length % 2
        num_chunks += 1
        if num_chunks > _MAX_FILM_CHUNKS:
            raise SnapshotError(f"{name} has more than {_MAX_FILM_CHUNKS} chunks")
        if kind not in _WEBP_CHUNKS or position > len(data):
            raise SnapshotError(f"{name} has a chunk that a film here does not have, or is cut off")
