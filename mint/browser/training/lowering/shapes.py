"""Operations that move elements and compute nothing."""

import math
from collections.abc import Sequence
from dataclasses import replace

from mint.browser.training.lowering.context import Context, translates
from mint.browser.training.lowering.values import END, TO_FIRST, TO_LAST, Value


@translates("detach", "alias", "clone", "lift_fresh")
def _same(context: Context, x: Value) -> Value:
    return x


@translates("copy")
def _copy(context: Context, x: Value, source: Value) -> Value:
    return source


@translates("view", "_unsafe_view", "unsqueeze", "squeeze", "reshape")
def _view(context: Context, x: Value, *arguments: object) -> Value:
    shape = context.shape
    if shape == x.shape:
        return x
    if x.name is not None and x.stored == ():
        return replace(x, shape=shape)
    return context.plain(context.builder.reshape(context.layout.first(x), *shape))


@translates("expand")
def _expand(context: Context, x: Value, size: Sequence[int], implicit: bool = False) -> Value:
    if context.shape == x.shape:
        return x
    name = context.layout.first(x) if x.is_last or x.parts else context.layout.compact(x)
    stored = x.shape if x.stored is None or x.is_last or x.parts else x.stored
    return replace(context.plain(name), stored=stored)


@translates("permute")
def _permute(context: Context, x: Value, axes: Sequence[int]) -> Value:
    axes = tuple(axis % len(x.shape) for axis in axes)
    if (axes == TO_LAST and x.is_last) or (axes == TO_FIRST and not x.is_last and x.stored is None):
        # The same memory, whose axes have other names.
        return replace(x, shape=context.shape, is_last=not x.is_last, axis=axes.index(x.axis))
    return context.plain(context.builder.transpose(context.layout.first(x), *axes))


@translates("t")
def _transpose(context: Context, x: Value) -> Value:
    return context.plain(context.builder.transpose(context.layout.first(x), 1, 0))


@translates("transpose")
def _transpose_two(context: Context, x: Value, one: int, other: int) -> Value:
    axes = list(range(len(x.shape)))
    axes[one], axes[other] = axes[other], axes[one]
    return context.plain(context.builder.transpose(context.layout.first(x), *axes))


@translates("slice")
def _slice(context: Context, x: Value, axis: int = 0, start: int | None = None, end: int | None = None, step: int = 1) -> Value:
    first, last, _ = slice(start, end).indices(x.shape[axis])
    if step == 1:
        return context.layout.sliced(x, axis, first, last)
    builder = context.builder
    end = END if last == x.shape[axis] else last
    ints = [builder.integers(number) for number in (first, end, axis % len(x.shape), step)]
    return context.plain(builder.node("Slice", context.layout.first(x), *ints))


@translates("slice_backward")
def _slice_backward(context: Context, gradient: Value, shape: Sequence[int], axis: int, start: int, end: int, step: int) -> Value:
    assert step == 1
    first, _, _ = slice(start, end).indices(shape[axis])
    return context.layout.placed(gradient, axis, first, tuple(shape))


@translates("slice_scatter")
def _slice_scatter(
    context: Context, x: Value, source: Value, axis: int = 0, start: int | None = None, end: int | None = None
) -> Value:
    first, _, _ = slice(start, end).indices(x.shape[axis])
    return context.layout.replaced(x, source, axis, first)


@translates("select")
def _select(context: Context, x: Value, axis: int, index: int) -> Value:
    axis, index = axis % len(x.shape), index % x.shape[axis]
    one = context.layout.sliced(x, axis, index, index + 1)
    if one.is_last and axis != 1:
        return context.plain(context.builder.reshape(context.layout.first(one), *context.shape))
    # The axis of length 1 is left out; with the channels last, the others are in torch's order without it.
    return context.plain(context.builder.reshape(context.layout.whole(one), *context.shape))


