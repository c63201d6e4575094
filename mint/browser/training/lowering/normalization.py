"""GroupNorm (Wu and He 2018, arXiv 1803.08494) and its gradient, with the channels last."""

from collections.abc import Sequence

from mint.browser.training.lowering.context import Context, from_last, translates
from mint.browser.training.lowering.values import Value


@translates("native_group_norm")
def _group_norm(
    context: Context, x: Value, gamma: Value, beta: Value, n: int, channels: int, pixels: int, groups: int, epsilon: float
) -> list[Value]:
    builder = context.builder
    per_group = channels // groups
    rows = builder.reshape(context.layout.last(x), n, pixels, channels)

    def mean_of(name: str) -> str:
        by_channel = builder.reshape(builder.node("ReduceSum", name, builder.integers(1), keepdims=0), n, groups, per_group)
        total = builder.node("ReduceSum", by_channel, builder.integers(2), keepdims=0)
        return builder.node("Mul", total, builder.number(1 / (pixels * per_group)))

    def wide(name: str) -> str:
        return builder.reshape(name, n, groups, 1)

    mean = mean_of(rows)
    variance = builder.node("Sub", mean_of(builder.node("Mul", rows, rows)), builder.node("Mul", mean, mean))
    deviation = builder.node("Sqrt", builder.node("Add", variance, builder.number(epsilon)))
    inverse = builder.node("Reciprocal", deviation)
    scale = builder.node("Mul", wide(inverse), builder.reshape(context.layout.first(gamma), 1, groups, per_group))
    shift = builder.reshape(context.layout.first(beta), 1, groups, per_group)
    shift = builder.node("Sub", shift, builder.node("Mul", scale, wide(mean)))
    scaled = builder.node("Mul", rows, builder.reshape(scale, n, 1, channels))
    result = builder.node("Add", scaled, builder.reshape(shift, n, 1, channels))
    _, _, height, width = x.shape
    normalised = from_last(builder.reshape(result, n, height, width, channels), x.shape)
    return [normalised, Value((n, groups), name=mean), Value((n, groups), name=inverse)]


@translates("native_group_norm_backward")
def _group_norm_backward(
    context: Context,
    gradient: Value,
    x: Value,
    mean: Value,
    inverse: Value,
    gamma: Value,
    n: int,
    channels: int,
    pixels: int,
    groups: int,
    mask: Sequence[bool],
) -> list[Value]:
    """Return the gradients of x, gamma and beta; that of x is ``gradient * a + x * b + c`` with numbers for channels and groups."""
    builder = context.builder
    per_group = channels // groups
    node, number = builder.node, builder.number
    dy = builder.reshape(context.layout.last(gradient), n, pixels, channels)
    rows = builder.reshape(context.layout.last(x), n, pixels, channels)

    def by_channel(name: str) -> str:
        return builder.reshape(node("ReduceSum", name, builder.integers(1), keepdims=0), n, groups, per_group)

    def by_group(name: str) -> str:
        return node("ReduceSum", name, builder.integers(2), keepdims=1)

    dy_x, dy_sum = by_channel(node("Mul", dy, rows)), by_channel(dy)
    mu, r = (builder.reshape(context.layout.first(value), n, groups, 1) for value in (mean, inverse))
    weight = builder.reshape(context.layout.first(gamma), 1, groups, per_group)
    to_gamma = node("Mul", node("Sub", dy_x, node("Mul", mu, dy_sum)), r)
    to_gamma = builder.reshape(node("ReduceSum", to_gamma, builder.integers(0), keepdims=0), channels)
    to_beta = builder.reshape(node("ReduceSum", dy_sum, builder.integers(0), keepdims=0), channels)
    a = node("Mul", r, weight)
    group_x, group_sum = by_group(node("Mul", dy_x, weight)), by_group(node("Mul", dy_sum, weight))
    share = number(1 / (pixels * per_group))
    r_cubed = node("Mul", node("Mul", r, r), node("Mul", r, share))
    b = node("Mul", node("Sub", node("Mul", group_sum, mu), group_x), r_cubed)
    c = node("Neg", node("Add", node("Mul", b, mu), node("Mul", node("Mul", group_sum, r), share)))

    def for_channels(name: str) -> str:
        return builder.reshape(node("Expand", name, builder.integers(n, groups, per_group)), n, 1, channels)

    of_x = node("Add", node("Mul", rows, for_channels(b)), for_channels(c))
    to_x = node("Add", node("Mul", dy, builder.reshape(a, n, 1, channels)), of_x)
    _, _, height, width = x.shape
    return [
        from_last(builder.reshape(to_x, n, height, width, channels), x.shape),
        Value((channels,), name=to_gamma),
        Value((channels,), name=to_beta),
    ]
