"""Sums, means and largest elements, softmax, and the squared error."""

import math
from collections.abc import Sequence

import torch

from mint.browser.training.lowering.context import Context, translates
from mint.browser.training.lowering.values import Value


def _reduced(context: Context, kind: str, x: Value, axes: Sequence[int] | None, keep: bool) -> Value:
    """Reduce along some of torch's axes; None is all."""
    builder, layout = context.builder, context.layout
    if axes is None or len(axes) == len(x.shape):
        name = builder.reshape(layout.whole(x), math.prod(x.shape))
        name = builder.node(kind, name, builder.integers(0), keepdims=0)
        return context.plain(builder.reshape(name, *context.shape) if context.shape else name)
    if x.is_last and 1 not in [axis % 4 for axis in axes] and len(axes) > 1 and not keep and len(context.shape) != 2:
        x = Value(x.shape, x.dtype, layout.first(x))
    in_memory = builder.integers(*(x.memory_axis(axis) for axis in axes))
    name = builder.node(kind, layout.whole(x), in_memory, keepdims=int(keep))
    return Value(context.shape, x.dtype, name, is_last=x.is_last and keep)


@translates("sum")
def _sum(context: Context, x: Value, axes: Sequence[int] | None = None, keep: bool = False) -> Value:
    return _reduced(context, "ReduceSum", x, axes, keep)


@translates("mean")
def _mean(context: Context, x: Value, axes: Sequence[int] | None = None, keep: bool = False) -> Value:
    count = math.prod(x.shape[axis] for axis in axes) if axes is not None else math.prod(x.shape)
    return context.map("Mul", _reduced(context, "ReduceSum", x, axes, keep), 1 / count)


@translates("amax")
def _amax(context: Context, x: Value, axes: Sequence[int], keep: bool = False) -> Value:
    return _reduced(context, "ReduceMax", x, axes, keep)


@translates("argmax")
def _argmax(context: Context, x: Value, axis: int, keep: bool = False) -> Value:
    name = context.builder.node("ArgMax", context.layout.whole(x), axis=x.memory_axis(axis), keepdims=int(keep))
    assert not x.is_last or axis == 1
    return Value(context.shape, torch.int64, name, is_last=x.is_last and keep)


@translates("_log_softmax")
def _log_softmax(context: Context, x: Value, axis: int, half: bool) -> Value:
    return context.plain(context.builder.node("LogSoftmax", context.layout.first(x), axis=axis % len(x.shape)))


@translates("_softmax_backward_data")
def _softmax_backward(context: Context, gradient: Value, probabilities: Value, axis: int, dtype: torch.dtype) -> Value:
    builder = context.builder
    g, p = (context.layout.first(value) for value in (gradient, probabilities))
    total = builder.node("ReduceSum", builder.node("Mul", g, p), builder.integers(axis % len(gradient.shape)), keepdims=1)
    return context.plain(builder.node("Mul", builder.node("Sub", g, total), p))


@translates("mse_loss")
def _mse_loss(context: Context, x: Value, y: Value) -> Value:
    difference = context.map("Sub", x, y)
    total = _reduced(context, "ReduceSum", context.map("Mul", difference, difference), None, False)
    return context.map("Mul", total, 1 / math.prod(x.shape))


@translates("mse_loss_backward")
def _mse_loss_backward(context: Context, gradient: Value, x: Value, y: Value, reduction: int) -> Value:
    scale = context.map("Mul", gradient, 2 / math.prod(x.shape))
    return context.map("Mul", context.map("Sub", x, y), scale)
