"""The check of an ONNX graph before onnxruntime loads it.

Models come from strangers, and loaders crash where they should refuse: a DepthToSpace with blocksize 2**32 ends the process. So a
graph is checked against lists of what image networks need. Operators, types and fields on no list are refused, above all external
data and functions. Every size is computed beforehand, and the checked graph is serialised again, so that fields which only another
parser would understand do not reach onnxruntime.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import onnx
from google.protobuf.message import DecodeError, Message
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, numpy_helper

from viewer.errors import GraphError
from viewer.exported.manifest import GraphFile
from viewer.exported.protobuf_limits import check_structure

MIN_OPSET: Final = 13
MAX_OPSET: Final = 23
MAX_NODES: Final = 4096
# Over all values of a graph, for one tile: 32 MiB of float32.
MAX_ELEMENTS: Final = 2**23
# The batch size for which sizes are computed; a prime, so that it is not mistaken for a number of channels.
_BATCH = 61

# fmt: off
OPERATORS: Final = frozenset((
    "Abs", "Add", "And", "ArgMax", "ArgMin", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Constant", "Conv",
    "ConvTranspose", "Cos", "DepthToSpace", "Div", "Elu", "Equal", "Erf", "Exp", "Expand", "Flatten", "Gather", "Gelu", "Gemm",
    "GlobalAveragePool", "GlobalMaxPool", "Greater", "GreaterOrEqual", "GroupNormalization", "HardSigmoid", "HardSwish",
    "Identity", "InstanceNormalization", "LayerNormalization", "LeakyRelu", "Less", "LessOrEqual", "Log", "LogSoftmax",
    "MatMul", "Max", "MaxPool", "Min", "Mish", "Mul", "Neg", "Not", "OneHot", "Or", "PRelu", "Pad", "Pow", "Reciprocal",
    "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum", "ReduceSumSquare", "Relu", "Reshape", "Resize", "Selu",
    "Shape", "Sigmoid", "Sign", "Sin", "Slice", "Softmax", "Softplus", "SpaceToDepth", "Split", "Sqrt", "Squeeze", "Sub", "Sum",
    "Tanh", "ThresholdedRelu", "Transpose", "Unsqueeze", "Where",
))
# fmt: on

_TYPES: Mapping[int, str] = {
    TensorProto.FLOAT: "float32",
    TensorProto.UINT8: "uint8",
    TensorProto.INT32: "int32",
    TensorProto.INT64: "int64",
    TensorProto.BOOL: "bool",
}

# The least and greatest value of integer attributes by name; _ANY_INTEGER applies to all others.
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "blocksize": (1, 16),
    "dilations": (1, 64),
    "group": (1, 65536),
    "kernel_shape": (1, 256),
    "num_groups": (1, 65536),
    "num_outputs": (1, 256),
    "output_padding": (0, 63),
    "output_shape": (1, 1024),
    "pads": (0, 256),
    "strides": (1, 64),
    "to": (1, 16),
}
_ANY_INTEGER = (-65536, 65536)

# Inputs that determine sizes must be constants in the file; by operator and index, their least and greatest value.
_SIZE_INPUTS: Mapping[tuple[str, int], tuple[float, float]] = {
    ("Expand", 1): (1, 65536),
    ("OneHot", 1): (1, 65536),
    ("Pad", 1): (0, 256),
    ("Resize", 2): (1 / 64, 64),
    ("Resize", 3): (1, 1024),
}

# Operators whose inputs may be left out before others; onnxruntime crashes on a LayerNormalization with an empty bias.
_MAY_SKIP_INPUTS = frozenset(("Clip", "Pad", "Resize", "Slice"))

# Fields that must be empty: references out of the file, code, and whatever no network here needs.
_EMPTY_FIELDS: Mapping[type[Message], tuple[str, ...]] = {
    ModelProto: ("training_info", "functions", "configuration"),
    GraphProto: ("sparse_initializer", "quantization_annotation"),
    NodeProto: ("domain", "overload", "device_configurations"),
    TensorProto: ("segment", "string_data", "external_data", "data_location"),
    AttributeProto: ("ref_attr_name", "g", "graphs", "sparse_tensor", "sparse_tensors", "tensors", "tp", "type_protos", "strings"),
}


def checked_graph(data: bytes, expected: GraphFile) -> bytes:
    """Check the bytes of an .onnx file and return the graph serialised again, for onnxruntime to load.

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
    _check_sizes(model)
    return bytes(model.SerializeToString(deterministic=True))