@translates("select_backward")
def _select_backward(context: Context, gradient: Value, shape: Sequence[int], axis: int, index: int) -> Value:
    axis, index = axis % len(shape), index % shape[axis]
    one = (*shape[:axis], 1, *shape[axis + 1 :])
    if len(shape) == 4 and axis == 1:
        name = context.builder.reshape(context.layout.first(gradient), *(one[axis] for axis in TO_LAST))
        value = Value(one, gradient.dtype, name, is_last=True)
    else:
        value = Value(one, gradient.dtype, context.builder.reshape(context.layout.first(gradient), *one))
    return context.layout.placed(value, axis, index, tuple(shape))


@translates("split_with_sizes", "split")
def _split(context: Context, x: Value, sizes: int | Sequence[int], axis: int = 0) -> list[Value]:
    del sizes  # torch's example knows them, also if they are given as one number
    shapes = [tuple(part.shape) for part in context.output]
    axis %= len(x.shape)
    if x.parts and x.axis == axis:
        starts = [sum(shape[axis] for shape in shapes[:index]) for index in range(len(shapes))]
        return [context.layout.sliced(x, axis, at, at + shape[axis]) for at, shape in zip(starts, shapes, strict=True)]
    lengths = context.builder.integers(*(shape[axis] for shape in shapes))
    names = context.builder.nodes("Split", context.layout.whole(x), lengths, outputs=len(shapes), axis=x.memory_axis(axis))
    return [replace(x.with_name(name), shape=shape) for name, shape in zip(names, shapes, strict=True)]


@translates("unbind")
def _unbind(context: Context, x: Value, axis: int = 0) -> list[Value]:
    shape = tuple(context.output[0].shape)
    name = context.layout.first(x)
    sliced = [context.builder.slice(name, axis % len(x.shape), index, index + 1) for index in range(len(context.output))]
    return [Value(shape, x.dtype, context.builder.reshape(part, *shape)) for part in sliced]


@translates("cat")
def _cat(context: Context, values: Sequence[Value], axis: int = 0) -> Value:
    return context.layout.concatenated([value for value in values if math.prod(value.shape)], axis)


@translates("index")
def _index(context: Context, x: Value, indices: Sequence[Value | None]) -> Value:
    (index,) = indices
    assert index is not None
    return context.plain(context.builder.node("Gather", context.layout.first(x), context.layout.first(index), axis=0))


@translates("index_select")
def _index_select(context: Context, x: Value, axis: int, index: Value) -> Value:
    name = context.builder.node("Gather", context.layout.whole(x), context.layout.first(index), axis=x.memory_axis(axis))
    return replace(x.with_name(name), shape=context.shape)


@translates("embedding")
def _embedding(context: Context, table: Value, index: Value, *arguments: object) -> Value:
    return context.plain(context.builder.node("Gather", context.layout.first(table), context.layout.first(index), axis=0))


@translates("gather")
def _gather(context: Context, x: Value, axis: int, index: Value, sparse: bool = False) -> Value:
    layout = context.layout
    if x.is_last:
        name = context.builder.node("GatherElements", layout.last(x), layout.last(index), axis=x.memory_axis(axis))
        return Value(context.shape, x.dtype, name, is_last=True)
    return context.plain(context.builder.node("GatherElements", layout.first(x), layout.first(index), axis=axis % len(x.shape)))


@translates("scatter_add")
def _scatter_add(context: Context, x: Value, axis: int, index: Value, source: Value) -> Value:
    layout = context.layout
    names = [layout.first(value) for value in (x, index, source)]
    return context.plain(context.builder.node("ScatterElements", *names, axis=axis % len(x.shape), reduction="add"))


@translates("constant_pad_nd")
def _pad(context: Context, x: Value, sizes: Sequence[int], value: float = 0.0) -> Value:
    if not any(sizes):
        return x
    assert value == 0
    left, right, top, bottom = sizes
    pads = context.builder.integers(0, top, left, 0, 0, bottom, right, 0)
    return Value(context.shape, x.dtype, context.builder.node("Pad", context.layout.last(x), pads), is_last=True)
