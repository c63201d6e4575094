"""Shapes, types and sizes of real exports: those of version 0.1.0, one of each recipe, and of a token of this repository."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import onnx
import pytest
from onnx import GraphProto, ModelProto, ValueInfoProto, helper

from viewer.errors import GraphError
from viewer.exported.graph_check import checked_graph
from viewer.exported.graph_size import measure
from viewer.exported.manifest import GraphFile, TensorSpec
from viewer.exported.operators import LETTERS, NAMES, OPERATORS
from viewer.exported.shape_inference import ShapeError, output_shapes

ARCHIVE = Path(__file__).parents[2] / "compatibility" / "pixelmint-0.1.0.zip"
TOKENS = Path(__file__).parents[3] / "tokens"


def exports() -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(ARCHIVE) as archive:
        for name in archive.namelist():
            if name.endswith(".onnx"):
                yield name.removeprefix("tokens/"), archive.read(name)
    for path in sorted(TOKENS.glob("*/models/*.onnx")):
        yield str(path.relative_to(TOKENS)), path.read_bytes()


EXPORTS = dict(exports())


def specs(values: list[ValueInfoProto]) -> tuple[TensorSpec, ...]:
    return tuple(
        TensorSpec(
            value.name,
            NAMES[LETTERS[value.type.tensor_type.elem_type]],  # type: ignore[arg-type]
            tuple(dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim),
        )
        for value in values
    )


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_is_accepted(name: str) -> None:
    graph = onnx.load_model_from_string(EXPORTS[name]).graph
    checked_graph(EXPORTS[name], GraphFile(bytes=1, sha256="", inputs=specs(list(graph.input)), outputs=specs(list(graph.output))))


def with_batch(model: ModelProto, batch: int) -> GraphProto:
    """Return a graph whose values all have the shapes that onnx infers for a batch."""
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = batch
    return onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph


@pytest.mark.parametrize("name", EXPORTS)
def test_shapes_are_those_that_onnx_infers(name: str) -> None:
    graph = with_batch(onnx.load_model_from_string(EXPORTS[name]), 7)
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    for value in (*graph.value_info, *graph.input, *graph.output):
        shapes[value.name] = tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
    integers: dict[str, tuple[int, ...]] = {
        tensor.name: tuple(onnx.numpy_helper.to_array(tensor).ravel().tolist())
        for tensor in graph.initializer
        if tensor.data_type == 7
    }
    assert graph.node
    for node in graph.node:
        if node.op_type == "Shape":
            integers[node.output[0]] = shapes[node.input[0]]
        attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        attributes = {key: tuple(value) if isinstance(value, list) else value for key, value in attributes.items()}
        inputs = [shapes[name] for name in node.input]
        found = output_shapes(node.op_type, attributes, inputs, [integers.get(name) for name in node.input], len(node.output))
        assert found == tuple(shapes[name] for name in node.output), node


def test_work_is_counted() -> None:
    graph = onnx.load_model_from_string(EXPORTS["moonrise-533a084b8750/models/generator.onnx"]).graph
    size = measure(graph, {tensor.name: tensor for tensor in graph.initializer})
    # A third of this is multiplied in convolutions, and 7 MB are read and written.
    assert 100e6 < size.multiplications < 120e6
    assert 7e6 < size.bytes < 8e6


@pytest.mark.parametrize(
    ("operator", "attributes", "inputs", "integers", "sentence"),
    [
        ("Add", {}, [(2, 3), (2,)], [None, None], "do not fit together"),
        ("ArgMax", {"axis": 1}, [(4,)], [None], "a value of 1 axes has no axis 1"),
        ("AveragePool", {"kernel_shape": (2, 2), "strides": (2, 2), "pads": (1, 1, 1, 1)}, [(1, 1, 4, 4)], [None], "four pads"),
        ("AveragePool", {"kernel_shape": (2, 2)}, [(1, 1, 4, 4)], [None], "its strides are not two"),
        ("Clip", {}, [(4,), (4,)], [None, None], "its bounds are not single numbers"),
        ("Concat", {}, [(4,)], [None], "it has no axis"),
        ("Concat", {"axis": 0}, [(4,), (4, 1)], [None, None], "do not fit together"),
        ("Conv", {}, [(1, 2, 4, 4), (1, 3, 1, 1)], [None, None], "a kernel of 3 channels does not fit 2"),
        ("Conv", {"strides": (1,)}, [(1, 2, 4, 4), (1, 2, 1, 1)], [None, None], "its strides are not two"),
        ("Conv", {"pads": (1,)}, [(1, 2, 4, 4), (1, 2, 1, 1)], [None, None], "its pads are not four"),
        ("Conv", {"dilations": (1,)}, [(1, 2, 4, 4), (1, 2, 1, 1)], [None, None], "its dilations are not two"),
        ("Conv", {}, [(1, 2, 4, 4), (1, 2, 1, 1), (2,)], [None] * 3, "its bias does not fit"),
        ("ConvTranspose", {}, [(1, 2, 4, 4), (2, 1, 3, 3)], [None, None], "its kernel has not the size of the list"),
        ("Gemm", {}, [(1, 2), (3, 1)], [None, None], "do not fit together"),
        ("Gemm", {}, [(1, 2), (2, 2), (3, 1, 2)], [None] * 3, "its bias does not fit"),
        ("InstanceNormalization", {}, [(1, 2, 3, 3), (2,), (3,)], [None] * 3, "its scale and bias do not fit"),
        ("MatMul", {}, [(2,), (2, 2)], [None, None], "do not fit together"),
        ("Pad", {}, [(1, 2), (2,)], [None, (0, 0)], "its pads are not two for each axis"),
        ("ReduceSum", {}, [(1, 2), (2,)], [None, (1, -1)], "an axis is given twice"),
        ("ReduceSum", {}, [(1, 2), (2,)], [None, None], "its axes are not constant"),
        ("Reshape", {}, [(2, 3), (2,)], [None, (-1, -1)], "cannot have the shape"),
        ("Reshape", {}, [(2, 3), (1,)], [None, (5,)], "cannot have the shape"),
        ("Reshape", {"allowzero": 1}, [(2, 3), (2,)], [None, (0, -1)], "cannot have the shape"),
        ("Reshape", {}, [(2, 3), (1,)], [None, None], "its new shape is not known beforehand"),
        ("Slice", {}, [(9,), (1,), (2,), (1,)], [None, (0,), (1, 2), (0,)], "its bounds are not one for each axis"),
        ("Slice", {}, [(9,), (1,), (1,), (1,)], [None, None, (1,), (0,)], "its bounds are not constant"),
        ("Split", {"axis": 0, "num_outputs": 3}, [(4,)], [None], "it says 3 outputs and has 2"),
        ("Squeeze", {}, [(2, 1), (1,)], [None, (0,)], "an axis is longer than 1"),
        ("Transpose", {"perm": (0, 0)}, [(2, 1)], [None], "its perm is not an order of the axes"),
        ("Unsqueeze", {}, [(2,), (1,)], [None, (2,)], "has no axis 2"),
    ],
)
def test_what_has_no_shape_is_refused(
    operator: str,
    attributes: dict[str, object],
    inputs: list[tuple[int, ...]],
    integers: list[tuple[int, ...] | None],
    sentence: str,
) -> None:
    with pytest.raises(ShapeError, match=sentence):
        output_shapes(operator, attributes, inputs, integers, 2 if operator == "Split" else 1)


def test_only_listed_types_have_results() -> None:
    assert OPERATORS["Equal"].results("lL", 1) == ["b"]
    assert OPERATORS["Equal"].results("ll", 1) == []  # the second must be in the file
    assert OPERATORS["Concat"].results("fFf", 1) == ["f"]
    assert OPERATORS["Concat"].results("", 1) == []
    assert OPERATORS["Div"].results("LL", 1) == []
    assert OPERATORS["Split"].results("f", 3) == []


def test_an_unknown_output_is_refused() -> None:
    graph = onnx.load_model_from_string(EXPORTS["moonrise-533a084b8750/models/encoder.onnx"]).graph
    graph.output[0].name = "nothing"
    with pytest.raises(GraphError, match="its output nothing is not computed as it says"):
        measure(graph, {tensor.name: tensor for tensor in graph.initializer})
