"""A limit on the bytes of an ONNX file that are structure and not weights, checked before anything parses them.

A parser turns what it reads into objects, up to 160 bytes for 2. So 64 MiB of empty nodes would fill a machine's memory before the
first check could run. Raw weights take no more memory than their bytes, so only they may be long.
"""

from collections.abc import Iterator
from typing import Final

from viewer.errors import GraphError

MAX_STRUCTURE_BYTES: Final = 1024 * 1024

# Field numbers in onnx.proto: a model's graph, a graph's initializer, a tensor's raw_data.
_PATH = (7, 5, 9)


def check_structure(data: bytes) -> None:
    """Raise GraphError where more than MAX_STRUCTURE_BYTES of an ONNX file are not raw weights, or it is not protobuf."""
    _count(data, 0, len(data), 0, 0)


def _count(data: bytes, start: int, end: int, depth: int, counted: int) -> int:
    for field, head, body, after in _fields(data, start, end):
        on_path = field == _PATH[depth]
        counted += body - head if on_path else after - head
        # Checked for each field, so that the count itself ends early.
        if counted > MAX_STRUCTURE_BYTES:
            raise GraphError(f"it holds more than {MAX_STRUCTURE_BYTES} bytes besides its raw weights")
        if on_path and depth + 1 < len(_PATH):
            counted = _count(data, body, after, depth + 1, counted)
    return counted


def _fields(data: bytes, position: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield each field's number and the offsets of its tag, its content and the next field (protobuf.dev, "Encoding")."""
    while position < end:
        head = position
        tag, position = _varint(data, position, end)
        match tag & 7:
            case 0:  # varint
                body = position
                _, position = _varint(data, position, end)
            case 1:  # 64 bits
                body, position = position, position + 8
            case 2:  # length and content
                length, body = _varint(data, position, end)
                position = body + length
            case 5:  # 32 bits
                body, position = position, position + 4
            case _:
                raise GraphError("it is not an ONNX file")
        if position > end:
            raise GraphError("it ends too early")
        # A field of another type is not a submessage, whatever its number; no field has the number 0.
        yield (tag >> 3 if tag & 7 == 2 else 0), head, body, position


def _varint(data: bytes, position: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= end:
            raise GraphError("it ends too early")
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
    raise GraphError("it is not an ONNX file")
