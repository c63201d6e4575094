"""The networks: a linear encoder, a linear generator, and the score of a reconstruction."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from mint.recipes.building_blocks.one_hot import one_hot
from mint.recipes.building_blocks.pixel_formats import IndexFormat
from mint.recipes.recipe import Canvas

from .config import LinearConfig


class LinearEncoder(nn.Module):
    """Maps pixels to latents."""

    def __init__(self, canvas: Canvas, config: LinearConfig) -> None:
        super().__init__()
        self.num_colors = canvas.num_colors
        self.layer = nn.Linear(canvas.num_colors * canvas.height * canvas.width, config.latent_dim)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Map pixels (n, H, W) uint8 to mu and a small constant logvar, each (n, L)."""
        mu: Tensor = self.layer(one_hot(pixels, self.num_colors).flatten(1))
        return mu, 0 * mu - 8


class LinearGenerator(nn.Module):
    """Maps latents to pixels."""

    def __init__(self, canvas: Canvas, config: LinearConfig) -> None:
        super().__init__()
        self.shape = canvas.num_colors, canvas.height, canvas.width
        self.layer = nn.Linear(config.latent_dim, canvas.num_colors * canvas.height * canvas.width)

    def forward(self, z: Tensor) -> Tensor:
        """Map latents (n, L) to pixels (n, H, W) uint8."""
        return self.logits(z).argmax(1).to(torch.uint8)

    def logits(self, z: Tensor) -> Tensor:
        """Map latents (n, L) to logits (n, K, H, W)."""
        logits: Tensor = self.layer(z)
        return logits.reshape(-1, *self.shape)


class LinearNetworks(NamedTuple):
    """The two networks, in training or averaged."""

    encoder: LinearEncoder
    generator: LinearGenerator


class LinearScore(nn.Module):
    """The exported discriminator: the mean log-likelihood of a picture's pixels in its reconstruction."""

    def __init__(self, networks: LinearNetworks, canvas: Canvas) -> None:
        super().__init__()
        self.encoder, self.generator = networks
        self.format = IndexFormat(canvas)

    def forward(self, pixels: Tensor) -> Tensor:
        """Map pixels (n, H, W) uint8 to scores (n,)."""
        return self.format.score(self.generator.logits(self.encoder(pixels)[0]), pixels)
