"""Convolutions that halve or double the side of a picture, as torch's own or as matrix products.

Both have a 4x4 kernel, stride 2 and padding 1, and are each other's adjoints (Dumoulin and Visin 2016, arXiv 1603.07285, section 4).
That is what makes them cheap as products of matrices: with the channels last, the 4x4 patch under an output pixel is four runs of
memory; and the 2x2 block that a doubled picture has between four pixels depends on these four alone, so nothing overlaps and
nothing has to be summed up afterwards. A matrix product in bfloat16 is two to three times faster than torch's convolutions where
the processor knows the type, and those are 10 to 50 times slower in it.
"""

from enum import Enum
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


class Arithmetic(Enum):
    """How the convolutions of networks in training are computed; weights are float32 always."""

    CONVOLUTION = "convolution"  # torch's own, float32
    FLOAT32 = "float32"  # matrix products
    BFLOAT16 = "bfloat16"  # matrix products of rounded factors, summed up in float32

    @property
    def dtype(self) -> torch.dtype:
        """The type of the factors."""
        return torch.bfloat16 if self is Arithmetic.BFLOAT16 else torch.float32


class Halving(nn.Conv2d):
    """A convolution from (n, C, 2h, 2w) to (n, D, h, w)."""

    arithmetic = Arithmetic.CONVOLUTION

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 4, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, C, 2h, 2w) to (n, D, h, w)."""
        if self.arithmetic is Arithmetic.CONVOLUTION:
            return super().forward(x)
        assert self.bias is not None
        halved: Tensor = _Halve.apply(x, self.weight, self.arithmetic.dtype)  # type: ignore[no-untyped-call]
        return halved + self.bias[:, None, None]

    def of_pixels(self, x: Tensor, value: Tensor) -> Tensor:
        """Return the known answer ``value`` to x (n, C, 2h, 2w) as one whose gradient goes to x alone, not to the weights.

        So one pass serves two losses: one that trains the weights, and one that trains what made x.
        """
        attached: Tensor = _Attach.apply(x, value, self.weight, self.arithmetic)  # type: ignore[no-untyped-call]
        return attached


class Doubling(nn.ConvTranspose2d):
    """A transposed convolution from (n, C, h, w) to (n, D, 2h, 2w)."""

    arithmetic = Arithmetic.CONVOLUTION

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 4, 2, 1)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Map (n, C, h, w) to (n, D, 2h, 2w)."""
        if self.arithmetic is Arithmetic.CONVOLUTION:
            return super().forward(x, output_size)
        assert self.bias is not None
        doubled: Tensor = _Double.apply(x, self.weight, self.arithmetic.dtype)  # type: ignore[no-untyped-call]
        return doubled + self.bias[:, None, None]


class Pointwise(nn.Conv2d):
    """A convolution of single pixels from (n, C, h, w) to (n, D, h, w)."""

    arithmetic = Arithmetic.CONVOLUTION

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, C, h, w) to (n, D, h, w)."""
        if self.arithmetic is Arithmetic.CONVOLUTION:
            return super().forward(x)
        assert self.bias is not None
        dtype = self.arithmetic.dtype
        rows = F.linear(x.permute(0, 2, 3, 1).to(dtype), self.weight.flatten(1).to(dtype))
        return rows.float().permute(0, 3, 1, 2) + self.bias[:, None, None]


def set_arithmetic(network: nn.Module, arithmetic: Arithmetic) -> None:
    """Let all convolutions of a network compute in this way from now on."""
    for module in network.modules():
        if isinstance(module, Halving | Doubling | Pointwise):
            module.arithmetic = arithmetic


class _Halve(torch.autograd.Function):
    """x (n, C, 2h, 2w), weight (D, C, 4, 4) -> (n, D, h, w) float32, all with the channels last in memory."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, dtype: torch.dtype) -> Tensor:
        patches = _patches(x, dtype)
        ctx.save_for_backward(patches, weight)
        ctx.dtype = dtype
        return _halved(patches, weight, x.shape)

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        patches, weight = ctx.saved_tensors
        to_x = _double(gradient, weight, ctx.dtype) if ctx.needs_input_grad[0] else None
        to_weight = None
        if ctx.needs_input_grad[1]:
            product = _rows(gradient, ctx.dtype).t() @ patches  # (D, 16 C)
            to_weight = product.float().unflatten(1, (4, 4, -1)).permute(0, 3, 1, 2)
        return to_x, to_weight, None


