"""The shapes that nodes compute, from those of their inputs (onnx.ai, "ONNX Operators", operator set 18).

onnx's own inference is written in C++ and ends the process on nodes that it did not expect, so this one is our own. It knows the
operators on our list, and arguments of the ranks that our exports have.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

Shape = tuple[int, ...]
Integers = tuple[int, ...]


class ShapeError(ValueError):
    """Say why a node has no shape, as the end of a sentence."""


def output_shapes(
    operator: str, attributes: Mapping[str, Any], inputs: Sequence[Shape], integers: Sequence[Integers | None], num_outputs: int
) -> tuple[Shape, ...]:
    """Return the shape of each output of a node.

    ``attributes`` are its attributes by name, numbers or tuples of them; ``integers`` holds the values of inputs that are known
    beforehand. Types and attributes are those of the list. Raises ShapeError.
    """
    if operator in _UNARY:
        return (inputs[0],)
    if operator in _BROADCAST:
        return (broadcast(*inputs),)
    if operator == "Split":
        return _split(attributes, inputs[0], num_outputs)
    return (_RULES[operator](attributes, inputs, integers),)


def broadcast(*shapes: Shape) -> Shape:
    """Return the common shape of values that are combined element by element. Raises ShapeError."""
    sides = []
    for column in zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
        side = max(column)
        if any(each not in (1, side) for each in column):
            raise ShapeError(f"{' and '.join(map(str, shapes))} do not fit together")
        sides.append(side)
    return tuple(reversed(sides))


_UNARY: Final = frozenset(
    ("Abs", "Cast", "Erf", "Exp", "LeakyRelu", "Neg", "Not", "Relu", "Sigmoid", "Sign", "Softplus", "Sqrt", "Tanh")
)
_BROADCAST: Final = frozenset(
    ("Add", "And", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "Mul", "Or", "Pow", "Sub", "Where")
)


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise ShapeError(reason)


def _axis(axis: int, rank: int) -> int:
    _require(-rank <= axis < rank, f"a value of {rank} axes has no axis {axis}")
    return axis % rank


def _axes(axes: Integers | None, rank: int) -> list[int]:
    _require(axes is not None, "its axes are not constant")
    found = [_axis(axis, rank) for axis in axes or ()]
    _require(len(set(found)) == len(found), "an axis is given twice")
    return found


def _arg_max(attributes: Mapping[str, Any], inputs: Sequence[Shape], _: object) -> Shape:
    return _reduced(inputs[0], (attributes.get("axis", 0),), attributes.get("keepdims", 1))


def _reduce(attributes: Mapping[str, Any], inputs: Sequence[Shape], integers: Sequence[Integers | None]) -> Shape:
    axes = integers[1]
    return _reduced(inputs[0], axes if axes != () else tuple(range(len(inputs[0]))), attributes.get("keepdims", 1))


def _reduced(shape: Shape, axes: Integers | None, keepdims: int) -> Shape:
    reduced = _axes(axes, len(shape))
    kept = (1 if axis in reduced else side for axis, side in enumerate(shape) if keepdims or axis not in reduced)
    return tuple(kept)


def _average_pool(attributes: Mapping[str, Any], inputs: Sequence[Shape], _: object) -> Shape:
    (shape,) = inputs
    _require(len(shape) == 4, "it takes pictures")
    kernel, strides = _pair(attributes, "kernel_shape"), _pair(attributes, "strides")
    _require(attributes.get("pads", (0,) * 4) == (0,) * 4, "it takes four pads")
    return (*shape[:2], *((side - size) // step + 1 for side, size, step in zip(shape[2:], kernel, strides, strict=True)))


def _clip(_: object, inputs: Sequence[Shape], __: object) -> Shape:
    _require(all(bound == () for bound in inputs[1:]), "its bounds are not single numbers")
    return inputs[0]


def _concat(attributes: Mapping[str, Any], inputs: Sequence[Shape], _: object) -> Shape:
    _require("axis" in attributes, "it has no axis")
    first = inputs[0]
    axis = _axis(attributes["axis"], len(first))
    for shape in inputs:
        _require(shape[:axis] + shape[axis + 1 :] == first[:axis] + first[axis + 1 :], f"{first} and {shape} do not fit together")
        _require(len(shape) == len(first), f"{first} and {shape} do not fit together")
    return (*first[:axis], sum(shape[axis] for shape in inputs), *first[axis + 1 :])


def _conv(attributes: Mapping[str, Any], inputs: Sequence[Shape], _: object) -> Shape:
    shape, weight = inputs[:2]
    _require(len(shape) == len(weight) == 4, "it takes pictures and kernels of 2 axes")
    _require(shape[1] == weight[1], f"a kernel of {weight[1]} channels does not fit {shape[1]}")
    _require(inputs[2:] in ([], [(weight[0],)]), "its bias does not fit")
    kernel = weight[2:]
    _require(_pair(attributes, "kernel_shape", kernel) == kernel, "its kernel has not the size that it says")
    strides, pads = _pair(attributes, "strides", (1, 1)), _pads(attributes)
    sides = zip(shape[2:], kernel, strides, pads, strict=True)
    return (shape[0], weight[0], *((side + pad - size) // step + 1 for side, size, step, pad in sides))


def _conv_transpose(attributes: Mapping[str, Any], inputs: Sequence[Shape], _: object) -> Shape:
    shape, weight = inputs[:2]
    _require(len(shape) == len(weight) == 4, "it takes pictures and kernels of 2 axes")
    _require(shape[1] == weight[0], f"a kernel of {weight[0]} channels does not fit {shape[1]}")
    _require(inputs[2:] in ([], [(weight[1],)]), "its bias does not fit")
    kernel = weight[2:]
    _require(_pair(attributes, "kernel_shape", kernel) == kernel, "its kernel has not the size that it says")
    _require(kernel == (4, 4), "its kernel has not the size of the list")
    strides, pads = _pair(attributes, "strides", (1, 1)), _pads(attributes)
    sides = zip(shape[2:], kernel, strides, pads, strict=True)
    return (shape[0], weight[1], *((side - 1) * step - pad + size for side, size, step, pad in sides))


def _pair(attributes: Mapping[str, Any], name: str, default: Shape | None = None) -> Shape:
    """Return an attribute of one value for each side of a picture."""
    values = attributes.get(name, default)
    _require(values is not None and len(values) == 2, f"its {name} are not two")
    return tuple(values or ())


def _pads(attributes: Mapping[str, Any]) -> Shape:
    """Return by how much each side of a picture grows."""
    pads = attributes.get("pads", (0, 0, 0, 0))
    _require(len(pads) == 4, "its pads are not four")
    for name in ("dilations", "output_padding"):
        _require(len(attributes.get(name, (0, 0))) == 2, f"its {name} are not two")
    return (pads[0] + pads[2], pads[1] + pads[3])


def _gather(attributes: Mapping[str, Any], inputs: Sequence[Shape], _: object) -> Shape:
    axis = _axis(attributes.get("axis", 0), len(inputs[0]))
    return (*inputs[0][:axis], *inputs[1], *inputs[0][axis + 1 :])


def _gemm(attributes: Mapping[str, Any], inputs: Sequence[Shape], _: object) -> Shape:
    one, other = inputs[:2]
    _require(len(one) == len(other) == 2, "it takes matrices")
    if attributes.get("transB", 0):
        other = other[::-1]
    _require(one[1] == other[0], f"{one} and {other} do not fit together")
    result = (one[0], other[1])
    _require(all(len(bias) <= 2 and broadcast(bias, result) == result for bias in inputs[2:]), "its bias does not fit")
    return result


def _mat_mul(_: object, inputs: Sequence[Shape], __: object) -> Shape:
    one, other = inputs
    _require(len(one) >= 2 and len(other) >= 2 and one[-1] == other[-2], f"{one} and {other} do not fit together")
    return (*broadcast(one[:-2], other[:-2]), one[-2], other[-1])


def _instance_normalization(_: object, inputs: Sequence[Shape], __: object) -> Shape:
    shape = inputs[0]
    _require(len(shape) >= 3 and inputs[1:] == [(shape[1],)] * 2, "its scale and bias do not fit")
    return shape


def _log_softmax(attributes: Mapping[str, Any], inputs: Sequence[Shape], _: object) -> Shape:
    _axis(attributes.get("axis", -1), len(inputs[0]))
    return inputs[0]


def _pad(_: object, inputs: Sequence[Shape], integers: Sequence[Integers | None]) -> Shape:
    shape, pads = inputs[0], integers[1]
    _require(pads is not None and len(pads) == 2 * len(shape), "its pads are not two for each axis")
    before, after = (pads or ())[: len(shape)], (pads or ())[len(shape) :]
    return tuple(map(sum, zip(shape, before, after, strict=True)))


def _reshape(attributes: Mapping[str, Any], inputs: Sequence[Shape], integers: Sequence[Integers | None]) -> Shape:
    shape, sizes = inputs[0], integers[1]
    _require(sizes is not None and len(inputs[1]) == 1, "its new shape is not known beforehand")
    sides = list(sizes or ())
    for axis, side in enumerate(sides):
        if side == 0 and not attributes.get("allowzero", 0):
            sides[axis] = shape[_axis(axis, len(shape))]
    total = math.prod(shape)
    if -1 in sides:
        rest = math.prod(side for side in sides if side != -1)
        _require(sides.count(-1) == 1 and rest > 0 and total % rest == 0, f"{shape} cannot have the shape {tuple(sides)}")
        sides[sides.index(-1)] = total // rest
    _require(math.prod(sides) == total, f"{shape} cannot have the shape {tuple(sides)}")
    return tuple(sides)


def _slice(_: object, inputs: Sequence[Shape], integers: Sequence[Integers | None]) -> Shape:
    shape, starts, ends = list(inputs[0]), integers[1], integers[2]
    axes = _axes(integers[3], len(shape))
    steps = integers[4] if len(inputs) > 4 else (1,) * len(axes)
    _require(None not in (starts, ends, steps), "its bounds are not constant")
    _require(len(starts or ()) == len(ends or ()) == len(steps or ()) == len(axes), "its bounds are not one for each axis")
    for axis, start, end, step in zip(axes, starts or (), ends or (), steps or (), strict=True):
        shape[axis] = len(range(*slice(start, end, step).indices(shape[axis])))
    return tuple(shape)


def _split(attributes: Mapping[str, Any], shape: Shape, num_outputs: int) -> tuple[Shape, ...]:
    count = attributes.get("num_outputs")
    _require(count == num_outputs, f"it says {count} outputs and has {num_outputs}")
    axis = _axis(attributes.get("axis", 0), len(shape))
    side = -(-shape[axis] // num_outputs)
    sides = [side] * (num_outputs - 1)
    return tuple((*shape[:axis], part, *shape[axis + 1 :]) for part in (*sides, shape[axis] - sum(sides)))


def _squeeze(_: object, inputs: Sequence[Shape], integers: Sequence[Integers | None]) -> Shape:
    axes = _axes(integers[1], len(inputs[0]))
    _require(all(inputs[0][axis] == 1 for axis in axes), "an axis is longer than 1")
    return tuple(side for axis, side in enumerate(inputs[0]) if axis not in axes)


def _unsqueeze(_: object, inputs: Sequence[Shape], integers: Sequence[Integers | None]) -> Shape:
    given = integers[1]
    rank = len(inputs[0]) + len(given or ())
    axes, sides = _axes(given, rank), iter(inputs[0])
    return tuple(1 if axis in axes else next(sides) for axis in range(rank))


def _transpose(attributes: Mapping[str, Any], inputs: Sequence[Shape], _: object) -> Shape:
    shape = inputs[0]
    order = attributes.get("perm", tuple(reversed(range(len(shape)))))
    _require(sorted(order) == list(range(len(shape))), "its perm is not an order of the axes")
    return tuple(shape[axis] for axis in order)


_RULES: Final[Mapping[str, Callable[[Mapping[str, Any], Sequence[Shape], Sequence[Integers | None]], Shape]]] = {
    "ArgMax": _arg_max,
    "AveragePool": _average_pool,
    "Clip": _clip,
    "Concat": _concat,
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "Gather": _gather,
    "Gemm": _gemm,
    "InstanceNormalization": _instance_normalization,
    "LogSoftmax": _log_softmax,
    "MatMul": _mat_mul,
    "Pad": _pad,
    "ReduceMax": _reduce,
    "ReduceMean": _reduce,
    "ReduceSum": _reduce,
    "Reshape": _reshape,
    "Shape": lambda _, inputs, __: (len(inputs[0]),),
    "Slice": _slice,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
