"""Values of a torch graph while it is translated to ONNX: their layout in memory, and what need not be computed.

Pictures, which torch calls (n, C, H, W), lie with the channels last, (n, H, W, C), wherever that is possible: a convolution then is
a Gather and a Gemm. A value that torch expands or concatenates stays in its parts until a node needs it as a whole.
"""

from dataclasses import dataclass, replace
from math import prod
from typing import Final, NamedTuple

import torch

from mint.browser.training.onnx_builder import OnnxBuilder

# The axes of (n, C, H, W) in memory if the channels are last, and back.
TO_LAST = (0, 2, 3, 1)
TO_FIRST = (0, 3, 1, 2)

# The end of an axis in a Slice, however long it is.
END: Final = 2**63 - 1

Shape = tuple[int, ...]


class Part(NamedTuple):
    """A part of a value along an axis; ``name`` None means zeros."""

    size: int
    name: str | None


@dataclass(frozen=True)
class Value:
    """A tensor of torch: its shape as torch knows it, and where it lies in the ONNX graph.

    ``name`` is the ONNX value. It has the shape ``stored`` in torch's order, which broadcasts to ``shape``, and its axes are in the
    order (n, H, W, C) if ``is_last``. Instead of a name there can be ``parts`` along ``axis`` (counted as torch counts it).
    """

    shape: Shape
    dtype: torch.dtype = torch.float32
    name: str | None = None
    stored: Shape | None = None
    is_last: bool = False
    parts: tuple[Part, ...] = ()
    axis: int = 0

    def memory_axis(self, axis: int) -> int:
        """Return the axis in memory of torch's axis."""
        axis %= len(self.shape)
        return TO_LAST.index(axis) if self.is_last else axis

    def memory_shape(self, shape: Shape | None = None) -> Shape:
        """Return a shape, by default the value's own, in the order of the axes in memory."""
        shape = self.shape if shape is None else shape
        return tuple(shape[axis] for axis in TO_LAST) if self.is_last else shape

    def with_name(self, name: str) -> "Value":
        """Return a value like this one that lies elsewhere as a whole."""
        return replace(self, name=name, stored=None, parts=(), axis=0)


