"""The networks that are trained: encoder, generator and discriminator."""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mint.recipes.building_blocks.convolution import DownConv, PointwiseConv, UpConv, channels_last, crop, split_last_channel
from mint.recipes.building_blocks.labels import LabelClassifier, label_loss, signs
from mint.recipes.building_blocks.normalization import group_norm
from mint.recipes.building_blocks.one_hot import one_hot
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan.config import VaeGanConfig

_STRIDE = 8  # of the encoder: three convolutions that halve


class Encoder(nn.Module):
    """Maps pixels to the mean and log-variance of a normal distribution of latents."""

    def __init__(self, canvas: Canvas, config: VaeGanConfig) -> None:
        super().__init__()
        first, second, third = config.encoder_widths
        self.num_colors = canvas.num_colors
        self.padding = _padding(canvas)
        self.conv1 = DownConv(canvas.num_colors, first)
        self.conv2 = DownConv(first, second)
        self.norm2 = group_norm(second)
        self.conv3 = DownConv(second, third)
        self.norm3 = group_norm(third)
        self.head = nn.Linear(third * math.prod(_coarse(canvas)), 2 * config.latent_dim)
        self.labels = _labels(canvas, 2 * config.latent_dim)

    def forward(self, pixels: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Map pixels (n, H, W) uint8 to mu and logvar, each (n, L)."""
        return self.encode(one_hot(pixels, self.num_colors), labels)

    def encode(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Map one-hot pixels (n, K, H, W) to mu and logvar, each (n, L). Shapes are those of the default widths."""
        x = F.leaky_relu(self.conv1(F.pad(x, self.padding)), 0.2, inplace=True)  # (n, 32, H/2, W/2)
        x = F.leaky_relu(self.norm2(self.conv2(x)), 0.2, inplace=True)  # (n, 64, H/4, W/4)
        x = F.leaky_relu(self.norm3(self.conv3(x)), 0.2, inplace=True)  # (n, 96, H/8, W/8)
        mu, logvar = _with_labels(self.head(x.flatten(1)), self.labels, labels).chunk(2, 1)
        return mu, logvar.clamp(-8, 4)


class Generator(nn.Module):
    """Maps latents to the pixels of one layer, and to their opacity if dreams have several layers."""

    def __init__(self, canvas: Canvas, config: VaeGanConfig) -> None:
        super().__init__()
        first, second, third = config.generator_widths
        self.size = canvas.height, canvas.width
        self.coarse = (first, *_coarse(canvas))
        self.stem = nn.Linear(config.latent_dim, math.prod(self.coarse))
        self.labels = _labels(canvas, math.prod(self.coarse))
        self.norm1 = group_norm(first)
        self.up1 = UpConv(first, second)
        self.norm2 = group_norm(second)
        self.up2 = UpConv(second, third)
        self.norm3 = group_norm(third)
        self.has_opacity = config.imagination > 0
        self.up3 = UpConv(third, canvas.num_colors + self.has_opacity)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map latents (n, L) to pixels (n, H, W) uint8."""
        return self.logits(z, labels).argmax(1).to(torch.uint8)

    def logits(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map latents (n, L) to logits of colours (n, K, H, W)."""
        x = self._decode(z, labels)
        return x[:, :-1] if self.has_opacity else x

    def layers(self, z: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Map latents (n, L) to logits of colours (n, K, H, W) and of opacity (n, H, W)."""
        return split_last_channel(self._decode(z, labels))

    def _decode(self, z: Tensor, labels: Tensor | None) -> Tensor:
        """Map latents (n, L) to logits (n, K, H, W), and one more channel for opacity. Shapes are those of the default widths."""
        x = _with_labels(self.stem(z), self.labels, labels).reshape(-1, *self.coarse)  # (n, 96, H/8, W/8)
        x = F.leaky_relu(self.norm1(channels_last(x)), 0.2, inplace=True)
        x = F.leaky_relu(self.norm2(self.up1(x)), 0.2, inplace=True)  # (n, 72, H/4, W/4)
        x = F.leaky_relu(self.norm3(self.up2(x)), 0.2, inplace=True)  # (n, 48, H/2, W/2)
        height, width = self.size
        return crop(self.up3(x), height, width)


class Discriminator(nn.Module):
    """Maps pixels to a score of how real their 4x4 patches look; it sees every second patch of each row and column.

    If there are labels, a classifier (``reader``) tells whether a picture has those that are asked for.
    """

    def __init__(self, canvas: Canvas, config: VaeGanConfig) -> None:
        super().__init__()
        width = config.discriminator_width
        self.num_colors = canvas.num_colors
        self.conv1 = DownConv(canvas.num_colors, width)
        self.conv2 = PointwiseConv(width, width)
        self.head = PointwiseConv(width, 1)
        self.reader = LabelClassifier(canvas, canvas.num_colors) if canvas.num_labels else None

    def forward(self, pixels: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map pixels (n, H, W) uint8 to the mean score of their patches, (n,); larger is more real, and closer to the labels."""
        x = one_hot(pixels, self.num_colors)
        score = self.scores(self.conv1(x)).mean(1)
        return score if self.reader is None or labels is None else score - label_loss(self.reader(x), signs(labels))

    def scores(self, features: Tensor) -> Tensor:
        """Map the first layer's features (n, width, H/2, W/2) to patch scores (n, patches)."""
        scores: Tensor = self.head(F.leaky_relu(self.conv2(F.leaky_relu(features, 0.2)), 0.2, inplace=True))
        return scores.flatten(1)


class VaeGanNetworks(NamedTuple):
    """The three networks that are trained."""

    encoder: Encoder
    generator: Generator
    discriminator: Discriminator


def _coarse(canvas: Canvas) -> tuple[int, int]:
    return math.ceil(canvas.height / _STRIDE), math.ceil(canvas.width / _STRIDE)


def _padding(canvas: Canvas) -> tuple[int, int, int, int]:
    height, width = _coarse(canvas)
    return 0, width * _STRIDE - canvas.width, 0, height * _STRIDE - canvas.height


def _labels(canvas: Canvas, size: int) -> nn.Linear | None:
    """Return a layer that maps labels to ``size`` numbers, if there are labels."""
    return nn.Linear(canvas.num_labels, size, bias=False) if canvas.num_labels else None


def _with_labels(x: Tensor, layer: nn.Linear | None, labels: Tensor | None) -> Tensor:
    return x if layer is None or labels is None else x + layer(signs(labels))
