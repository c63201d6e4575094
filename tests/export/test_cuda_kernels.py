"""The check for CUDA kernels finds what the provider lacks, and nothing in the graphs of the token in the repository."""

from pathlib import Path

import pytest
from onnx import TensorProto, helper

from tests.export.cuda_kernels import OPSET, missing_kernels

TOKENS = Path(__file__).parents[2] / "tokens"


def graph_of(operator: str, *types: int, output: int) -> bytes:
    """Return the bytes of a graph with one node, whose inputs have these types."""
    names = [f"x{index}" for index in range(len(types))]
    inputs = [helper.make_tensor_value_info(name, kind, [3]) for name, kind in zip(names, types, strict=True)]
    outputs = [helper.make_tensor_value_info("y", output, None)]
    graph = helper.make_graph([helper.make_node(operator, names, ["y"])], "planted", inputs, outputs)
    return bytes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)]).SerializeToString())


@pytest.mark.parametrize(
    ("operator", "types", "output", "missing"),
    [
        ("Equal", (TensorProto.UINT8, TensorProto.UINT8), TensorProto.BOOL, ["Equal(uint8, uint8)"]),
        ("Equal", (TensorProto.INT32, TensorProto.INT32), TensorProto.BOOL, []),
        ("Less", (TensorProto.INT8, TensorProto.INT8), TensorProto.BOOL, ["Less(int8, int8)"]),
        ("Add", (TensorProto.INT8, TensorProto.INT8), TensorProto.INT8, []),
        ("ArgMax", (TensorProto.INT32,), TensorProto.INT64, ["ArgMax(int32)"]),
        ("BitwiseNot", (TensorProto.UINT8,), TensorProto.UINT8, ["BitwiseNot(uint8)"]),
        ("Where", (TensorProto.BOOL, TensorProto.INT8, TensorProto.INT8), TensorProto.INT8, ["Where(bool, int8, int8)"]),
    ],
)
def test_a_node_without_a_kernel_is_found(operator: str, types: tuple[int, ...], output: int, missing: list[str]) -> None:
    assert missing_kernels(graph_of(operator, *types, output=output)) == missing


def test_a_computation_with_a_shape_is_found() -> None:
    nodes = [helper.make_node("Shape", ["x"], ["shape"]), helper.make_node("Mul", ["shape", "shape"], ["square"])]
    nodes.append(helper.make_node("Reshape", ["x", "shape"], ["y"]))
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [3])]
    outputs = [
        helper.make_tensor_value_info("y", TensorProto.FLOAT, None),
        helper.make_tensor_value_info("square", TensorProto.INT64, [1]),
    ]
    model = helper.make_model(helper.make_graph(nodes, "planted", inputs, outputs), opset_imports=[helper.make_opsetid("", OPSET)])
    assert missing_kernels(model.SerializeToString()) == ["Mul of a shape"]


@pytest.mark.parametrize("path", sorted(TOKENS.glob("*/models/*.onnx")), ids=lambda path: path.stem)
def test_the_token_in_the_repository_runs_with_cuda(path: Path) -> None:
    assert missing_kernels(path.read_bytes()) == []
