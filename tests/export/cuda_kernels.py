"""Which nodes of a graph onnxruntime's CUDA provider runs: the display requests a session that may not fall back to the CPU.

The table holds what that provider has kernels for, at opset 18: an operator, and for each input the types that it takes; the last
entry holds for all further inputs. It was read from docs/OperatorKernels.md of microsoft/onnxruntime (section "Operators
implemented by CUDAExecutionProvider", commit 001d12d2623f), which is generated from the provider.

A kernel alone is not enough. The provider leaves to the CPU what computes only with numbers in host memory, such as shapes
(onnxruntime/core/framework/fallback_cpu_capability.cc). So a shape may only go where a kernel reads it in host memory.
"""

from collections.abc import Mapping
from typing import Final

import onnx
from onnx import ModelProto, NodeProto, TensorProto

OPSET: Final = 18

_FLOATS = "double float float16"
_FLOATS_AND_BFLOAT16 = f"bfloat16 {_FLOATS}"
_INTEGERS = "int16 int32 int64 int8 uint16 uint32 uint64 uint8"
_NUMBERS = f"{_FLOATS_AND_BFLOAT16} {_INTEGERS}"
_ALL = f"bool {_NUMBERS}"
_COMPARED = f"{_FLOATS} int32 int64 uint32 uint64"
_LARGEST = f"{_FLOATS_AND_BFLOAT16} int32 int64 uint32 uint64"
_REDUCED = f"{_FLOATS} int32"

KERNELS: Final[Mapping[str, tuple[str, ...]]] = {
    "Abs": (_NUMBERS,),
    "Add": (_NUMBERS,),
    "And": ("bool",),
    "ArgMax": (_FLOATS,),
    "ArgMin": (_FLOATS,),
    "AveragePool": (_FLOATS,),
    "Cast": (_ALL,),
    "Clip": (f"{_FLOATS} int64 int8 uint64 uint8",),
    "Concat": (_ALL,),
    "Conv": (_FLOATS,),
    "ConvTranspose": (_FLOATS,),
    "DepthToSpace": (_FLOATS,),
    "Div": (_NUMBERS,),
    "Equal": (f"bool {_COMPARED}",),
    "Erf": (_FLOATS_AND_BFLOAT16,),
    "Exp": (_FLOATS_AND_BFLOAT16,),
    "Expand": (_ALL, "int64"),
    "Flatten": (_ALL,),
    "Gather": (_ALL, "int32 int64"),
    "Gemm": (_FLOATS_AND_BFLOAT16,),
    "GlobalAveragePool": (_FLOATS,),
    "Greater": (_COMPARED,),
    "GreaterOrEqual": (_COMPARED,),
    "Identity": (_ALL,),
    "InstanceNormalization": (_FLOATS,),
    "LayerNormalization": (_FLOATS_AND_BFLOAT16,),
    "LeakyRelu": (_FLOATS,),
    "Less": (_COMPARED,),
    "LessOrEqual": (_COMPARED,),
    "Log": (_FLOATS,),
    "LogSoftmax": (_FLOATS,),
    "MatMul": (_FLOATS_AND_BFLOAT16,),
    "Max": (_LARGEST,),
    "MaxPool": (f"{_FLOATS} int8 uint8",),
    "Min": (_LARGEST,),
    "Mul": (_NUMBERS,),
    "Neg": (f"{_FLOATS_AND_BFLOAT16} int16 int32 int64 int8",),
    "Not": ("bool",),
    "OneHot": ("int32 int64", "int32 int64", "float float16 int64"),
    "Or": ("bool",),
    "Pad": (f"bool {_FLOATS}", "int64", f"bool {_FLOATS}", "int32 int64"),
    "Pow": (f"{_FLOATS_AND_BFLOAT16} int32 int64",),
    "ReduceMax": (f"{_FLOATS} int32 int64", "int64"),
    "ReduceMean": (_REDUCED, "int64"),
    "ReduceMin": (f"{_FLOATS} int32 int64 int8 uint8", "int64"),
    "ReduceSum": (f"{_FLOATS_AND_BFLOAT16} int32 int64", "int64"),
    "Relu": (_FLOATS_AND_BFLOAT16,),
    "Reshape": (_ALL, "int64"),
    "Shape": (_ALL,),
    "Sigmoid": (_FLOATS_AND_BFLOAT16,),
    "Sign": (_NUMBERS,),
    "Slice": (_ALL, "int32 int64"),
    "Softmax": (_FLOATS_AND_BFLOAT16,),
    "Softplus": (_FLOATS,),
    "Split": (_ALL, "int64"),
    "Sqrt": (_FLOATS_AND_BFLOAT16,),
    "Squeeze": (_ALL, "int64"),
    "Sub": (_NUMBERS,),
    "Sum": (_FLOATS_AND_BFLOAT16,),
    "Tanh": (_FLOATS_AND_BFLOAT16,),
    "Transpose": (_ALL,),
    "Unsqueeze": (_ALL, "int64"),
    "Where": ("bool", f"{_FLOATS_AND_BFLOAT16} int32 int64 uint8"),
}

# The inputs that kernels read in host memory.
_READ_ON_HOST: Final[Mapping[str, tuple[int, ...]]] = {
    "Expand": (1,),
    "Reshape": (1,),
    "Slice": (1, 2, 3, 4),
}

_NAMES: Final[Mapping[int, str]] = {
    getattr(TensorProto, name.upper()): name for name in ("bool", "bfloat16", "double", "float", "float16", *_INTEGERS.split())
}


def missing_kernels(data: bytes) -> list[str]:
    """Return the nodes of an .onnx file that CUDA would not run, each as its operator and the types of its inputs."""
    model = onnx.shape_inference.infer_shapes(onnx.load_model_from_string(data), strict_mode=True)
    assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", OPSET)], "the table is that of another opset"
    types, shapes = _types(model), {name for node in model.graph.node if node.op_type == "Shape" for name in node.output}
    missing = {_description(node, types) for node in model.graph.node if not _has_kernel(node, types)}
    missing |= {f"{node.op_type} of a shape" for node in model.graph.node if _computes_with(node, shapes)}
    return sorted(missing)


def _types(model: ModelProto) -> dict[str, str]:
    """Return the type of every value of a graph by name; the value that stands for a missing input has none."""
    graph = model.graph
    values = {value.name: value.type.tensor_type.elem_type for value in (*graph.input, *graph.value_info, *graph.output)}
    values |= {tensor.name: tensor.data_type for tensor in graph.initializer}
    return {name: _NAMES[number] for name, number in values.items()}


def _has_kernel(node: NodeProto, types: Mapping[str, str]) -> bool:
    accepted = KERNELS.get(node.op_type)
    if accepted is None or node.domain:
        return False
    allowed = [accepted[min(index, len(accepted) - 1)].split() for index in range(len(node.input))]
    if node.op_type == "Cast":
        allowed.append(_ALL.split())
    names = [*node.input, *(node.output if node.op_type == "Cast" else ())]
    return all(not name or types[name] in of_input for name, of_input in zip(names, allowed, strict=True))


def _computes_with(node: NodeProto, shapes: set[str]) -> bool:
    on_host = _READ_ON_HOST.get(node.op_type, ())
    return any(name in shapes and index not in on_host for index, name in enumerate(node.input))


def _description(node: NodeProto, types: Mapping[str, str]) -> str:
    return f"{node.op_type}({', '.join(types[name] for name in node.input if name)})"