class _Double(torch.autograd.Function):
    """x (n, C, h, w), weight (C, D, 4, 4) -> (n, D, 2h, 2w) float32, all with the channels last in memory."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, dtype: torch.dtype) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.dtype = dtype
        return _double(x, weight, dtype)

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        patches = _patches(gradient, ctx.dtype)
        to_x = _halved(patches, weight, gradient.shape) if ctx.needs_input_grad[0] else None
        product = _rows(x, ctx.dtype).t() @ patches  # (C, 16 D)
        return to_x, product.float().unflatten(1, (4, 4, -1)).permute(0, 3, 1, 2), None


class _Attach(torch.autograd.Function):
    """The identity on ``value``, with the gradient that a convolution of x would have."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, value: Tensor, weight: Tensor, arithmetic: Arithmetic) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.arithmetic = arithmetic
        return value.view_as(value)

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        if ctx.arithmetic is not Arithmetic.CONVOLUTION:
            return _double(gradient, weight, ctx.arithmetic.dtype), None, None, None
        return F.conv_transpose2d(gradient, weight, None, 2, 1), None, None, None


def _rows(x: Tensor, dtype: torch.dtype) -> Tensor:
    """Lay (n, C, h, w) out as (n h w, C), one row a pixel."""
    return x.permute(0, 2, 3, 1).to(dtype).flatten(0, 2)


def _framed(x: Tensor, dtype: torch.dtype) -> Tensor:
    """Return (n, C, h, w) as (n, h + 2, w + 2, C) with a frame of zeros."""
    num, channels, height, width = x.shape
    framed = torch.zeros((num, height + 2, width + 2, channels), dtype=dtype)
    framed[:, 1:-1, 1:-1] = x.permute(0, 2, 3, 1)
    return framed


def _windows(framed: Tensor, side: int, stride: int) -> Tensor:
    """Return the square windows of (n, H, W, C) as rows, (n rows columns, side side C)."""
    num, height, width, channels = framed.shape
    rows, columns = (height - side) // stride + 1, (width - side) // stride + 1
    # A row of a window is one run of memory.
    shape = (num, rows, columns, side, side * channels)
    strides = (height * width * channels, stride * width * channels, stride * channels, width * channels, 1)
    return framed.as_strided(shape, strides).reshape(num * rows * columns, side * side * channels)


def _patches(x: Tensor, dtype: torch.dtype) -> Tensor:
    """Return what a halving sees: x (n, C, 2h, 2w) as (n h w, 16 C)."""
    return _windows(_framed(x, dtype), 4, 2)


def _halved(patches: Tensor, weight: Tensor, shape: torch.Size) -> Tensor:
    """Multiply patches (n h w, 16 C) of pictures (n, C, 2h, 2w) by a weight (D, C, 4, 4): (n, D, h, w)."""
    num, _, height, width = shape
    kernel = weight.permute(0, 2, 3, 1).to(patches.dtype).flatten(1)  # (D, 16 C)
    return (patches @ kernel.t()).float().view(num, height // 2, width // 2, -1).permute(0, 3, 1, 2)


def _double(x: Tensor, weight: Tensor, dtype: torch.dtype) -> Tensor:
    """Spread x (n, C, h, w) by a weight (C, D, 4, 4) over (n, D, 2h, 2w)."""
    num, channels, height, width = x.shape
    neighbours = _windows(_framed(x, dtype), 2, 1)  # (n (h + 1) (w + 1), 4 C)
    # Row 2 b + s of the framed answer gets row s of the kernel from pixel b and row s + 2 from pixel b - 1, which is the first of a
    # pair of neighbours; columns likewise.
    kernel = weight.view(channels, -1, 2, 2, 2, 2).flip(2, 4).permute(2, 4, 0, 3, 5, 1)  # (by, bx, C, sy, sx, D)
    blocks = neighbours @ kernel.to(dtype).reshape(4 * channels, -1)
    blocks = blocks.view(num, height + 1, width + 1, 2, 2, -1).transpose(2, 3)
    framed = torch.empty((num, 2 * height + 2, 2 * width + 2, weight.shape[1]))
    framed.view(num, height + 1, 2, width + 1, 2, -1).copy_(blocks)
    return framed[:, 1:-1, 1:-1].contiguous().permute(0, 3, 1, 2)