def _check_model(model: ModelProto) -> None:
    _check_empty(model)
    domains = [(opset.domain, opset.version) for opset in model.opset_import]
    if len(domains) != 1 or domains[0][0] or not MIN_OPSET <= domains[0][1] <= MAX_OPSET:
        shown = ", ".join(f"{domain or 'ai.onnx'} {version}" for domain, version in domains[:4])
        raise GraphError(f"its operator sets are {_clipped(shown) or 'none'}; only ai.onnx {MIN_OPSET} to {MAX_OPSET} may be used")
    _check_empty(model.graph)
    if not 1 <= len(model.graph.node) <= MAX_NODES:
        raise GraphError(f"it has {len(model.graph.node)} nodes; 1 to {MAX_NODES} are allowed")
    for tensor in model.graph.initializer:
        _check_tensor(tensor)
    constants = _constants(model.graph)
    for node in model.graph.node:
        _check_node(node, constants)


def _check_node(node: NodeProto, constants: Mapping[str, TensorProto]) -> None:
    if node.op_type not in OPERATORS or node.domain:
        name = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
        raise GraphError(f"it uses the operator {_clipped(name)}, which is not on the list")
    _check_empty(node)
    if not all(node.output) or not (all(node.input) or node.op_type in _MAY_SKIP_INPUTS):
        raise GraphError(f"its {node.op_type} has an input or output without a name")
    for attribute in node.attribute:
        _check_attribute(node.op_type, attribute)
        # Where these differ, onnx reads beyond its list of sizes.
        if attribute.name == "num_outputs" and attribute.i != len(node.output):
            raise GraphError(f"its {node.op_type} says {attribute.i} outputs and has {len(node.output)}")
    for index, name in enumerate(node.input):
        if name and (node.op_type, index) in _SIZE_INPUTS:
            _check_size_input(node.op_type, constants.get(name), _SIZE_INPUTS[node.op_type, index])


def _check_size_input(operator: str, constant: TensorProto | None, bounds: tuple[float, float]) -> None:
    if constant is None:
        raise GraphError(f"the size given to its {operator} is not a constant")
    _check_tensor(constant)
    if math.prod(constant.dims) > 16:
        raise GraphError(f"the size given to its {operator} has {math.prod(constant.dims)} values")
    _check_range(numpy_helper.to_array(constant).ravel().tolist(), operator, bounds)


def _check_attribute(operator: str, attribute: AttributeProto) -> None:
    _check_empty(attribute)
    what = f"{operator}.{_clipped(attribute.name)}"
    if attribute.HasField("t"):
        _check_tensor(attribute.t)
    if not all(math.isfinite(number) for number in (attribute.f, *attribute.floats)):
        raise GraphError(f"its {what} is not finite")
    integers = (*attribute.ints, attribute.i) if attribute.HasField("i") else attribute.ints
    _check_range(integers, what, _BOUNDS.get(attribute.name, _ANY_INTEGER))
    if attribute.name == "to" and attribute.i not in _TYPES:
        raise GraphError(f"its {what} is {attribute.i}, a type that is not on the list")


def _check_tensor(tensor: TensorProto) -> None:
    _check_empty(tensor)
    if tensor.data_type not in _TYPES:
        raise GraphError(f"its tensor {_clipped(tensor.name)} has type {tensor.data_type}, which is not on the list")
    if any(dim < 0 for dim in tensor.dims) or len(tensor.dims) > 8:
        raise GraphError(f"its tensor {_clipped(tensor.name)} has an impossible shape")
    elements = math.prod(tensor.dims)
    width = np.dtype(_TYPES[tensor.data_type]).itemsize
    lists = [len(values) for values in (tensor.float_data, tensor.int32_data, tensor.int64_data) if values]
    unused = tensor.double_data or tensor.uint64_data
    if unused or (lists != [elements] if lists else False) or len(tensor.raw_data) != (0 if lists else elements * width):
        raise GraphError(f"its tensor {_clipped(tensor.name)} does not hold the {elements} values of its shape")


