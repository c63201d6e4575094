"""Collages: two sprites parted by a random smooth edge (CutMix, Yun et al. 2019, with half planes and ellipses)."""

import math

import torch
from torch import Tensor

from mint.recipes.recipe import Canvas

# In half sides of the picture. Far edges and small ellipses change little of a sprite: dreams then are variations, too.
MAX_OFFSET = 1.0
MIN_RADIUS, MAX_RADIUS = 0.1, 0.9


def collage_masks(num_masks: int, canvas: Canvas, random: torch.Generator) -> Tensor:
    """Draw random masks (n, H, W) bool: half of them half planes, half ellipses, all with smooth edges."""
    device = random.device

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand((num_masks, 1, 1), generator=random, device=device)

    # Coordinates from -1 to 1.
    y = torch.linspace(-1, 1, canvas.height, device=device)[None, :, None]
    x = torch.linspace(-1, 1, canvas.width, device=device)[None, None, :]
    angle, offset = uniform(0, 2 * math.pi), uniform(-MAX_OFFSET, MAX_OFFSET)
    half_planes = x * angle.cos() + y * angle.sin() > offset
    center_x, center_y, radius, aspect = uniform(-1, 1), uniform(-1, 1), uniform(MIN_RADIUS, MAX_RADIUS), uniform(0.6, 1.4)
    ellipses = ((x - center_x) * aspect).square() + ((y - center_y) / aspect).square() < radius.square()
    return torch.where(uniform(0, 1) < 0.5, half_planes, ellipses)
