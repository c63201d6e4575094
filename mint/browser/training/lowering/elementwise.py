"""Operations on single elements."""

import torch

from mint.browser.training.lowering.context import Context, Operand, simple, translates
from mint.browser.training.lowering.values import Part, Value
from mint.browser.training.onnx_builder import TYPES

simple({"sub": "Sub", "div": "Div", "remainder": "Mod", "maximum": "Max"})
simple({"logical_and": "And", "bitwise_and": "And", "bitwise_or": "Or"})
simple({"neg": "Neg", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "sigmoid": "Sigmoid", "erf": "Erf", "abs": "Abs", "sign": "Sign"})
simple({"relu": "Relu", "bitwise_not": "Not", "logical_not": "Not"})
simple({"eq": "Equal", "ge": "GreaterOrEqual", "le": "LessOrEqual", "gt": "Greater", "lt": "Less"}, torch.bool)


@translates("ne")
def _ne(context: Context, a: Value, b: Operand) -> Value:
    return context.map("Not", context.map("Equal", a, b, dtype=torch.bool))


@translates("mul")
def _mul(context: Context, a: Operand, b: Operand) -> Value:
    if b in (1, 1.0) and isinstance(a, Value):
        return a
    return context.map("Mul", a, b)


@translates("add")
def _add(context: Context, a: Value, b: Operand) -> Value:
    pieces = context.layout.aligned(a, b) if isinstance(b, Value) else None
    if pieces is None:
        return context.map("Add", a, b)
    # Where one of both is zero, nothing is added.
    parts = [Part(size, context.builder.node("Add", x, y) if x and y else x or y) for size, x, y in pieces]
    return Value(a.shape, a.dtype, is_last=a.is_last, parts=tuple(parts), axis=a.axis)


@translates("rsub")
def _rsub(context: Context, a: Value, b: Operand) -> Value:
    return context.map("Sub", b, a)


@translates("pow")
def _pow(context: Context, a: Value, exponent: float) -> Value:
    if exponent == 1:
        return a
    return context.map("Mul", a, a) if exponent == 2 else context.map("Pow", a, exponent)


@translates("where")
def _where(context: Context, condition: Value, a: Operand, b: Operand) -> Value:
    return context.map("Where", condition, a, b, dtype=context.dtype)


@translates("clamp")
def _clamp(context: Context, x: Value, low: float, high: float) -> Value:
    return context.map("Clip", x, low, high)


@translates("clamp_min")
def _clamp_min(context: Context, x: Value, low: float) -> Value:
    return context.map("Relu", x) if low == 0 else context.map("Max", x, low)


@translates("_to")
def _cast(context: Context, x: Value) -> Value:
    return x if x.dtype == context.dtype else context.map("Cast", x, dtype=context.dtype, to=TYPES[context.dtype])


@translates("softplus")
def _softplus(context: Context, x: Value, beta: float = 1, threshold: float = 20) -> Value:
    assert (beta, threshold) == (1, 20)
    return context.map("Softplus", x)


@translates("softplus_backward")
def _softplus_backward(context: Context, gradient: Value, x: Value, beta: float, threshold: float) -> Value:
    return context.map("Mul", gradient, context.map("Sigmoid", x))


@translates("leaky_relu")
def _leaky_relu(context: Context, x: Value, slope: float) -> Value:
    return context.map("LeakyRelu", x, alpha=slope)


@translates("leaky_relu_backward")
def _leaky_relu_backward(context: Context, gradient: Value, x: Value, slope: float, of_result: bool) -> Value:
    is_positive = context.map("Greater", x, 0.0, dtype=torch.bool)
    factor = context.map("Where", is_positive, context.scalar(1), context.scalar(slope), dtype=x.dtype)
    return context.map("Mul", gradient, factor)


@translates("ones_like", "ones")
def _ones(context: Context, *arguments: object) -> Value:
    return context.scalar(1, context.shape, context.dtype)


@translates("zeros_like", "zeros", "new_zeros")
def _zeros(context: Context, *arguments: object) -> Value:
    return context.scalar(0, context.shape, context.dtype)


@translates("full", "full_like", "fill")
def _full(context: Context, shape: object, value: float) -> Value:
    return context.scalar(value, context.shape, context.dtype)


@translates("scalar_tensor")
def _scalar_tensor(context: Context, value: float) -> Value:
    return context.scalar(value, context.shape, context.dtype)


@translates("empty_like")
def _empty_like(context: Context, x: Value) -> Value:
    return Value(context.shape, context.dtype, is_last=x.is_last, parts=(Part(context.shape[0], None),))


@translates("arange", "eye", "linspace")
def _known(context: Context, *arguments: object) -> Value:
    constant = context.evaluate().numpy()
    return context.plain(context.builder.constant(constant, constant.dtype.type))
