"""Pictures of chunks, byte by byte: their layout is right or nearly so, and what they show is nothing."""

import struct
import zlib


def chunk_of(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width: int, height: int) -> bytes:
    header = chunk_of(b"IHDR", struct.pack(">II5B", width, height, 8, 3, 0, 0, 0))
    rest = [(b"PLTE", bytes(6)), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunk_of(kind, body) for kind, body in rest)


def webp_of(kind: bytes, width: int = 1) -> bytes:
    canvas = b"\2\0\0\0" + (width - 1).to_bytes(3, "little") + bytes(3)
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + kind + struct.pack("<I", 8) + bytes(8)
    return b"RIFF" + struct.pack("<I", len(body)) + body
