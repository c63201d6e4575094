"""The operators that graphs may use: those of our own exports, with the types of their values and the values of their attributes.

onnxruntime implements hundreds of operators for a dozen types, and some of them end the process where they should fail: an int64
``Div`` of the smallest number by -1, a ``DepthToSpace`` by 2**32. So the list holds what the exports of our recipes contain, and a
recipe that needs another operator adds it here. There is no integer arithmetic among them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from onnx import AttributeProto, TensorProto

OPSET: Final = 18

# The types by the letters that stand for them below. A capital is a tensor in the file, a small letter may be one, too.
LETTERS: Final[Mapping[int, str]] = {
    TensorProto.FLOAT: "f",
    TensorProto.UINT8: "u",
    TensorProto.INT32: "i",
    TensorProto.INT64: "l",
    TensorProto.BOOL: "b",
}
WIDTHS: Final[Mapping[str, int]] = {"f": 4, "u": 1, "i": 4, "l": 8, "b": 1}
NAMES: Final[Mapping[str, str]] = {"f": "float32", "u": "uint8", "i": "int32", "l": "int64", "b": "bool"}


@dataclass(frozen=True)
class Int:
    """An integer attribute from low to high."""

    low: int
    high: int

    def allows(self, attribute: AttributeProto) -> bool:
        """Whether the attribute is such an integer."""
        return attribute.type == AttributeProto.INT and self.low <= attribute.i <= self.high


@dataclass(frozen=True)
class Ints:
    """A list of 1 to 5 integers from low to high."""

    low: int
    high: int

    def allows(self, attribute: AttributeProto) -> bool:
        """Whether the attribute is such a list."""
        return (
            attribute.type == AttributeProto.INTS
            and 1 <= len(attribute.ints) <= 5
            and all(self.low <= value <= self.high for value in attribute.ints)
        )


@dataclass(frozen=True)
class Float:
    """A number from low to high; NaN is in no range."""

    low: float
    high: float

    def allows(self, attribute: AttributeProto) -> bool:
        """Whether the attribute is such a number."""
        return attribute.type == AttributeProto.FLOAT and self.low <= attribute.f <= self.high


@dataclass(frozen=True)
class Word:
    """One text."""

    text: bytes

    def allows(self, attribute: AttributeProto) -> bool:
        """Whether the attribute is that text."""
        return attribute.type == AttributeProto.STRING and attribute.s == self.text


@dataclass(frozen=True)
class Operator:
    """The signatures, as "inputs>outputs" in letters, the attributes by name, and the integers that constant inputs may hold.

    A signature of "+>f" stands for one or more inputs of type f. ``constants`` holds (low, high) by the index of an input.
    """

    signatures: tuple[str, ...]
    attributes: Mapping[str, Int | Ints | Float | Word]
    constants: Mapping[int, tuple[int, int]]

    def results(self, inputs: str, num_outputs: int) -> list[str]:
        """Return the types of the outputs by each signature of these inputs, in which tensors of the file have capitals."""
        found = (signature.partition(">")[::2] for signature in self.signatures)
        return [outputs for wanted, outputs in found if len(outputs) == num_outputs and _fits(wanted, inputs, outputs)]


def _fits(wanted: str, inputs: str, outputs: str) -> bool:
    if wanted == "+":
        return set(inputs.lower()) == {outputs}
    return len(wanted) == len(inputs) and all(letter in (want, want.upper()) for want, letter in zip(wanted, inputs, strict=True))


def _operator(
    *signatures: str, constants: Mapping[int, tuple[int, int]] | None = None, **attributes: Int | Ints | Float | Word
) -> Operator:
    return Operator(signatures, attributes, constants or {})


_AXIS = (-6, 5)
_ANY = (-(2**63), 2**63 - 1)
_SIZE = (-1, 2**24)
_END = (-(2**24), 2**63 - 1)  # PyTorch says 2**63 - 1 for "to the end"
_INDEX = (-65536, 65535)
_FLAG = Int(0, 1)
_ONE = Ints(1, 1)
_NOT_SET = Word(b"NOTSET")

OPERATORS: Final[Mapping[str, Operator]] = {
    "Abs": _operator("f>f"),
    "Add": _operator("ff>f"),
    "And": _operator("bb>b"),
    "ArgMax": _operator("f>l", axis=Int(1, 1), keepdims=Int(0, 0), select_last_index=Int(0, 0)),
    "AveragePool": _operator(
        "f>f",
        auto_pad=_NOT_SET,
        ceil_mode=Int(0, 0),
        count_include_pad=Int(1, 1),
        kernel_shape=Ints(2, 2),
        pads=Ints(0, 0),
        strides=Ints(2, 2),
    ),
    "Cast": _operator("b>f", "f>u", "l>f", "l>u", "u>f", "u>i", "u>l", to=Int(1, 7)),
    "Clip": _operator("ff>f", "fff>f"),
    "Concat": _operator("+>f", axis=Int(0, 4)),
    "Conv": _operator(
        "ff>f",
        "fff>f",
        auto_pad=_NOT_SET,
        dilations=_ONE,
        group=Int(1, 1),
        kernel_shape=Ints(1, 4),
        pads=Ints(0, 15),  # sides that the strides do not divide are filled up
        strides=Ints(1, 2),
    ),
    "ConvTranspose": _operator(
        "fff>f",
        auto_pad=_NOT_SET,
        dilations=_ONE,
        group=Int(1, 1),
        kernel_shape=Ints(4, 4),
        output_padding=Ints(0, 0),
        pads=_ONE,
        strides=Ints(2, 2),
    ),
    "Div": _operator("ff>f"),
    "Equal": _operator("ff>b", "iI>b", "lL>b", "uU>b", constants={1: _ANY}),
    "Erf": _operator("f>f"),
    "Exp": _operator("f>f"),
    "Gather": _operator("fL>f", "fl>f", constants={1: _INDEX}, axis=Int(0, 1)),
    "Gemm": _operator("ff>f", "fff>f", alpha=Float(1, 1), beta=Float(1, 1), transA=Int(0, 0), transB=Int(1, 1)),
    "Greater": _operator("ff>b"),
    "GreaterOrEqual": _operator("ff>b"),
    "InstanceNormalization": _operator("fff>f", epsilon=Float(1e-12, 1)),
    "LeakyRelu": _operator("f>f", alpha=Float(0, 1)),
    "Less": _operator("ff>b"),
    "LogSoftmax": _operator("f>f", axis=Int(1, 2)),
    "MatMul": _operator("ff>f"),
    "Mul": _operator("ff>f"),
    "Neg": _operator("f>f"),
    "Not": _operator("b>b"),
    "Or": _operator("bb>b"),
    "Pad": _operator("fL>f", constants={1: (0, 256)}, mode=Word(b"constant")),
    "Pow": _operator("ff>f"),
    "ReduceMax": _operator("fL>f", constants={1: _AXIS}, keepdims=Int(1, 1)),
    "ReduceMean": _operator("fL>f", constants={1: _AXIS}, keepdims=_FLAG, noop_with_empty_axes=Int(0, 0)),
    "ReduceSum": _operator("fL>f", constants={1: _AXIS}, keepdims=_FLAG, noop_with_empty_axes=Int(0, 0)),
    "Relu": _operator("f>f"),
    "Reshape": _operator("fL>f", "fl>f", constants={1: _SIZE}, allowzero=_FLAG),
    "Shape": _operator("f>l", start=Int(0, 0)),
    "Sigmoid": _operator("f>f"),
    "Sign": _operator("f>f"),
    "Slice": _operator("fLLL>f", "fLLLL>f", constants={1: _INDEX, 2: _END, 3: _AXIS, 4: (1, 2)}),
    "Softplus": _operator("f>f"),
    "Split": _operator("f>ff", axis=Int(1, 1), num_outputs=Int(2, 2)),
    "Sqrt": _operator("f>f"),
    "Squeeze": _operator("fL>f", constants={1: _AXIS}),
    "Sub": _operator("ff>f"),
    "Tanh": _operator("f>f"),
    "Transpose": _operator("f>f", "u>u", perm=Ints(0, 4)),
    "Unsqueeze": _operator("fL>f", "lL>l", "uL>u", constants={1: _AXIS}),
    "Where": _operator("bff>f"),
}
