"""One-hot pixels: palette indices as the networks read them, (n, K, H, W) float32, one channel a colour."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable


def one_hot(pixels: Tensor, num_colors: int) -> Tensor:
    """Return pixels (n, H, W) as one-hot floats (n, K, H, W), the channels last in memory."""
    if torch.compiler.is_exporting():
        # Without a detour over eight bytes a channel, which takes onnxruntime as long as a convolution.
        return (pixels[:, None] == torch.arange(num_colors, dtype=pixels.dtype)[:, None, None]).float()
    # The rows of the identity: a quarter of the time that torch's one_hot takes, which counts in integers of eight bytes.
    identity = torch.eye(num_colors, device=pixels.device)
    return F.embedding(pixels.int(), identity).permute(0, 3, 1, 2)


def compare_and_draw(logits: Tensor, targets: Tensor, num_drawn: int) -> tuple[Tensor, Tensor]:
    """Compare logits (n, K, H, W) with the pixels they should give, and draw what they do give.

    The first c pictures have targets (c, H, W) int64: the first answer is the mean cross-entropy of each, (c,). Drawn are the first
    ``num_drawn`` of these and all pictures without a target: the second answer is those as one-hot pixels (d, K, H, W) whose
    gradient is that of the softmax (straight through, Bengio et al. 2013, arXiv 1308.3432). Both share one softmax.
    """
    answer: tuple[Tensor, Tensor] = _CompareAndDraw.apply(logits, targets, num_drawn)  # type: ignore[no-untyped-call]
    return answer


class _CompareAndDraw(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, logits: Tensor, targets: Tensor, num_drawn: int) -> tuple[Tensor, Tensor]:
        scores = logits.permute(0, 2, 3, 1).contiguous()  # (n, H, W, K)
        log_probabilities = scores.log_softmax(3)
        errors = log_probabilities[: len(targets)].gather(3, targets[..., None]).mean((1, 2, 3)).neg_()
        # Comparing with the largest is many times faster than argmax over channels; exact ties are rare in training.
        drawn = [
            (part == part.amax(3, keepdim=True)).float().permute(0, 3, 1, 2)
            for part in (scores[:num_drawn], scores[len(targets) :])
        ]
        ctx.save_for_backward(log_probabilities, targets)
        ctx.num_drawn = num_drawn
        return errors, torch.cat(drawn)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, of_errors: Tensor, of_drawn: Tensor) -> tuple[Tensor | None, ...]:
        log_probabilities, targets = ctx.saved_tensors
        num_targets, num_drawn = len(targets), ctx.num_drawn
        probabilities = log_probabilities.exp_()
        gradient = torch.empty_like(probabilities)
        of_pixels = (of_errors / targets[0].numel())[:, None, None, None]
        torch.mul(probabilities[:num_targets], of_pixels, out=gradient[:num_targets])
        gradient[:num_targets].scatter_add_(3, targets[..., None], -of_pixels.expand(*targets.shape, 1))
        of_drawn = of_drawn.permute(0, 2, 3, 1).contiguous()
        drawn = slice(0, num_drawn), slice(num_targets, None)
        parts = torch.split(of_drawn, [num_drawn, len(of_drawn) - num_drawn])
        softened = [
            torch._softmax_backward_data(part, probabilities[where], 3, part.dtype)
            for part, where in zip(parts, drawn, strict=True)
        ]
        gradient[drawn[0]] += softened[0]
        gradient[drawn[1]] = softened[1]
        return gradient.permute(0, 3, 1, 2), None, None
