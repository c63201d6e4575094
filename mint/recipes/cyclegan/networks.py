"""The networks: a generator from photographs to pixel art, one back again, and a discriminator for each side.

All of them are local: no layer averages over a picture, so a pixel depends only on its surroundings, whatever the size of the
picture, and large pictures can be generated in parts. Instead of instance norm, each pixel's channels are scaled to a mean square
of 1 (Karras et al. 2018, arXiv 1710.10196, section 4.2).
"""

import math
from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mint.art.colors.oklab import LAB_FROM_LMS, LMS_FROM_RGB
from mint.pixelate.manifest import SCALE
from mint.recipes.building_blocks.convolution import DownConv, PointwiseConv, SameConv, UpConv
from mint.recipes.cyclegan.config import CycleGanConfig
from mint.recipes.recipe import Canvas

# The colour of transparent pixels in photographs, from 0 to 1.
GREY = 0.5
# The OKLab distance that sets the initial sharpness: logits start as minus the squared distance over the square of this.
_SPREAD = 0.06
_NEVER = -1e4


class PaletteColors(nn.Module):
    """The palette's colours, and the distance of a picture's colours from them."""

    colors: Tensor
    lab: Tensor
    cones: Tensor
    axes: Tensor

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        assert len(canvas.palette) == canvas.num_colors, "pixel art cannot be generated without a palette"
        rgba = torch.tensor(canvas.palette, dtype=torch.float32) / 255
        shown = rgba[:, :3] * rgba[:, 3:] + GREY * (1 - rgba[:, 3:])
        self.register_buffer("cones", torch.from_numpy(LMS_FROM_RGB).float()[:, :, None, None], persistent=False)
        self.register_buffer("axes", torch.from_numpy(LAB_FROM_LMS).float()[:, :, None, None], persistent=False)
        self.register_buffer("colors", shown, persistent=False)  # (K, 3)
        self.register_buffer("lab", self.oklab(shown[:, :, None, None]), persistent=False)  # (K, 3, 1, 1)

    def oklab(self, rgb: Tensor) -> Tensor:
        """Map sRGB (n, 3, H, W) from 0 to 1 to OKLab, (n, 3, H, W)."""
        linear = ((rgb.clamp(0, 1) + 0.055) / 1.055).pow(2.4)  # the linear part of the curve is too short to matter
        return F.conv2d(F.conv2d(linear, self.cones).clamp_min(1e-6).pow(1 / 3), self.axes)

    def distances(self, rgb: Tensor) -> Tensor:
        """Return squared OKLab distances of colours (n, 3, H, W) to the palette's, less a constant per pixel, (n, K, H, W)."""
        return F.conv2d(self.oklab(rgb), -2 * self.lab, self.lab.square().sum((1, 2, 3)))

    def enlarge(self, hot: Tensor) -> Tensor:
        """Return one-hot pixels (n, K, h, w) as pictures (n, 3, 2h, 2w) from 0 to 1, each pixel a square of its colour."""
        return F.interpolate(F.conv2d(hot, self.colors.t()[:, :, None, None]), scale_factor=SCALE, mode="nearest")


class PixelArtGenerator(nn.Module):
    """Maps photographs to logits of palette indices, half as high and wide: those of the nearest colours, plus learned ones."""

    def __init__(self, canvas: Canvas, config: CycleGanConfig) -> None:
        super().__init__()
        self.palette = PaletteColors(canvas)
        self.sharpness = nn.Parameter(torch.tensor(-2 * math.log(_SPREAD)))
        self.stem = DownConv(3, config.width)
        self.blocks = nn.Sequential(*(ResidualBlock(config.width) for _ in range(config.num_blocks)))
        self.head = PointwiseConv(config.width, canvas.num_colors)

    def forward(self, picture: Tensor) -> Tensor:
        """Map pictures (n, 3, 2h, 2w) from 0 to 1 to logits (n, K, h, w)."""
        learned = self.head(F.leaky_relu(_normalize(self.blocks(self.stem(2 * picture - 1))), 0.2))
        nearest = -self.sharpness.exp() * self.palette.distances(F.avg_pool2d(picture, SCALE))
        logits: Tensor = learned + nearest
        return logits


