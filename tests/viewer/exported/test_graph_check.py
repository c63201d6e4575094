"""Graphs from strangers: which are refused, before onnxruntime loads them."""

import struct
from collections.abc import Callable
from pathlib import Path

import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import ModelProto, TensorProto, helper

from tests.hostile_graphs import REFUSED
from viewer.errors import GraphError
from viewer.exported.graph_check import checked_graph
from viewer.exported.manifest import GraphFile, TensorSpec
from viewer.exported.model import load_model
from viewer.exported.protobuf_limits import MAX_STRUCTURE_BYTES, check_structure
from viewer.exported.session import load_session


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_graph_never_reaches_onnxruntime(
    case: str, generator: ModelProto, expected: GraphFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, sentence = REFUSED[case]
    change(generator)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("onnxruntime loaded the graph")

    monkeypatch.setattr(onnxruntime, "InferenceSession", fail)
    with pytest.raises(GraphError, match=sentence) as caught:
        load_session(generator.SerializeToString(), expected, "cpu")
    assert "\n" not in str(caught.value)


def test_a_valid_graph_reaches_onnxruntime(generator: ModelProto, expected: GraphFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("onnxruntime loaded the graph")

    monkeypatch.setattr(onnxruntime, "InferenceSession", fail)
    with pytest.raises(Exception, match="onnxruntime loaded the graph"):
        load_session(generator.SerializeToString(), expected, "cpu")


def test_the_folder_of_a_refused_graph_is_named(generator: ModelProto, write_export: Callable[[ModelProto], Path]) -> None:
    generator.graph.node[0].op_type = "Loop"
    token = write_export(generator)
    with pytest.raises(GraphError) as caught:
        load_model(token, "cpu")
    assert str(caught.value) == (f"the generator.onnx of {token} is refused: it uses the operator Loop, which is not on the list")


def test_unknown_fields_are_dropped(generator: ModelProto, expected: GraphFile) -> None:
    """A field that this parser does not know might mean something to another, so it is not passed on."""
    data = generator.SerializeToString()
    unknown = b"\xfa\x7f\x03abc"  # field 2047, three bytes
    assert b"abc" in data + unknown
    assert checked_graph(data + unknown, expected) == checked_graph(data, expected)
    assert ModelProto.FromString(checked_graph(data, expected).data) == generator


def test_bytes_like_onnxruntimes_own_format_are_read_as_onnx(
    generator: ModelProto, write_export: Callable[[ModelProto], Path]
) -> None:
    generator.producer_name = "ORTM"
    token = write_export(generator)
    assert (token / "models" / "generator.onnx").read_bytes()[4:8] == b"ORTM"
    assert load_model(token, "cpu").provider == "CPUExecutionProvider"


def length_prefixed(field: int, content: bytes) -> bytes:
    length, head = len(content), bytes([field << 3 | 2])
    while length > 127:
        head, length = head + bytes([length & 127 | 128]), length >> 7
    return head + bytes([length]) + content


def test_millions_of_empty_nodes_are_refused_before_they_are_parsed() -> None:
    nodes = length_prefixed(7, b"\x0a\x00" * MAX_STRUCTURE_BYTES)
    with pytest.raises(GraphError, match="it holds more than 1048576 bytes besides its raw weights"):
        check_structure(nodes)


def test_raw_weights_may_be_long() -> None:
    weights = length_prefixed(7, length_prefixed(5, length_prefixed(9, bytes(2 * MAX_STRUCTURE_BYTES))))
    check_structure(weights)
    with pytest.raises(GraphError, match="besides its raw weights"):
        check_structure(weights + length_prefixed(2, bytes(MAX_STRUCTURE_BYTES)))


@given(st.binary(max_size=64))
def test_any_bytes_are_refused_with_a_sentence(data: bytes) -> None:
    inputs = outputs = ()
    with pytest.raises(GraphError):
        checked_graph(data, GraphFile(bytes=1, sha256="", inputs=inputs, outputs=outputs))


@settings(max_examples=100)
@given(st.data())
def test_a_damaged_file_is_refused_or_loads(data: st.DataObject) -> None:
    """Random changes of bytes give a sentence or a graph that onnxruntime loads, never a crash."""
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 5]) for name in ("z", "out")]
    constant = TensorProto(name="k", data_type=TensorProto.FLOAT, dims=[1], raw_data=struct.pack("<f", 2))
    graph = helper.make_graph([helper.make_node("Mul", ["z", "k"], ["out"])], "g", values[:1], values[1:], [constant])
    damaged = bytearray(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8).SerializeToString())
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place : place + 1] = data.draw(st.binary(max_size=3))
    z, out = (TensorSpec(name, "float32", ("n", 5)) for name in ("z", "out"))
    try:
        has_tiles = checked_graph(bytes(damaged), GraphFile(bytes=1, sha256="", inputs=(z,), outputs=(out,))).data
    except GraphError:
        return
    onnxruntime.InferenceSession(has_tiles, providers=["CPUExecutionProvider"])
