"""One-hot pixels: palette indices as the networks read them, (n, K, H, W) float32, one channel per colour."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable


def one_hot(pixels: Tensor, num_colors: int) -> Tensor:
    """Return pixels (n, H, W) as one-hot floats (n, K, H, W), the channels last in memory.

    In an exported graph, pixels are compared with all palette indices as int32: onnxruntime's CUDA provider has no ``Equal`` for
    uint8 (see its list of operator kernels), and a session that may not fall back to the CPU would refuse the graph.
    """
    if torch.compiler.is_exporting():
        # torch's one_hot goes through eight bytes a channel, which takes onnxruntime as long as a convolution.
        return (pixels[:, None].int() == torch.arange(num_colors, dtype=torch.int32)[:, None, None]).float()
    # Rows of the identity take a quarter of the time of torch's one_hot, which works on integers of eight bytes.
    identity = torch.eye(num_colors, device=pixels.device)
    return F.embedding(pixels.int(), identity).permute(0, 3, 1, 2)


def cross_entropy_and_pixels(logits: Tensor, targets: Tensor, num_drawn: int) -> tuple[Tensor, Tensor]:
    """Return the cross-entropy of logits (n, K, H, W) with their targets, and the pixels that they draw.

    The first c pictures have targets (c, H, W) int64; the first result is the mean cross-entropy of each, (c,). The second result
    is the one-hot pixels (d, K, H, W) of the first ``num_drawn`` pictures and of all that have no target, with the gradient of the
    softmax (straight through, Bengio et al. 2013, arXiv 1308.3432). Both share one softmax.
    """
    results: tuple[Tensor, Tensor] = _CrossEntropyAndPixels.apply(logits, targets, num_drawn)  # type: ignore[no-untyped-call]
    return results


def straight_through(soft: Tensor, dim: int) -> Tensor:
    """Return the largest of ``soft`` along a dimension as one-hot floats, with the gradient of ``soft`` (Bengio et al. 2013)."""
    return largest(soft, dim) + soft - soft.detach()


def largest(values: Tensor, dim: int) -> Tensor:
    """Return where values are largest along a dimension as one-hot floats; exact ties would give several ones."""
    return (values == values.amax(dim, keepdim=True)).float()


class _CrossEntropyAndPixels(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor, targets: Tensor, num_drawn: int) -> tuple[Tensor, Tensor]:
        scores = logits.permute(0, 2, 3, 1).contiguous()  # (n, H, W, K)
        log_probabilities = scores.log_softmax(3)
        cross_entropies = log_probabilities[: len(targets)].gather(3, targets[..., None]).mean((1, 2, 3)).neg_()
        # A comparison is many times faster than argmax over channels; exact ties are rare in training.
        drawn = [largest(part, 3).permute(0, 3, 1, 2) for part in (scores[:num_drawn], scores[len(targets) :])]
        ctx.save_for_backward(log_probabilities, targets)
        ctx.num_drawn = num_drawn
        return cross_entropies, torch.cat(drawn)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, to_cross_entropies: Tensor, to_drawn: Tensor) -> tuple[Tensor | None, ...]:
        log_probabilities, targets = ctx.saved_tensors
        num_targets, num_drawn = len(targets), ctx.num_drawn
        probabilities = log_probabilities.exp_()
        gradient = torch.empty_like(probabilities)
        to_pixels = (to_cross_entropies / targets[0].numel())[:, None, None, None]
        torch.mul(probabilities[:num_targets], to_pixels, out=gradient[:num_targets])
        gradient[:num_targets].scatter_add_(3, targets[..., None], -to_pixels.expand(*targets.shape, 1))
        to_drawn = to_drawn.permute(0, 2, 3, 1).contiguous()
        drawn = slice(0, num_drawn), slice(num_targets, None)
        parts = torch.split(to_drawn, [num_drawn, len(to_drawn) - num_drawn])
        to_scores = [
            torch._softmax_backward_data(part, probabilities[where], 3, part.dtype)
            for part, where in zip(parts, drawn, strict=True)
        ]
        gradient[drawn[0]] += to_scores[0]
        gradient[drawn[1]] = to_scores[1]
        return gradient.permute(0, 3, 1, 2), None, None