class PhotoGenerator(nn.Module):
    """Maps one-hot pixels to photographs twice as high and wide."""

    def __init__(self, canvas: Canvas, config: CycleGanConfig) -> None:
        super().__init__()
        self.stem = PointwiseConv(canvas.num_colors, config.width)
        self.blocks = nn.Sequential(*(ResidualBlock(config.width) for _ in range(config.num_blocks)))
        self.head = UpConv(config.width, 3)

    def forward(self, hot: Tensor) -> Tensor:
        """Map one-hot pixels (n, K, h, w) to pictures (n, 3, 2h, 2w) from 0 to 1."""
        x = F.leaky_relu(_normalize(self.blocks(self.stem(hot))), 0.2)
        picture: Tensor = self.head(x).sigmoid()
        return picture


class PatchDiscriminator(nn.Module):
    """Maps pictures to scores of how real their patches look, of one size of patch per layer; ``num_halvings`` layers in all."""

    def __init__(self, num_channels: int, num_halvings: int, config: CycleGanConfig) -> None:
        super().__init__()
        widths = [num_channels, *(config.discriminator_width * 2**layer for layer in range(num_halvings))]
        self.layers = nn.ModuleList(DownConv(fine, rough) for fine, rough in pairwise(widths))
        self.heads = nn.ModuleList(
            nn.Sequential(PointwiseConv(width, width), nn.LeakyReLU(0.2), PointwiseConv(width, 1)) for width in widths[1:]
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map pictures (n, C, H, W) to the scores of patches of 4, 10 and 22 pixels a side, (n, patches) for each layer."""
        scores = []
        for index, (layer, head) in enumerate(zip(self.layers, self.heads, strict=True)):
            x = F.leaky_relu(_normalize(layer(x)) if index else layer(x), 0.2)
            scores.append(head(x).flatten(1))
        return scores


class ResidualBlock(nn.Module):
    """Two convolutions with a skip connection (He et al. 2016, "Identity mappings in deep residual networks")."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = SameConv(width, width)
        self.conv2 = SameConv(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, C, h, w) to the same shape."""
        residual: Tensor = self.conv2(F.leaky_relu(self.conv1(F.leaky_relu(_normalize(x), 0.2)), 0.2))
        return x + residual


class CycleGanNetworks(NamedTuple):
    """The four networks. Their names are part of the names of the saved tensors."""

    painter: PixelArtGenerator  # A (photographs) to B (pixel art)
    photographer: PhotoGenerator  # B to A
    picture_critic: PatchDiscriminator  # of A
    sprite_critic: PatchDiscriminator  # of B


class Pixelator(nn.Module):
    """The generator of pixel art in its exported form: RGBA bytes in, palette indices out, none of them transparent."""

    hidden: Tensor

    def __init__(self, painter: PixelArtGenerator, canvas: Canvas) -> None:
        super().__init__()
        self.painter = painter
        self.size = canvas.height, canvas.width
        hidden = torch.tensor([_NEVER if color[3] < 128 else 0.0 for color in canvas.palette])
        if bool((hidden < 0).all()):
            hidden = torch.zeros_like(hidden)
        self.register_buffer("hidden", hidden[:, None, None], persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        """Map images (n, 2h, 2w, 4) uint8 RGBA to pixels (n, h, w) uint8."""
        rgba = image.permute(0, 3, 1, 2).float() / 255
        alpha = rgba[:, 3:]
        logits = self.painter(rgba[:, :3] * alpha + GREY * (1 - alpha))
        pixels: Tensor = (logits + self.hidden).argmax(1).to(torch.uint8)
        return pixels


def _normalize(x: Tensor) -> Tensor:
    """Scale the channels of each pixel of (n, C, h, w) to a mean square of 1."""
    return x / (x.square().mean(1, keepdim=True) + 1e-6).sqrt()
