"""The networks: generator, discriminator and encoder, for pictures of any size."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from mint.recipes.building_blocks.convolution import DownConv, PointwiseConv, UpConv, crop
from mint.recipes.building_blocks.normalization import group_norm
from mint.recipes.building_blocks.pixel_formats import ColorFormat, IndexFormat, PaletteInput, PixelFormat
from mint.recipes.dcgan.config import DcGanConfig
from mint.recipes.recipe import Canvas

# Convolutions halve a picture until its shorter side would be less than this many pixels.
_MIN_COARSE = 4
_NUM_PATCH_HEADS = 2
_HEAD_WIDTH = 48
# The encoder's head is scaled by this number over the number of its features. Adam moves every weight by the same amount: without
# the scale, thousands of features would move the latents far off in the first steps, and log-variances to their bounds for good.
_HEAD_SCALE = 64

Module = TypeVar("Module", bound=nn.Module)


class LayerPlan:
    """How often a picture is halved: the channels of each layer, finest first, and the size of the coarsest."""

    def __init__(self, canvas: Canvas, config: DcGanConfig) -> None:
        short = min(canvas.height, canvas.width)
        num_halvings = max(1, int(math.log2(max(short / _MIN_COARSE, 2))))
        stride = 2**num_halvings
        self.widths = [min(config.width * 2**layer, config.max_width) for layer in range(num_halvings)]
        self.coarse = -(-canvas.height // stride), -(-canvas.width // stride)
        # Pads the right and the lower side to a multiple of the stride.
        self.padding = (0, self.coarse[1] * stride - canvas.width, 0, self.coarse[0] * stride - canvas.height)


def pixel_format_of(canvas: Canvas, config: DcGanConfig) -> PixelFormat:
    """Return the format of the generator's output: palette indices, or colours."""
    return IndexFormat(canvas) if config.color == "palette" else ColorFormat(PaletteInput(canvas))


class Generator(nn.Module):
    """Maps latents to pictures, by fractionally-strided convolutions."""

    def __init__(self, canvas: Canvas, config: DcGanConfig) -> None:
        super().__init__()
        plan = LayerPlan(canvas, config)
        self.size = canvas.height, canvas.width
        self.drawing = pixel_format_of(canvas, config)
        widths = [*reversed(plan.widths), self.drawing.num_channels]
        self.coarse = (widths[0], *plan.coarse)
        self.stem = nn.Linear(config.latent_dim, math.prod(self.coarse))
        self.norms = nn.ModuleList(group_norm(width) for width in widths[:-1])
        self.layers = nn.ModuleList(UpConv(rough, fine) for rough, fine in pairwise(widths))

    def forward(self, z: Tensor) -> Tensor:
        """Map latents (n, L) to pixels (n, H, W) uint8."""
        return self.drawing.indices(self.draw(z))

    def draw(self, z: Tensor) -> Tensor:
        """Map latents (n, L) to logits or colours (n, C, H, W)."""
        x = self.stem(z).unflatten(1, self.coarse)
        for norm, layer in zip(self.norms, self.layers, strict=True):
            x = layer(F.leaky_relu(norm(x), 0.2))
        height, width = self.size
        return crop(x, height, width)


class Discriminator(nn.Module):
    """Maps pixels to a score of how real they look: as a whole, and in their 4x4 and 10x10 patches."""

    def __init__(self, canvas: Canvas, config: DcGanConfig) -> None:
        super().__init__()
        plan = LayerPlan(canvas, config)
        self.drawing = pixel_format_of(canvas, config)
        self.padding = plan.padding
        self.patches = config.patches
        normed = spectral_norm if config.spectral_norm else _unchanged
        widths = [self.drawing.num_channels, *plan.widths]
        self.layers = nn.ModuleList(normed(DownConv(fine, rough)) for fine, rough in pairwise(widths))
        self.heads = nn.ModuleList(
            nn.Sequential(PointwiseConv(width, _HEAD_WIDTH), nn.LeakyReLU(0.2), PointwiseConv(_HEAD_WIDTH, 1))
            for width in plan.widths[:_NUM_PATCH_HEADS]
        )
        self.whole = nn.Linear(plan.widths[-1] * math.prod(plan.coarse), 1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Map pixels (n, H, W) uint8 to their score, (n,); larger is more real."""
        scores = self.scores(self.drawing.picture(pixels))
        return torch.stack([weight * part.mean(1) for weight, part in scores]).sum(0)

    def scores(self, pictures: Tensor) -> Sequence[tuple[float, Tensor]]:
        """Map pictures (n, C, H, W) to pairs of a weight and scores (n, m), of m patches or of the whole picture."""
        x = F.pad(pictures, self.padding)
        scores = []
        for index, layer in enumerate(self.layers):
            x = F.leaky_relu(layer(x), 0.2)
            if index < len(self.heads):
                scores.append((self.patches / len(self.heads), self.heads[index](x).flatten(1)))
        return (*scores, (1 - self.patches, self.whole(x.flatten(1))))


class Encoder(nn.Module):
    """Maps pixels to the mean and log-variance of the latents that may have generated them."""

    def __init__(self, canvas: Canvas, config: DcGanConfig) -> None:
        super().__init__()
        plan = LayerPlan(canvas, config)
        self.drawing = pixel_format_of(canvas, config)
        self.padding = plan.padding
        widths = [self.drawing.num_channels, *plan.widths]
        self.layers = nn.ModuleList(DownConv(fine, rough) for fine, rough in pairwise(widths))
        self.norms = nn.ModuleList(group_norm(width) for width in plan.widths)
        num_features = plan.widths[-1] * math.prod(plan.coarse)
        self.head = nn.Linear(num_features, 2 * config.latent_dim)
        self.head_scale = _HEAD_SCALE / num_features

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Map pixels (n, H, W) uint8 to mu and logvar, each (n, L)."""
        return self.encode(self.drawing.picture(pixels))

    def encode(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Map pictures (n, C, H, W) to mu and logvar, each (n, L)."""
        x = F.pad(pictures, self.padding)
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x = F.leaky_relu(norm(layer(x)), 0.2)
        mu, logvar = (self.head_scale * self.head(x.flatten(1))).chunk(2, 1)
        return mu, 6 * torch.tanh((logvar + 2) / 6) - 2  # from -8 to 4


class DcGanNetworks(NamedTuple):
    """The three networks, in training or averaged."""

    encoder: Encoder
    generator: Generator
    discriminator: Discriminator


def _unchanged(layer: Module) -> Module:
    return layer
