"""The bytes of an ONNX file in pieces: its nodes, its constants, and places for weights.

Files for different numbers of colours have most pieces in common, so an archive of all of them is little larger than one of them.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from google.protobuf.message import Message
from onnx import GraphProto, ModelProto, TensorProto

from mint.errors import BrowserError

# Field numbers of onnx.proto.
_GRAPH: Final = 7
_NODE, _NAME, _INITIALIZER, _INPUT, _OUTPUT = 1, 2, 5, 11, 12
_RAW_DATA: Final = 9


class WeightSlice(NamedTuple):
    """A part of a file that is a part of the averaged weights of a side (0 autoencoder, 1 discriminator), counted in numbers."""

    side: int
    start: int
    length: int


Pieces = tuple[bytes | WeightSlice, ...]


def pieces_of(data: bytes, weights: Mapping[str, WeightSlice] | None = None) -> Pieces:
    """Return the pieces of an ONNX file; ``weights`` tells where the numbers of constants come from, by name.

    Raises BrowserError where the file is not written in the usual order of fields.
    """
    model = ModelProto.FromString(data)
    graph = list(_graph_pieces(model.graph, weights or {}))
    length = sum(4 * piece.length if isinstance(piece, WeightSlice) else len(piece) for piece in graph)
    before, after = ModelProto(), ModelProto(opset_import=model.opset_import)
    before.CopyFrom(model)
    for field in ("graph", "opset_import"):
        before.ClearField(field)
    head: bytes = before.SerializeToString(deterministic=True) + _tag(_GRAPH) + _varint(length)
    pieces = (head, *graph, after.SerializeToString(deterministic=True))
    contents = _contents(model, weights or {})
    written = b"".join(contents[piece] if isinstance(piece, WeightSlice) else piece for piece in pieces)
    if written != data:
        raise BrowserError("an ONNX file is written in another order than expected; report this as a bug")
    return pieces


def _contents(model: ModelProto, weights: Mapping[str, WeightSlice]) -> dict[WeightSlice, bytes]:
    return {weights[tensor.name]: tensor.raw_data for tensor in model.graph.initializer if tensor.name in weights}


def _graph_pieces(graph: GraphProto, weights: Mapping[str, WeightSlice]) -> Iterator[bytes | WeightSlice]:
    for node in graph.node:
        yield _field(_NODE, node)
    name = graph.name.encode()
    yield _tag(_NAME) + _varint(len(name)) + name
    for tensor in graph.initializer:
        if tensor.name in weights:
            yield from _around_data(tensor, weights[tensor.name])
        else:
            yield _field(_INITIALIZER, tensor)
    # Empty, but written where torch has set it.
    if graph.HasField("doc_string"):
        yield GraphProto(doc_string=graph.doc_string).SerializeToString()
    for value in graph.input:
        yield _field(_INPUT, value)
    for value in graph.output:
        yield _field(_OUTPUT, value)


def _around_data(tensor: TensorProto, weight: WeightSlice) -> Iterator[bytes | WeightSlice]:
    """Return the field of a tensor with a place for its data."""
    before, after = TensorProto(), TensorProto()
    before.CopyFrom(tensor)
    before.ClearField("raw_data")
    if tensor.HasField("doc_string"):
        before.ClearField("doc_string")
        after.doc_string = tensor.doc_string
    start = before.SerializeToString(deterministic=True) + _tag(_RAW_DATA) + _varint(len(tensor.raw_data))
    end = after.SerializeToString(deterministic=True)
    yield _tag(_INITIALIZER) + _varint(len(start) + len(tensor.raw_data) + len(end)) + start
    yield weight
    yield end


def _field(number: int, message: Message) -> bytes:
    content: bytes = message.SerializeToString(deterministic=True)
    return _tag(number) + _varint(len(content)) + content


def _tag(number: int) -> bytes:
    return _varint(number << 3 | 2)  # a field with a length (Protocol Buffers, "Encoding")


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])
