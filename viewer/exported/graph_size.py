"""What a graph needs: the shape of each of its values, the bytes of all of them, and the multiplications, for one tile.

Each node is counted before the next is looked at. So a graph that doubles a value thirty times is refused at the node that goes too
far, whatever it would need in the end.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from onnx import AttributeProto, GraphProto, NodeProto, TensorProto, helper, numpy_helper

from viewer.errors import GraphError
from viewer.exported.operators import LETTERS, NAMES, OPERATORS, WIDTHS
from viewer.exported.shape_inference import Integers, Shape, ShapeError, output_shapes
from viewer.printable import printable

# For one tile, over all values of a graph.
MAX_BYTES: Final = 64 * 2**20
# For one tile. Our own exports need about 15 for each byte.
MAX_MULTIPLICATIONS: Final = 10**9
MAX_AXES: Final = 6
# The batch size for which sizes are computed; a prime, so that it is not mistaken for a number of channels.
_BATCH = 61


@dataclass(frozen=True)
class GraphSize:
    """What a graph needs for one tile: bytes of values, and multiplications."""

    bytes: int
    multiplications: int


@dataclass(frozen=True)
class _Value:
    """What is known of a value: the letter of its type, a capital where it is a tensor in the file, its shape, its integers."""

    letter: str
    shape: Shape
    integers: Integers | None = None


def measure(graph: GraphProto, constants: Mapping[str, TensorProto]) -> GraphSize:
    """Return what a graph of listed operators needs; ``constants`` are its tensors by name.

    Raises GraphError where a node does not fit its operator, a shape is not known beforehand, or values are too large together.
    """
    values = {name: _constant(tensor) for name, tensor in constants.items()}
    for value in graph.input:
        tensor = value.type.tensor_type
        _add(values, value.name, _Value(LETTERS[tensor.elem_type], _batched(tensor.shape.dim)))
    num_bytes = multiplications = 0
    for node in graph.node:
        inputs = [_known(values, node, name) for name in node.input]
        outputs = _computed(node, inputs)
        for name, value in zip(node.output, outputs, strict=True):
            _add(values, name, value)
            num_bytes += math.prod(value.shape) * WIDTHS[value.letter]
        multiplications += _multiplications(node.op_type, inputs, outputs)
        if num_bytes > MAX_BYTES * _BATCH:
            raise GraphError(f"its values need more than {MAX_BYTES // 2**20} MiB for one tile, the most that is allowed")
        if multiplications > MAX_MULTIPLICATIONS * _BATCH:
            raise GraphError(f"it needs more than {MAX_MULTIPLICATIONS:,} multiplications for one tile, the most that is allowed")
    for output in graph.output:
        tensor = output.type.tensor_type
        computed = values.get(output.name)
        if computed is None or (computed.letter, computed.shape) != (LETTERS[tensor.elem_type], _batched(tensor.shape.dim)):
            raise GraphError(f"its output {printable(output.name)} is not computed as it says")
    return GraphSize(-(-num_bytes // _BATCH), -(-multiplications // _BATCH))


def _computed(node: NodeProto, inputs: Sequence[_Value]) -> list[_Value]:
    """Return what a node computes."""
    attributes = {attribute.name: _attribute(attribute) for attribute in node.attribute}
    given = "".join(value.letter for value in inputs)
    types = OPERATORS[node.op_type].results(given, len(node.output))
    if "to" in attributes:
        types = [letters for letters in types if letters == LETTERS.get(attributes["to"])]
    if not types:
        shown = ", ".join(f"{NAMES[value.letter.lower()]}{' constant' * value.letter.isupper()}" for value in inputs) or "nothing"
        raise GraphError(f"its {node.op_type} takes {printable(shown)}, which is not on the list")
    try:
        shapes = output_shapes(
            node.op_type, attributes, [value.shape for value in inputs], [value.integers for value in inputs], len(node.output)
        )
    except ShapeError as error:
        raise GraphError(f"its {node.op_type} is not valid: {printable(str(error))}") from error
    if any(len(shape) > MAX_AXES or any(side < 1 for side in shape) for shape in shapes):
        raise GraphError(f"its {node.op_type} computes an impossible shape")
    # The one operator whose result may be the shape of another.
    integers = inputs[0].shape if node.op_type == "Shape" else None
    return [_Value(letter, shape, integers) for letter, shape in zip(types[0], shapes, strict=True)]


def _constant(tensor: TensorProto) -> _Value:
    integers = None
    if tensor.data_type == TensorProto.INT64:
        try:
            integers = tuple(int(value) for value in numpy_helper.to_array(tensor).ravel())
        except (ValueError, TypeError) as error:
            raise GraphError(f"its tensor {printable(tensor.name)} does not hold the values of its type") from error
    return _Value(LETTERS[tensor.data_type].upper(), tuple(tensor.dims), integers)


def _add(values: dict[str, _Value], name: str, value: _Value) -> None:
    if name in values:
        raise GraphError(f"two of its values have the name {printable(name)}")
    values[name] = value


def _known(values: Mapping[str, _Value], node: NodeProto, name: str) -> _Value:
    if name not in values:
        raise GraphError(f"its {node.op_type} takes {printable(name)}, which is not computed before")
    return values[name]


def _batched(dims: Sequence[Any]) -> Shape:
    return tuple(_BATCH if dim.HasField("dim_param") else dim.dim_value for dim in dims)


def _attribute(attribute: AttributeProto) -> Any:
    value = helper.get_attribute_value(attribute)
    return tuple(value) if isinstance(value, list) else value


def _multiplications(operator: str, inputs: Sequence[_Value], outputs: Sequence[_Value]) -> int:
    """Return about how many numbers are multiplied or read, which is what a node's time grows with."""
    match operator:
        case "Conv":
            return math.prod(outputs[0].shape) * math.prod(inputs[1].shape[1:])
        case "ConvTranspose":
            return math.prod(inputs[0].shape) * math.prod(inputs[1].shape[1:])
        case "Gemm" | "MatMul":
            return math.prod(outputs[0].shape) * inputs[0].shape[-1]
        case _:
            return sum(math.prod(value.shape) for value in (*inputs, *outputs))