def _check_interface(graph: GraphProto, expected: GraphFile) -> None:
    for side, values, tensors in (("inputs", graph.input, expected.inputs), ("outputs", graph.output, expected.outputs)):
        found = [_tensor_text(value) for value in values]
        wanted = [f"{tensor.name} {tensor.type} {_shape_text(tensor.shape)}" for tensor in tensors]
        if found != wanted:
            shown = ", ".join(found[:4])
            raise GraphError(f"its {side} are {_clipped(shown) or 'none'} where the manifest says {', '.join(wanted)}")


def _check_sizes(model: ModelProto) -> None:
    """Compute every value's shape for a batch of tiles, and refuse a graph where one is unknown or they are too large together."""
    sized = ModelProto()
    sized.CopyFrom(model)
    del sized.graph.value_info[:]
    for value in (*sized.graph.input, *sized.graph.output):
        for dim in value.type.tensor_type.shape.dim:
            if dim.HasField("dim_param"):
                dim.dim_value = _BATCH
    try:
        onnx.checker.check_model(sized)
        sized = onnx.shape_inference.infer_shapes(sized, check_type=True, strict_mode=True, data_prop=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError, ValueError) as error:
        reason = " ".join(str(error).replace("[ShapeInferenceError]", "").split()).rstrip(".:")
        raise GraphError(f"it is not a valid ONNX graph ({_clipped(reason)})") from error
    shapes = {value.name: _shape(value) for value in (*sized.graph.value_info, *sized.graph.output)}
    total = 0
    for name in (name for node in sized.graph.node for name in node.output):
        shape = shapes.get(name)
        if shape is None:
            raise GraphError(f"the size of its value {_clipped(name)} cannot be computed beforehand")
        total += math.prod(shape)
    if total > MAX_ELEMENTS * _BATCH:
        raise GraphError(f"it computes {total // _BATCH} numbers for one tile; at most {MAX_ELEMENTS} are allowed")


def _check_empty(message: Message) -> None:
    for field, value in message.ListFields():
        if value and field.name in _EMPTY_FIELDS[type(message)]:
            raise GraphError(f"it uses {field.name}, which is not allowed")


def _check_range(values: Iterable[float], what: str, bounds: tuple[float, float]) -> None:
    low, high = bounds
    for value in values:
        if not low <= value <= high:
            raise GraphError(f"its {what} holds {value}; {low:g} to {high:g} are allowed")


def _constants(graph: GraphProto) -> dict[str, TensorProto]:
    """Return the constants of a graph by name: its initializers and the outputs of its Constant nodes."""
    constants = {tensor.name: tensor for tensor in graph.initializer}
    if len(constants) != len(graph.initializer):
        raise GraphError("two of its initializers have the same name")
    values = ((node, attribute) for node in graph.node if node.op_type == "Constant" for attribute in node.attribute)
    return constants | {node.output[0]: attribute.t for node, attribute in values if node.output and attribute.HasField("t")}


def _shape(value: ValueInfoProto) -> tuple[int, ...] | None:
    tensor = value.type.tensor_type
    if not tensor.HasField("shape") or not all(dim.HasField("dim_value") for dim in tensor.shape.dim):
        return None
    return tuple(dim.dim_value for dim in tensor.shape.dim)


def _tensor_text(value: ValueInfoProto) -> str:
    tensor = value.type.tensor_type
    shape = tuple(dim.dim_param or dim.dim_value for dim in tensor.shape.dim)
    return f"{value.name} {_TYPES.get(tensor.elem_type, tensor.elem_type)} {_shape_text(shape)}"


def _shape_text(shape: tuple[int | str, ...]) -> str:
    return f"({','.join(str(dim) for dim in shape)})"


def _clipped(text: str) -> str:
    return ascii(text)[1:-1][:120]
