"""Graphs for each listed operator: its types, attributes and constants at their limits, one beyond them, and far beyond.

Each graph computes small values from z, gives them to the operator, and adds what that computes to the pixels, so that no loader
leaves the operator out as unused.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import AttributeProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from tests.small_model import generator_of
from viewer.exported.operators import LETTERS, OPERATORS, Float, Int, Ints, Word

Value = str | NDArray[np.generic] | TensorProto  # the name of a computed value, or a tensor in the file

MOST = 2**63 - 1
NUMBERS = (0.0, -0.0, 1.0, -1.0, 1e-45, 3.4e38, float("inf"), float("-inf"), float("nan"))
FAR = (-MOST - 1, -(2**31), -7, -2, 6, 257, 2**31, 2**32, 2**62, MOST)


@dataclass(frozen=True)
class Case:
    """A node to be tried: its operator, inputs, attributes and the number of its outputs."""

    operator: str
    inputs: tuple[Value, ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    num_outputs: int = 1

    def with_input(self, index: int, value: Value) -> "Case":
        return replace(self, inputs=(*self.inputs[:index], value, *self.inputs[index + 1 :]))


def integers(*values: int) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def ones(*shape: int) -> NDArray[np.float32]:
    return np.ones(shape, np.float32)


# What is computed from z (n, 5): numbers, bytes, integers and truths, by the letters of their types.
COMPUTED: dict[str, tuple[str, ...]] = {
    "f": ("small", "flat", "tile", "z"),  # (n, 4, 4, 4), (n, 64), (n, 8, 8), (n, 5)
    "u": ("byte",),  # (n, 4, 4, 4), as the others
    "i": ("word",),
    "l": ("long", "sides"),  # the second is the shape of z
    "b": ("truth",),
}
_PREPARATION = (
    helper.make_node("Gemm", ["z", "weight"], ["flat"], transB=1),
    helper.make_node("Reshape", ["flat", "four"], ["small"]),
    helper.make_node("Reshape", ["flat", "three"], ["tile"]),
    helper.make_node("Cast", ["small"], ["byte"], to=TensorProto.UINT8),
    helper.make_node("Cast", ["byte"], ["word"], to=TensorProto.INT32),
    helper.make_node("Cast", ["byte"], ["long"], to=TensorProto.INT64),
    helper.make_node("Shape", ["z"], ["sides"], start=0),
    helper.make_node("Greater", ["small", "zero"], ["truth"]),
)
_CONSTANTS: dict[str, NDArray[np.generic]] = {
    "weight": np.linspace(-3, 3, 320, dtype=np.float32).reshape(64, 5),
    "four": integers(-1, 4, 4, 4),
    "three": integers(-1, 8, 8),
    "zero": np.float32(0) * ones(),
    "no words": np.zeros((), np.int32),
    "line": integers(-1),
    "first": integers(0),
}

# A valid node of each operator that needs more than values of its types.
_PICTURE = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [1, 1], "dilations": [1, 1], "group": 1}
_VALID: dict[str, Case] = {
    case.operator: case
    for case in (
        Case("ArgMax", ("small",), {"axis": 1, "keepdims": 0, "select_last_index": 0}),
        Case("AveragePool", ("small",), {"kernel_shape": [2, 2], "strides": [2, 2], "count_include_pad": 1}),
        Case("Cast", ("small",), {"to": TensorProto.UINT8}),
        Case("Clip", ("small", ones(), ones())),
        Case("Concat", ("small", "small"), {"axis": 1}),
        Case("Conv", ("small", ones(2, 4, 3, 3), ones(2)), _PICTURE),
        Case("ConvTranspose", ("small", ones(4, 2, 4, 4), ones(2)), {"kernel_shape": [4, 4], "pads": [1] * 4, "strides": [2, 2]}),
        Case("Equal", ("long", integers(3))),
        Case("Gather", ("small", integers(0, -1)), {"axis": 1}),
        Case("Gemm", ("flat", ones(3, 64), ones(3)), {"transB": 1, "transA": 0, "alpha": 1.0, "beta": 1.0}),
        Case("InstanceNormalization", ("small", ones(4), ones(4)), {"epsilon": 1e-5}),
        Case("LogSoftmax", ("small",), {"axis": 1}),
        Case("MatMul", ("flat", ones(64, 3))),
        Case("Pad", ("small", integers(0, 0, 1, 1, 0, 0, 1, 1)), {"mode": "constant"}),
        Case("ReduceMax", ("small", integers(1)), {"keepdims": 1}),
        Case("ReduceMean", ("small", integers(1, 2)), {"keepdims": 0, "noop_with_empty_axes": 0}),
        Case("ReduceSum", ("small", integers(-1)), {"keepdims": 1, "noop_with_empty_axes": 0}),
        Case("Reshape", ("small", integers(-1, 64)), {"allowzero": 0}),
        Case("Shape", ("small",), {"start": 0}),
        Case("Slice", ("small", integers(1), integers(MOST), integers(2), integers(1))),
        Case("Split", ("small",), {"axis": 1, "num_outputs": 2}, 2),
        Case("Squeeze", (ones(1, 3), integers(0))),
        Case("Transpose", ("small",), {"perm": [0, 2, 3, 1]}),
        Case("Unsqueeze", ("small", integers(1))),
    )
}


def crafted_graphs(every: int = 1) -> Iterator[tuple[str, ModelProto]]:
    """Yield the name of an operator and a graph with it, the same each time: many thousand in all.

    With ``every``, of each operator the first, which is valid, and every so many after it.
    """
    for operator in OPERATORS:
        for case in itertools.islice(_cases(_valid(operator)), 0, None, every):
            yield operator, graph_of(case)


def _valid(operator: str) -> Case:
    if operator in _VALID:
        return _VALID[operator]
    wanted = OPERATORS[operator].signatures[0].partition(">")[0]
    return Case(operator, tuple(COMPUTED[letter][0] for letter in wanted))


def _cases(valid: Case) -> Iterator[Case]:
    yield valid
    for change in (_other_values, _other_attributes, _other_integers, _other_types, _other_shapes, _other_counts):
        yield from change(valid)


def _other_values(valid: Case) -> Iterator[Case]:
    """By each signature: values that are computed, and numbers that are none."""
    for signature in OPERATORS[valid.operator].signatures:
        wanted, _, results = signature.replace("+", "ff").partition(">")
        for number, letter in enumerate(wanted):
            values: list[Value] = [*COMPUTED[letter.lower()], *_tensors_of(letter)]
            for value in values:
                yield replace(valid.with_input(number, value), num_outputs=len(results))
                same = tuple(value if each.lower() == letter.lower() else COMPUTED[each.lower()][0] for each in wanted)
                yield replace(valid, inputs=same, num_outputs=len(results))
    for one in NUMBERS:
        for other in NUMBERS:
            constants = tuple(np.float32(each) * ones() for each in (one, other, one))
            yield replace(valid, inputs=(valid.inputs[0], *constants[: len(valid.inputs) - 1]))


def _tensors_of(letter: str) -> list[NDArray[np.generic]]:
    if letter.lower() == "f":
        return [np.array(NUMBERS, np.float32)[:8].reshape(2, 4), ones(64), np.float32(np.nan) * ones(1, 4, 1, 1)]
    kind = {"u": np.uint8, "i": np.int32, "l": np.int64, "b": np.bool_}[letter.lower()]
    return [np.array(values).astype(kind) for values in ([0], [1, 2], [255], [-1])]


def _other_attributes(valid: Case) -> Iterator[Case]:
    for name, allowed in OPERATORS[valid.operator].attributes.items():
        yield replace(valid, attributes={key: value for key, value in valid.attributes.items() if key != name})
        for value in _attribute_values(allowed):
            yield replace(valid, attributes={**valid.attributes, name: value})


def _attribute_values(allowed: Int | Ints | Float | Word) -> Iterator[Any]:
    yield from ("", "SAME_UPPER", 1, 1.5, [1, 1], [0.5])
    if isinstance(allowed, Int):
        yield from (allowed.low, allowed.high, allowed.low - 1, allowed.high + 1, *FAR)
    elif isinstance(allowed, Ints):
        for value in (allowed.low, allowed.high, allowed.low - 1, allowed.high + 1, *FAR):
            yield from ([value] * length for length in (1, 2, 3, 4, 5, 6))
        yield from ([0, 1, 2, 3], [3, 2, 1, 0], [0, 0, 1, 2], [0, 1, 2, 3] * 100)
    elif isinstance(allowed, Float):
        yield from (allowed.low, allowed.high, *NUMBERS)
    else:
        yield from (allowed.text, b"\xff\0", b"x" * 4000)


def _other_integers(valid: Case) -> Iterator[Case]:
    """What the file gives as axes, sizes, indices and bounds."""
    for index, (low, high) in OPERATORS[valid.operator].constants.items():
        if index >= len(valid.inputs):
            continue
        length = np.size(valid.inputs[index]) if isinstance(valid.inputs[index], np.ndarray) else 1
        edges = {low, high, max(low - 1, -MOST - 1), min(high + 1, MOST), *FAR, -1, 0, 1, 2, 3, 4, 5}
        for value in sorted(edges):
            yield valid.with_input(index, integers(*[value] * length))
            yield valid.with_input(index, integers(value))
            yield valid.with_input(index, np.int64(value) * np.ones((), np.int64))
        for many in (0, 2, 7, 256, 257, 5000):
            yield valid.with_input(index, integers(*[1] * many))
            yield valid.with_input(index, integers(*range(many)))
        yield valid.with_input(index, np.zeros((2, 2), np.int64))


def _other_types(valid: Case) -> Iterator[Case]:
    for index in range(len(valid.inputs)):
        for kind in range(24):
            yield valid.with_input(index, TensorProto(data_type=kind, dims=[2], raw_data=b"\1" * 16))
            yield valid.with_input(index, TensorProto(data_type=kind, dims=[2], raw_data=b"\1" * 2))
        for names in COMPUTED.values():
            yield from (valid.with_input(index, name) for name in names)


def _other_shapes(valid: Case) -> Iterator[Case]:
    shapes = ((), (0,), (1,), (1,) * 6, (1,) * 7, (65536,), (64, 64), (4, 4, 15, 15), (4, 1, 1, 1), (256, 4, 3, 3))
    for index in range(len(valid.inputs)):
        for shape in shapes:
            yield valid.with_input(index, ones(*shape))
        for dims in ([-1], [2**62, 4], [2**31], [2**32, 2**32], [1] * 200):
            yield valid.with_input(index, TensorProto(data_type=TensorProto.FLOAT, dims=dims, raw_data=b"\0\0\0\0"))


def _other_counts(valid: Case) -> Iterator[Case]:
    for inputs in ((), valid.inputs[:1], valid.inputs[:-1], (*valid.inputs, "small"), valid.inputs * 40, ("",), ("nothing",)):
        yield replace(valid, inputs=inputs)
    for count in (0, 2, 3, 50):
        yield replace(valid, num_outputs=count)


def graph_of(case: Case) -> ModelProto:
    """Return a graph with the input z (n, 5) and the output pixels (n, 8, 8), which depends on all that the node computes."""
    tensors = [numpy_helper.from_array(np.asarray(array), name) for name, array in _CONSTANTS.items()]
    names = []
    for index, value in enumerate(case.inputs):
        names.append(value if isinstance(value, str) else f"given {index}")
        if isinstance(value, TensorProto):
            tensors.append(TensorProto())
            tensors[-1].CopyFrom(value)
            tensors[-1].name = names[-1]
        elif not isinstance(value, str):
            tensors.append(numpy_helper.from_array(np.asarray(value), names[-1]))
    outputs = [f"out {index}" for index in range(case.num_outputs)]
    node = helper.make_node(case.operator, names, outputs)
    node.attribute.extend(_attribute(name, value) for name, value in case.attributes.items())
    nodes = [*_PREPARATION, node]
    tile = "tile"
    for output, letter in zip(outputs, _result_letters(case), strict=False):
        nodes += _as_number(output, letter)
        nodes.append(helper.make_node("Add", [tile, f"{output} number"], [f"{output} tile"]))
        tile = f"{output} tile"
    nodes.append(helper.make_node("Cast", [tile], ["pixels"], to=TensorProto.UINT8))
    return generator_of(nodes, tensors)


def _attribute(name: str, value: Any) -> AttributeProto:
    if isinstance(value, int) and not -MOST - 1 <= value <= MOST:
        value = MOST
    if isinstance(value, list):
        value = [max(-MOST - 1, min(each, MOST)) for each in value]
    attribute: AttributeProto = helper.make_attribute(name, value)
    return attribute


def _result_letters(case: Case) -> str:
    """Return the letters of the types that a node computes, as far as its inputs and attributes tell."""
    results = [signature.partition(">")[2] for signature in OPERATORS[case.operator].signatures]
    if case.operator == "Cast":
        return LETTERS.get(case.attributes.get("to", 0), "f") if isinstance(case.attributes.get("to"), int) else "f"
    first = case.inputs[0] if case.inputs else None
    if case.operator in ("Unsqueeze", "Transpose") and isinstance(first, str):
        return next((letter for letter, names in COMPUTED.items() if first in names), "f")
    return results[0]


def _as_number(name: str, letter: str) -> Sequence[NodeProto]:
    """Return nodes that make one number of a value of any shape."""
    nodes = []
    if letter == "i":
        nodes.append(helper.make_node("Equal", [name, "no words"], [f"{name} truth"]))
        name, letter = f"{name} truth", "b"
    result = name.removesuffix(" truth")
    if letter != "f":
        nodes.append(helper.make_node("Cast", [name], [f"{result} float"], to=TensorProto.FLOAT))
        name = f"{result} float"
    nodes.append(helper.make_node("Reshape", [name, "line"], [f"{result} line"]))
    nodes.append(helper.make_node("ReduceMax", [f"{result} line", "first"], [f"{result} number"], keepdims=1))
    return nodes
