"""Collages: two sprites on the two sides of a random smooth edge (CutMix, Yun et al. 2019, with half planes and ellipses)."""

import math

import torch
from torch import Tensor

from mint.recipes.recipe import Canvas

# In half sides of the picture. Far edges and small ellipses change little of a sprite, so that some dreams are variations of one.
MAX_OFFSET = 1.0
MIN_RADIUS, MAX_RADIUS = 0.1, 0.9
MIN_ASPECT, MAX_ASPECT = 0.6, 1.4


def collage_masks(num_masks: int, canvas: Canvas, random: torch.Generator) -> Tensor:
    """Draw random masks (n, H, W) bool: one half of them half planes, the other ellipses."""
    device = random.device
    # One draw for all numbers of a mask: on small pictures each call costs time.
    turn, shift, x_center, y_center, size, stretch, choice = torch.rand((7, num_masks, 1, 1), generator=random, device=device)
    # Coordinates from -1 to 1.
    y = torch.linspace(-1, 1, canvas.height, device=device)[None, :, None]
    x = torch.linspace(-1, 1, canvas.width, device=device)[None, None, :]
    angle = 2 * math.pi * turn
    half_planes = x * angle.cos() + y * angle.sin() > MAX_OFFSET * (2 * shift - 1)
    radius, aspect = MIN_RADIUS + (MAX_RADIUS - MIN_RADIUS) * size, MIN_ASPECT + (MAX_ASPECT - MIN_ASPECT) * stretch
    ellipses = ((x - (2 * x_center - 1)) * aspect).square() + ((y - (2 * y_center - 1)) / aspect).square() < radius.square()
    return torch.where(choice < 0.5, half_planes, ellipses)
