"""The frames that a program and its model's process exchange: a JSON object and bytes. Nothing is pickled.

A frame is the length of the JSON text (4 bytes), the number of bytes that follow it (8 bytes), both little-endian, and the two. A
model of a stranger that has taken over its process can send what it wants: a reader refuses frames that are too long, and reads
the objects strictly.
"""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any, Final

_HEAD: Final = struct.Struct("<IQ")
MAX_TEXT_BYTES: Final = 128 * 1024
MAX_BYTES: Final = 256 * 2**20


class FrameError(Exception):
    """Report that the other process has ended, or sends what is no frame."""


def write_frame(file: IO[bytes], header: Mapping[str, object], *parts: bytes) -> None:
    """Write a frame. Raises OSError or ValueError where the other process has ended."""
    text = json.dumps(header).encode()
    file.write(_HEAD.pack(len(text), sum(len(part) for part in parts)) + text)
    for part in parts:
        file.write(part)
    file.flush()


def read_frame(file: IO[bytes], max_bytes: int = MAX_BYTES) -> tuple[dict[str, Any], bytes]:
    """Read a frame. Raises FrameError."""
    text_bytes, num_bytes = _HEAD.unpack(_read(file, _HEAD.size))
    if text_bytes > MAX_TEXT_BYTES or num_bytes > max_bytes:
        raise FrameError("a frame is too long")
    try:
        header = json.loads(_read(file, text_bytes))
    except (ValueError, RecursionError) as error:
        raise FrameError("a frame is not JSON") from error
    if not isinstance(header, dict):
        raise FrameError("a frame is no object")
    return header, _read(file, num_bytes)


def _read(file: IO[bytes], count: int) -> bytes:
    try:
        data = file.read(count)
    except (OSError, ValueError) as error:
        raise FrameError("the pipe is closed") from error
    if len(data) < count:
        raise FrameError("the pipe is closed")
    return data
