"""One-hot pixels: palette indices as the networks read them, (n, K, H, W) float32, one channel a colour."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable


def one_hot(pixels: Tensor, num_colors: int) -> Tensor:
    """Return pixels (n, H, W) as one-hot floats (n, K, H, W), the channels last in memory."""
    hot: Tensor = F.one_hot(pixels.long(), num_colors).permute(0, 3, 1, 2).float()
    return hot


def straight_through(logits: Tensor) -> Tensor:
    """Return one-hot pixels (n, K, H, W) whose gradient is that of the softmax (Bengio et al. 2013)."""
    hard: Tensor = _StraightThrough.apply(logits)  # type: ignore[no-untyped-call]
    return hard


class _StraightThrough(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor) -> Tensor:
        ctx.save_for_backward(logits)
        # Comparing with the largest is many times faster than argmax over channels; exact ties are rare in training.
        return (logits == logits.amax(1, keepdim=True)).float()

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (logits,) = ctx.saved_tensors
        probabilities = logits.softmax(1)
        return torch._softmax_backward_data(gradient, probabilities, 1, logits.dtype)
