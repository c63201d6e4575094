"""Convolutions that halve, keep or double the side of a picture, in float32 or with factors rounded to bfloat16.

Those that halve and double have a 4x4 kernel, stride 2 and padding 1, and are each other's adjoints (Dumoulin and Visin 2016,
arXiv 1603.07285, section 4). A CPU with bfloat16 instructions multiplies twice as fast in that type, as long as the channels are
last in memory; with the channels first it spends that time on transposing the picture.

Between convolutions numbers are float32. With the channels last, a conversion takes a fifteenth of the time of a group norm and its
gradient; in bfloat16 these take five times as long as in float32 (measured with AVX2, on 45 x 64 x 16 x 16 numbers: .1, 1.6 and
7.5 ms).
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from mint.recipes.recipe import Arithmetic


class Convolution(nn.Conv2d):
    """A convolution of (n, C, H, W) to (n, D, h, w), in the arithmetic that is set."""

    arithmetic = Arithmetic.CONVOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, C, H, W) to (n, D, h, w)."""
        if self.arithmetic is not Arithmetic.BFLOAT16:
            return super().forward(x)
        return _with_bias(F.conv2d(to_bfloat16(x), self.weight.bfloat16(), None, self.stride, self.padding), self.bias)


class SameConv(Convolution):
    """A 3x3 convolution that keeps the size, from (n, C, h, w) to (n, D, h, w)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 3, 1, 1)


class DownConv(Convolution):
    """A convolution from (n, C, 2h, 2w) to (n, D, h, w)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 4, 2, 1)

    def reuse_output(self, x: Tensor, output: Tensor) -> Tensor:
        """Return the known output for x (n, C, 2h, 2w), with a gradient that goes to x alone, not to the weights.

        So one pass serves two losses: one that trains the weights, and one that trains what generated x.
        """
        reused: Tensor = _ReusedConv.apply(x, output, self.weight, self.arithmetic)  # type: ignore[no-untyped-call]
        return reused


class UpConv(nn.ConvTranspose2d):
    """A transposed convolution from (n, C, h, w) to (n, D, 2h, 2w)."""

    arithmetic = Arithmetic.CONVOLUTION

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 4, 2, 1)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Map (n, C, h, w) to (n, D, 2h, 2w)."""
        if self.arithmetic is not Arithmetic.BFLOAT16:
            return super().forward(x, output_size)
        return _with_bias(F.conv_transpose2d(to_bfloat16(x), self.weight.bfloat16(), None, 2, 1), self.bias)


class PointwiseConv(Convolution):
    """A convolution of single pixels from (n, C, h, w) to (n, D, h, w)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, C, h, w) to (n, D, h, w)."""
        if self.out_channels > 1 or torch.compiler.is_exporting():
            return super().forward(x)
        # Torch has no fast convolution with a single output channel, and rounding its output would show.
        return F.linear(x.permute(0, 2, 3, 1), self.weight.flatten(1), self.bias).permute(0, 3, 1, 2)


def set_arithmetic(network: nn.Module, arithmetic: Arithmetic) -> None:
    """Set the arithmetic of every convolution of a network."""
    for module in network.modules():
        if isinstance(module, Convolution | UpConv):
            module.arithmetic = arithmetic
    # Torch sets this for the whole process; it has no effect on a CPU.
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = arithmetic is Arithmetic.TF32


def channels_last(x: Tensor) -> Tensor:
    """Return pictures (n, C, H, W) with the channels last in memory, which the convolutions after it keep.

    On a GPU, where that was not measured, they stay as they are.
    """
    return x if x.is_cuda or torch.compiler.is_exporting() else x.contiguous(memory_format=torch.channels_last)


def crop(x: Tensor, height: int, width: int) -> Tensor:
    """Return the upper left part (n, C, height, width) of pictures (n, C, H, W)."""
    # Slicing the whole picture would copy the gradient, and with its channels first.
    return x if x.shape[2:] == (height, width) else x[:, :, :height, :width]


def split_last_channel(x: Tensor) -> tuple[Tensor, Tensor]:
    """Split pictures (n, C, H, W) into their first channels (n, C - 1, H, W) and the last one (n, H, W).

    The gradient is written once, the channels last in memory; those of two slices would be two pictures of zeros each.
    """
    parts: tuple[Tensor, Tensor] = _SplitLastChannel.apply(x)  # type: ignore[no-untyped-call]
    return parts


def to_bfloat16(x: Tensor) -> Tensor:
    """Return pictures (n, C, H, W) in bfloat16, the channels last in memory."""
    return x.to(torch.bfloat16, memory_format=torch.channels_last)


def _with_bias(product: Tensor, bias: Tensor | None) -> Tensor:
    assert bias is not None
    return product.float().add_(bias[:, None, None])


class _ReusedConv(torch.autograd.Function):
    """The identity on ``output``, with the gradient that a convolution of x would have."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, output: Tensor, weight: Tensor, arithmetic: Arithmetic) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.arithmetic = arithmetic
        return output.view_as(output)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        if ctx.arithmetic is Arithmetic.BFLOAT16:
            gradient, x, weight = to_bfloat16(gradient), to_bfloat16(x), weight.bfloat16()
        to_x, _, _ = torch.ops.aten.convolution_backward(
            gradient, x, weight, None, [2, 2], [1, 1], [1, 1], False, [0, 0], 1, [True, False, False]
        )
        return to_x.float(), None, None, None


class _SplitLastChannel(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> tuple[Tensor, Tensor]:
        return x[:, :-1], x[:, -1]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, to_first: Tensor, to_last: Tensor) -> Tensor:
        return torch.cat([to_first.permute(0, 2, 3, 1), to_last[..., None]], 3).permute(0, 3, 1, 2)