class Layout:
    """Turns values into the ONNX values that a node reads."""

    def __init__(self, builder: OnnxBuilder) -> None:
        self.builder = builder

    def whole(self, value: Value) -> str:
        """Return a value as a whole, in the order of its own axes in memory."""
        builder = self.builder
        if value.parts:
            names = [self._filled(value, part) for part in value.parts]
            return names[0] if len(names) == 1 else builder.node("Concat", *names, axis=value.memory_axis(value.axis))
        name = self.compact(value)
        if value.stored is None or value.stored == value.shape:
            return name
        return builder.node("Expand", name, builder.integers(*value.memory_shape()))

    def compact(self, value: Value) -> str:
        """Return a value as a whole, or so that it only has to be broadcast."""
        if value.parts:
            return self.whole(value)
        assert value.name is not None
        return value.name

    def first(self, value: Value) -> str:
        """Return a value with its axes in torch's order."""
        if not value.is_last:
            return self.whole(value)
        _, channels, height, width = value.shape
        if channels == 1 or height == width == 1:
            return self.builder.reshape(self.whole(value), *value.shape)
        return self.builder.transpose(self.whole(value), *TO_FIRST)

    def last(self, value: Value) -> str:
        """Return pictures with their channels last."""
        if value.is_last:
            return self.whole(value)
        n, channels, height, width = value.shape
        if channels == 1 or height == width == 1:
            return self.builder.reshape(self.whole(value), n, height, width, channels)
        return self.builder.transpose(self.whole(value), *TO_LAST)

    def rows(self, value: Value) -> str:
        """Return pictures as a matrix with a row for each pixel, (n H W, C)."""
        n, channels, height, width = value.shape
        return self.builder.reshape(self.last(value), n * height * width, channels)

    def sliced(self, value: Value, axis: int, start: int, end: int) -> Value:
        """Return the elements from ``start`` to ``end`` along one of torch's axes."""
        axis %= len(value.shape)
        if (start, end) == (0, value.shape[axis]):
            return value
        shape, size = _with_size(value.shape, axis, end - start), value.shape[axis]
        if value.parts and axis == value.axis:
            return replace(value, shape=shape, parts=tuple(self._overlapping(value, start, end)))
        name = self.builder.slice(self.whole(value), value.memory_axis(axis), start, END if end == size else end)
        return replace(value.with_name(name), shape=shape)

    def placed(self, value: Value, axis: int, start: int, shape: Shape) -> Value:
        """Return a value as the part of zeros of a shape that begins at ``start`` along one of torch's axes."""
        axis %= len(shape)
        after = shape[axis] - start - value.shape[axis]
        own = value.parts if value.parts and value.axis == axis else (Part(value.shape[axis], self.whole(value)),)
        parts = (Part(start, None), *own, Part(after, None))
        return Value(shape, value.dtype, is_last=value.is_last, parts=tuple(part for part in parts if part.size), axis=axis)

    def replaced(self, value: Value, part: Value, axis: int, start: int) -> Value:
        """Return a value in which a part along one of torch's axes is replaced."""
        axis %= len(value.shape)
        end, size = start + part.shape[axis], value.shape[axis]
        pieces = [self.sliced(value, axis, 0, start)] if start else []
        pieces.append(part)
        pieces += [self.sliced(value, axis, end, size)] if end < size else []
        return self.concatenated(pieces, axis)

    def concatenated(self, values: list[Value], axis: int) -> Value:
        """Return values one after another along one of torch's axes, still in parts."""
        axis %= len(values[0].shape)
        is_last = any(value.is_last for value in values)
        parts: list[Part] = []
        for value in values:
            if value.parts and value.axis == axis and value.is_last == is_last:
                parts += value.parts
            else:
                parts.append(Part(value.shape[axis], self.last(value) if is_last else self.whole(value)))
        shape = _with_size(values[0].shape, axis, sum(value.shape[axis] for value in values))
        return Value(shape, values[0].dtype, is_last=is_last, parts=tuple(parts), axis=axis)

    def aligned(self, one: Value, other: Value) -> list[tuple[int, str | None, str | None]] | None:
        """Return the parts of two values cut at the same places, as sizes and names; None if they have no parts in common."""
        if not (one.parts and other.parts) or one.axis != other.axis or one.is_last != other.is_last or one.shape != other.shape:
            return None
        cuts = sorted({*_ends(one.parts), *_ends(other.parts)})
        pieces, start = [], 0
        for end in cuts:
            a, b = (self._overlapping(value, start, end) for value in (one, other))
            assert len(a) == len(b) == 1
            pieces.append((end - start, a[0].name, b[0].name))
            start = end
        return pieces

    def _overlapping(self, value: Value, start: int, end: int) -> list[Part]:
        """Return the parts of a value, or of parts of it, between two places along its axis."""
        parts, at = [], 0
        for part in value.parts:
            low, high = max(at, start), min(at + part.size, end)
            if low < high:
                whole = part.name is None or high - low == part.size
                axis = value.memory_axis(value.axis)
                name = part.name if whole or part.name is None else self.builder.slice(part.name, axis, low - at, high - at)
                parts.append(Part(high - low, name))
            at += part.size
        return parts

    def _filled(self, value: Value, part: Part) -> str:
        if part.name is not None:
            return part.name
        shape = value.memory_shape(_with_size(value.shape, value.axis, part.size))
        zero = self.builder.number(0, value.dtype)
        return (
            self.builder.node("Expand", zero, self.builder.integers(*shape))
            if prod(shape) > 1
            else self.builder.reshape(zero, *shape)
        )


def _with_size(shape: Shape, axis: int, size: int) -> Shape:
    return (*shape[:axis], size, *shape[axis + 1 :])


def _ends(parts: tuple[Part, ...]) -> list[int]:
    ends, at = [], 0
    for part in parts:
        at += part.size
        ends.append(at)
    return ends
