"""The gallery: a training's pictures and sprites as places in a latent space, so that whatever shows dreams can show them.

A latent drawn from a normal distribution picks a picture and a place in it, which the painter then draws. A sprite's own latent is
far outside that distribution; there the painter draws what the photographer has made of the sprite, which is its cycle.
"""

import math

import torch
from torch import Tensor, nn

from mint.recipes.cyclegan.networks import SCALE, PatchDiscriminator, PhotoGenerator, PixelArtGenerator
from mint.recipes.one_hot import one_hot
from mint.recipes.recipe import Canvas

LATENT_DIM = 4  # picture, row, column; and whether it is a sprite
_SPRITE = 16.0  # of the last number, where normal ones never come
_MAX_SHOWN = 256


class ImageLatentGenerator(nn.Module):
    """Latents to pixels: pictures through the painter, or sprites through photographer and painter."""

    views: Tensor
    sprites: Tensor

    def __init__(self, painter: PixelArtGenerator, photographer: PhotoGenerator, views: Tensor, canvas: Canvas) -> None:
        super().__init__()
        self.painter = painter
        self.photographer = photographer
        self.size = canvas.height, canvas.width
        self.num_colors = canvas.num_colors
        every = math.ceil(len(views) / _MAX_SHOWN)
        self.register_buffer("views", views[::every].clone(), persistent=False)  # (P, C, C, 3) uint8
        self.register_buffer("sprites", torch.zeros((1, *self.size), dtype=torch.uint8), persistent=False)

    def forward(self, z: Tensor) -> Tensor:
        """Map latents (n, 4) to pixels (n, H, W) uint8."""
        height, width = (SCALE * side for side in self.size)
        side = self.views.shape[1]
        share = 0.5 * (1 + torch.erf(z / math.sqrt(2)))  # from 0 to 1, all equally often
        chosen = (share[:, 0] * len(self.views)).long().clamp_max(len(self.views) - 1)
        top = (share[:, 1] * (side - height + 1)).long().clamp_max(side - height)
        left = (share[:, 2] * (side - width + 1)).long().clamp_max(side - width)
        rows = top[:, None] + torch.arange(height, device=z.device)  # (n, 2H)
        columns = left[:, None] + torch.arange(width, device=z.device)  # (n, 2W)
        pictures = self.views[chosen[:, None, None], rows[:, :, None], columns[:, None, :]]  # (n, 2H, 2W, 3)
        pictures = pictures.permute(0, 3, 1, 2).float() / 255
        own = z[:, 3] > _SPRITE / 2
        if bool(own.any()):
            numbers = z[own, 0].round().long().clamp(0, len(self.sprites) - 1)
            pictures[own] = self.photographer(one_hot(self.sprites[numbers], self.num_colors))
        pixels: Tensor = self.painter(pictures).argmax(1).to(torch.uint8)
        return pixels


class ImageLatentEncoder(nn.Module):
    """Pixels to the latent of the most similar sprite of the gallery."""

    def __init__(self, gallery: ImageLatentGenerator) -> None:
        super().__init__()
        self.gallery = gallery

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Map pixels (n, H, W) uint8 to mu and logvar, each (n, 4)."""
        sprites = self.gallery.sprites
        nearest = torch.stack([(sprites != picture).flatten(1).sum(1).argmin() for picture in pixels])
        mu = torch.zeros((len(pixels), LATENT_DIM), device=pixels.device)
        mu[:, 0] = nearest.float()
        mu[:, 3] = _SPRITE
        return mu, torch.full_like(mu, -8.0)


class ImageLatentScore(nn.Module):
    """Pixels to a score of how much they look like the sprites."""

    def __init__(self, critic: PatchDiscriminator, canvas: Canvas) -> None:
        super().__init__()
        self.critic = critic
        self.num_colors = canvas.num_colors

    def forward(self, pixels: Tensor) -> Tensor:
        """Map pixels (n, H, W) uint8 to the mean score of their patches, (n,); larger is more real."""
        return torch.stack([part.mean(1) for part in self.critic(one_hot(pixels, self.num_colors))]).mean(0)
