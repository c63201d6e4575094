"""Image latents: a training's photographs and sprites as points of a latent space, so that whatever shows dreams can show them.

A latent drawn from a normal distribution picks a photograph and a place in it, of which the generator makes pixel art. The latent
of a sprite is far outside that distribution; for it the sprite goes through both generators, there and back, which is its cycle.
"""

import math

import torch
from torch import Tensor, nn

from mint.pixelate.manifest import SCALE
from mint.recipes.building_blocks.one_hot import one_hot
from mint.recipes.cyclegan.networks import PatchDiscriminator, PhotoGenerator, PixelArtGenerator
from mint.recipes.recipe import Canvas

LATENT_DIM = 4  # photograph, row, column; and whether it is a sprite
_SPRITE = 16.0  # the last number of a sprite's latent, far beyond normal ones
_MAX_SHOWN = 256


class ImageLatentGenerator(nn.Module):
    """Maps latents to pixels: parts of photographs as pixel art, or sprites through both generators."""

    pictures: Tensor
    sprites: Tensor

    def __init__(self, painter: PixelArtGenerator, photographer: PhotoGenerator, pictures: Tensor, canvas: Canvas) -> None:
        super().__init__()
        self.painter = painter
        self.photographer = photographer
        self.size = canvas.height, canvas.width
        self.num_colors = canvas.num_colors
        every = math.ceil(len(pictures) / _MAX_SHOWN)
        self.register_buffer("pictures", pictures[::every].clone(), persistent=False)  # (P, C, C, 3) uint8
        self.register_buffer("sprites", torch.zeros((1, *self.size), dtype=torch.uint8), persistent=False)

    def forward(self, z: Tensor) -> Tensor:
        """Map latents (n, 4) to pixels (n, H, W) uint8."""
        height, width = (SCALE * side for side in self.size)
        side = self.pictures.shape[1]
        share = 0.5 * (1 + torch.erf(z / math.sqrt(2)))  # uniform from 0 to 1
        chosen = (share[:, 0] * len(self.pictures)).long().clamp_max(len(self.pictures) - 1)
        top = (share[:, 1] * (side - height + 1)).long().clamp_max(side - height)
        left = (share[:, 2] * (side - width + 1)).long().clamp_max(side - width)
        rows = top[:, None] + torch.arange(height, device=z.device)  # (n, 2H)
        columns = left[:, None] + torch.arange(width, device=z.device)  # (n, 2W)
        parts = self.pictures[chosen[:, None, None], rows[:, :, None], columns[:, None, :]]  # (n, 2H, 2W, 3)
        parts = parts.permute(0, 3, 1, 2).float() / 255
        is_sprite = z[:, 3] > _SPRITE / 2
        if bool(is_sprite.any()):
            numbers = z[is_sprite, 0].round().long().clamp(0, len(self.sprites) - 1)
            parts[is_sprite] = self.photographer(one_hot(self.sprites[numbers], self.num_colors))
        pixels: Tensor = self.painter(parts).argmax(1).to(torch.uint8)
        return pixels


class ImageLatentEncoder(nn.Module):
    """Maps pixels to the latent of the most similar sprite."""

    def __init__(self, generator: ImageLatentGenerator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Map pixels (n, H, W) uint8 to mu and logvar, each (n, 4)."""
        sprites = self.generator.sprites
        nearest = torch.stack([(sprites != picture).flatten(1).sum(1).argmin() for picture in pixels])
        mu = torch.zeros((len(pixels), LATENT_DIM), device=pixels.device)
        mu[:, 0] = nearest.float()
        mu[:, 3] = _SPRITE
        return mu, torch.full_like(mu, -8.0)


class ImageLatentScore(nn.Module):
    """Maps pixels to a score of how much they look like the sprites."""

    def __init__(self, discriminator: PatchDiscriminator, canvas: Canvas) -> None:
        super().__init__()
        self.discriminator = discriminator
        self.num_colors = canvas.num_colors

    def forward(self, pixels: Tensor) -> Tensor:
        """Map pixels (n, H, W) uint8 to the mean score of their patches, (n,); larger is more real."""
        return torch.stack([part.mean(1) for part in self.discriminator(one_hot(pixels, self.num_colors))]).mean(0)
