"""The check of an ONNX graph before onnxruntime loads it.

Models come from strangers, and loaders crash where they should refuse. So a graph may only consist of what our own exports consist
of (``operators``): these operators, types and attributes, and no external data, functions or subgraphs. What it computes is bounded
(``graph_size``), and the checked graph is serialised again, so that fields which only another parser would understand do not reach
onnxruntime.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import DecodeError, Message
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, numpy_helper

from viewer.errors import GraphError
from viewer.exported.graph_size import MAX_AXES, GraphSize, measure
from viewer.exported.manifest import GraphFile
from viewer.exported.operators import LETTERS, NAMES, OPERATORS, OPSET, WIDTHS
from viewer.exported.protobuf_limits import check_structure
from viewer.printable import printable

MAX_IR_VERSION: Final = 10
MAX_NODES: Final = 1024
MAX_TENSORS: Final = 1024
# Of the lists of axes, sizes and indices that a graph holds; the numbers of colours are compared with are as many as colours.
MAX_INTEGERS: Final = 256

# The fields that a message may have; all others must be absent.
_FIELDS: Mapping[type[Message], frozenset[str]] = {
    ModelProto: frozenset(
        (
            "ir_version",
            "producer_name",
            "producer_version",
            "domain",
            "model_version",
            "doc_string",
            "graph",
            "opset_import",
            "metadata_props",
        )
    ),
    GraphProto: frozenset(("node", "name", "initializer", "doc_string", "input", "output", "value_info", "metadata_props")),
    NodeProto: frozenset(("input", "output", "name", "op_type", "attribute", "doc_string", "metadata_props")),
    TensorProto: frozenset(
        ("dims", "data_type", "float_data", "int32_data", "int64_data", "name", "doc_string", "raw_data", "metadata_props")
    ),
    AttributeProto: frozenset(("name", "doc_string", "type", "f", "i", "s", "floats", "ints")),
}


@dataclass(frozen=True)
class CheckedGraph:
    """A graph that may be loaded: its bytes, and what it needs for one tile."""

    data: bytes
    size: GraphSize


def checked_graph(data: bytes, expected: GraphFile) -> CheckedGraph:
    """Check the bytes of an .onnx file, and return the graph serialised again, for onnxruntime to load.

    Raises GraphError, with one sentence that says what is refused.
    """
    check_structure(data)
    model = ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError as error:
        raise GraphError("it is not an ONNX file") from error
    model.DiscardUnknownFields()
    _check_model(model)
    _check_interface(model.graph, expected)
    for node in model.graph.node:
        _check_node(node)
    constants = _constants(model.graph)
    del model.graph.value_info[:]
    size = measure(model.graph, constants)
    return CheckedGraph(bytes(model.SerializeToString(deterministic=True)), size)


def _check_model(model: ModelProto) -> None:
    _check_fields(model)
    domains = [(opset.domain, opset.version) for opset in model.opset_import]
    if domains != [("", OPSET)]:
        shown = ", ".join(f"{domain or 'ai.onnx'} {version}" for domain, version in domains[:4])
        raise GraphError(f"its operator sets are {printable(shown) or 'none'}; only ai.onnx {OPSET} may be used")
    if not 1 <= model.ir_version <= MAX_IR_VERSION:
        raise GraphError(f"it is written in version {model.ir_version} of the format; versions 1 to {MAX_IR_VERSION} are read")
    graph = model.graph
    _check_fields(graph)
    for count, what, most in ((len(graph.node), "nodes", MAX_NODES), (len(graph.initializer), "tensors", MAX_TENSORS)):
        if count > most or not graph.node:
            raise GraphError(f"it has {count} {what}; 1 to {most} are allowed")


def _check_node(node: NodeProto) -> None:
    _check_fields(node)
    operator = OPERATORS.get(node.op_type)
    if operator is None:
        raise GraphError(f"it uses the operator {printable(node.op_type)}, which is not on the list")
    if not all(node.input) or not all(node.output):
        raise GraphError(f"its {node.op_type} has an input or output without a name")
    names = [attribute.name for attribute in node.attribute]
    for attribute in node.attribute:
        _check_fields(attribute)
        allowed = operator.attributes.get(attribute.name)
        if allowed is None or names.count(attribute.name) > 1:
            raise GraphError(f"its {node.op_type} has the attribute {printable(attribute.name)}, which is not on the list")
        if not allowed.allows(attribute):
            raise GraphError(f"its {node.op_type}.{attribute.name} is {_value(attribute)}, which is not on the list")


def _constants(graph: GraphProto) -> dict[str, TensorProto]:
    """Return the checked tensors of a graph by name."""
    constants: dict[str, TensorProto] = {}
    for tensor in graph.initializer:
        _check_tensor(tensor)
        if tensor.name in constants:
            raise GraphError("two of its tensors have the same name")
        constants[tensor.name] = tensor
    for node in graph.node:
        for index, (low, high) in OPERATORS[node.op_type].constants.items():
            tensor = constants.get(node.input[index]) if index < len(node.input) else None
            if tensor is not None:
                _check_integers(tensor, node.op_type, low, high)
    return constants


def _check_tensor(tensor: TensorProto) -> None:
    _check_fields(tensor)
    letter = LETTERS.get(tensor.data_type)
    what = f"its tensor {printable(tensor.name)}"
    if letter is None or letter == "b":
        raise GraphError(f"{what} has type {tensor.data_type}, which is not on the list")
    if len(tensor.dims) > MAX_AXES or any(dim < 0 for dim in tensor.dims):
        raise GraphError(f"{what} has an impossible shape")
    elements = math.prod(tensor.dims)
    lists = [len(values) for values in (tensor.float_data, tensor.int32_data, tensor.int64_data) if values]
    if (lists != [elements] if lists else False) or len(tensor.raw_data) != (0 if lists else elements * WIDTHS[letter]):
        raise GraphError(f"{what} does not hold the {elements} values of its shape")
    if (letter == "f" and not elements) or (letter != "f" and elements > MAX_INTEGERS):
        raise GraphError(f"{what} holds {elements} values; 1 to {MAX_INTEGERS} integers are allowed")


def _check_integers(tensor: TensorProto, operator: str, low: int, high: int) -> None:
    if tensor.data_type == TensorProto.FLOAT:
        return  # the types of inputs are compared with the operator's later
    try:
        values = numpy_helper.to_array(tensor).ravel().tolist()
    except (ValueError, TypeError) as error:
        raise GraphError(f"its tensor {printable(tensor.name)} does not hold the values of its type") from error
    for value in values:
        if not low <= value <= high:
            raise GraphError(f"its {operator} is given {value}; {low} to {high} are allowed")


def _check_interface(graph: GraphProto, expected: GraphFile) -> None:
    for side, values, tensors in (("inputs", graph.input, expected.inputs), ("outputs", graph.output, expected.outputs)):
        found = [_tensor_text(value) for value in values[: len(tensors) + 1]]
        wanted = [f"{tensor.name} {tensor.type} {_shape_text(tensor.shape)}" for tensor in tensors]
        if found != wanted:
            shown = printable(", ".join(found[:4])) or "none"
            raise GraphError(f"its {side} are {shown} where the manifest says {', '.join(wanted)}")


def _check_fields(message: Message) -> None:
    for field, _ in message.ListFields():
        if field.name not in _FIELDS[type(message)]:
            raise GraphError(f"it uses {field.name}, which is not allowed")


def _value(attribute: AttributeProto) -> str:
    """Return the value of an attribute of any type as text."""
    values: Iterable[object] = (*attribute.ints[:4], *attribute.floats[:4])
    if attribute.type in (AttributeProto.INT, AttributeProto.FLOAT):
        values = (attribute.i if attribute.type == AttributeProto.INT else attribute.f,)
    elif attribute.type == AttributeProto.STRING:
        values = (printable(attribute.s.decode(errors="replace")),)
    return ", ".join(map(str, values)) or "empty"


def _tensor_text(value: ValueInfoProto) -> str:
    tensor = value.type.tensor_type
    shape = tuple(dim.dim_param or dim.dim_value for dim in tensor.shape.dim[: MAX_AXES + 1])
    letter = LETTERS.get(tensor.elem_type)
    return f"{value.name} {NAMES[letter] if letter else tensor.elem_type} {_shape_text(shape)}"


def _shape_text(shape: tuple[int | str, ...]) -> str:
    return f"({','.join(str(dim) for dim in shape)})"
