"""The loss of one step: a function of the networks, the sprites and the step's noise."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .networks import LinearNetworks


class Noise(NamedTuple):
    """All randomness of one step."""

    batch: Tensor  # (b,) which sprites


def draw_noise(num_sprites: int, batch_size: int, random: torch.Generator) -> Noise:
    """Draw the randomness of a step."""
    return Noise(torch.randperm(num_sprites, generator=random, device=random.device)[:batch_size])


def compute_loss(networks: LinearNetworks, noise: Noise, sprites: Tensor) -> Tensor:
    """Return the reconstruction loss on sprites (N, H, W) uint8."""
    pixels = sprites[noise.batch]
    mu, _ = networks.encoder(pixels)
    return F.cross_entropy(networks.generator.logits(mu), pixels.long())
