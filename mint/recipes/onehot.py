"""One-hot pixels: palette indices as the networks read them, (n, K, H, W) float32, one channel a colour."""

import torch.nn.functional as F
from torch import Tensor


def one_hot(pixels: Tensor, num_colors: int) -> Tensor:
    """Return pixels (n, H, W) as one-hot floats (n, K, H, W)."""
    hot: Tensor = F.one_hot(pixels.long(), num_colors).permute(0, 3, 1, 2).float()
    return hot


def straight_through(logits: Tensor) -> Tensor:
    """Return one-hot pixels (n, K, H, W) whose gradient is that of the softmax (Bengio et al. 2013)."""
    probabilities = logits.softmax(1)
    # Comparing with the largest is many times faster than argmax over channels; exact ties do not occur in training.
    hard = (probabilities == probabilities.amax(1, keepdim=True)).float()
    return hard + probabilities - probabilities.detach()
