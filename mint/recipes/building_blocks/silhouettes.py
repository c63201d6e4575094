"""Silhouettes: which pixels of a sprite belong to what it shows, and which to its background."""

import torch
import torch.nn.functional as F
from torch import Tensor


def silhouettes(pixels: Tensor) -> Tensor:
    """Return the silhouettes of one-hot sprites (n, K, H, W) as (n, H, W) float32, 1 where a pixel belongs to it and 0 elsewhere.

    The background is the sprite's most frequent colour, without its gaps of up to two pixels inside the rest, which a morphological
    closing with a 3x3 square fills (Serra 1982, "Image Analysis and Mathematical Morphology").
    """
    background = pixels.sum((2, 3)).argmax(1)[:, None, None, None]
    rest = 1 - torch.take_along_dim(pixels, background, 1)  # (n, 1, H, W)
    dilated = F.max_pool2d(rest, 3, 1, 1)
    return 1 - F.max_pool2d(1 - dilated, 3, 1, 1)[:, 0]
