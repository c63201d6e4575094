"""Rolling pictures by numbers that are in a tensor and are not read from it, so that the operation can be part of a graph."""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def roll_by_index(x: Tensor, shift: Tensor) -> Tensor:
    """Roll pictures (n, K, H, W) by ``shift``, (2,) integers: rows and columns."""
    rolled: Tensor = _Roll.apply(x, shift)  # type: ignore[no-untyped-call]
    return rolled


class _Roll(torch.autograd.Function):
    """A roll, whose gradient is the roll back: that of ``index_select`` would add up single elements."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, shift: Tensor) -> Tensor:
        ctx.save_for_backward(shift)
        return _selected(x, -shift)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (shift,) = ctx.saved_tensors
        return _selected(gradient, shift), None


def _selected(x: Tensor, offset: Tensor) -> Tensor:
    for axis in (2, 3):
        size = x.shape[axis]
        x = x.index_select(axis, (torch.arange(size, device=x.device) + offset[axis - 2]) % size)
    return x
