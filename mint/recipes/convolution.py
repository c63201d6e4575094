"""Convolutions that halve or double the side of a picture, as torch's own or as matrix products.

Both have a 4x4 kernel, stride 2 and padding 1, and are each other's adjoints (Dumoulin and Visin 2016, arXiv 1603.07285, section
4). That makes them cheap as products of matrices: with the channels last, the 4x4 patch under an output pixel is four runs of
memory; and the 2x2 block that a doubled picture has between four pixels depends on these four alone, so nothing overlaps and
nothing has to be summed up afterwards. A matrix product in bfloat16 is two to three times faster than torch's convolutions where
the processor knows the type, and those are 10 to 50 times slower in it.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from mint.recipes.recipe import Arithmetic

# Those that torch's own convolutions have.
_OWN = (Arithmetic.CONVOLUTION, Arithmetic.TF32)


class Halving(nn.Conv2d):
    """A convolution from (n, C, 2h, 2w) to (n, D, h, w)."""

    arithmetic = Arithmetic.CONVOLUTION

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 4, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, C, 2h, 2w) to (n, D, h, w)."""
        if self.arithmetic in _OWN:
            return super().forward(x)
        halved: Tensor = _Halve.apply(x, self.weight, self.bias, self.arithmetic.dtype)  # type: ignore[no-untyped-call]
        return halved

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
        if self.arithmetic in _OWN:
            return super().forward(x, output_size)
        doubled: Tensor = _Double.apply(x, self.weight, self.bias, self.arithmetic.dtype)  # type: ignore[no-untyped-call]
        return doubled


class Pointwise(nn.Conv2d):
    """A convolution of single pixels from (n, C, h, w) to (n, D, h, w)."""

    arithmetic = Arithmetic.CONVOLUTION

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, C, h, w) to (n, D, h, w)."""
        if self.arithmetic in _OWN:
            return super().forward(x)
        # A single answer a pixel costs nothing, and rounding it would tell.
        assert self.bias is not None
        dtype = self.arithmetic.dtype if self.out_channels > 1 else torch.float32
        rows = F.linear(x.permute(0, 2, 3, 1).to(dtype), self.weight.flatten(1).to(dtype))
        return (rows.float() + self.bias).permute(0, 3, 1, 2)


def set_arithmetic(network: nn.Module, arithmetic: Arithmetic) -> None:
    """Let all convolutions of a network compute in this way from now on."""
    for module in network.modules():
        if isinstance(module, Halving | Doubling | Pointwise):
            module.arithmetic = arithmetic
    # Torch has this for the whole process alone; processors do not know it.
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = arithmetic is Arithmetic.TF32


class _Halve(torch.autograd.Function):
    """x (n, C, 2h, 2w), weight (D, C, 4, 4), bias (D,) -> (n, D, h, w) float32, with the channels last in memory."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, dtype: torch.dtype) -> Tensor:
        patches = _patches(x, dtype)
        ctx.save_for_backward(patches, weight)
        ctx.size = x.shape[2:]
        return _halved(patches, weight, x.shape).add_(bias[:, None, None])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        patches, weight = ctx.saved_tensors
        to_x = _doubled(gradient, weight, patches.dtype, ctx.size) if ctx.needs_input_grad[0] else None
        product = _rows(gradient, patches.dtype).t() @ patches  # (D, 16 C)
        return to_x, _unpatched(product), gradient.sum((0, 2, 3)), None


class _Double(torch.autograd.Function):
    """x (n, C, h, w), weight (C, D, 4, 4), bias (D,) -> (n, D, 2h, 2w) float32, with the channels last in memory."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, dtype: torch.dtype) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.dtype = dtype
        size = torch.Size([2 * x.shape[2], 2 * x.shape[3]])
        return _doubled(x, weight, dtype, size).add_(bias[:, None, None])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        patches = _patches(gradient, ctx.dtype)
        to_x = _halved(patches, weight, gradient.shape) if ctx.needs_input_grad[0] else None
        product = _rows(x, ctx.dtype).t() @ patches  # (C, 16 D)
        return to_x, _unpatched(product), gradient.sum((0, 2, 3)), None


class _Attach(torch.autograd.Function):
    """The identity on ``value``, with the gradient that a convolution of x would have."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, value: Tensor, weight: Tensor, arithmetic: Arithmetic) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.arithmetic = arithmetic
        return value.view_as(value)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        if ctx.arithmetic not in _OWN:
            return _doubled(gradient, weight, ctx.arithmetic.dtype, x.shape[2:]), None, None, None
        to_x, _, _ = torch.ops.aten.convolution_backward(
            gradient, x, weight, None, [2, 2], [1, 1], [1, 1], False, [0, 0], 1, [True, False, False]
        )
        return to_x, None, None, None


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


def _unpatched(product: Tensor) -> Tensor:
    """Lay the gradient (D, 16 C) of a weight out as the weight, (D, C, 4, 4) float32."""
    return product.float().view(len(product), 4, 4, -1).permute(0, 3, 1, 2).contiguous()


def _doubled(x: Tensor, weight: Tensor, dtype: torch.dtype, size: torch.Size) -> Tensor:
    """Spread x (n, C, h, w) by a weight (C, D, 4, 4) over (n, D, H, W): 2h or 2h + 1 rows, 2w or 2w + 1 columns."""
    num, _, height, width = x.shape
    neighbours = _windows(_framed(x, dtype), 2, 1)  # (n (h + 1) (w + 1), 4 C)
    blocks = neighbours @ _block_kernel(weight, dtype)  # (n (h + 1) (w + 1), 4 D)
    blocks = blocks.view(num, height + 1, width + 1, 2, 2, -1).transpose(2, 3)
    framed = torch.empty((num, 2 * height + 2, 2 * width + 2, weight.shape[1]))
    framed.view(num, height + 1, 2, width + 1, 2, -1).copy_(blocks)
    return framed[:, 1 : 1 + size[0], 1 : 1 + size[1]].permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def _block_kernel(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """Return the matrix (4 C, 4 D) from four neighbouring pixels to the block between them."""
    channels, depth = weight.shape[:2]
    parts = weight.view(channels, depth, 2, 2, 2, 2)
    kernel = torch.empty((2, 2, channels, 2, 2, depth), dtype=dtype)
    # The first of two neighbours reaches the block with the second half of the kernel.
    for row in range(2):
        for column in range(2):
            kernel[row, column] = parts[:, :, 1 - row, :, 1 - column].permute(0, 2, 3, 1)
    return kernel.view(4 * channels, 4 * depth)
