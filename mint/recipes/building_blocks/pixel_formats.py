"""How networks read and draw pictures: as palette indices, or as colours.

Palette indices are read through a learned embedding and drawn as one logit per colour, so every drawn pixel is a colour of the
palette. Colours are read and drawn as RGBA from 0 to 1 and learned by regression; the nearest palette colours replace them only
where pictures are shown and exported. That is the baseline for comparison.
"""

from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mint.recipes.building_blocks.one_hot import one_hot, straight_through
from mint.recipes.recipe import Canvas

# The standard deviation of a colour channel (0 to 1) about its drawn value; it sets the weight of colours against KL.
_SIGMA = 0.1


class OneHotInput(nn.Module):
    """Reads palette indices through an embedding, which equals one-hot pixels through a 1x1 convolution."""

    def __init__(self, canvas: Canvas, embedding_dim: int) -> None:
        super().__init__()
        self.num_channels = embedding_dim
        self.rows = nn.Parameter(torch.randn(canvas.num_colors, embedding_dim))

    def forward(self, pixels: Tensor) -> Tensor:
        """Map pixels (n, H, W) uint8 to their embeddings, (n, embedding_dim, H, W)."""
        return F.embedding(pixels.long(), self.rows).permute(0, 3, 1, 2)


class PaletteInput(nn.Module):
    """Reads colours: RGBA from 0 to 1."""

    colors: Tensor

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        assert len(canvas.palette) == canvas.num_colors, "colours cannot be learned without a palette"
        self.num_channels = 4
        self.register_buffer("colors", torch.tensor(canvas.palette, dtype=torch.float32) / 255, persistent=False)  # (K, 4)

    def forward(self, pixels: Tensor) -> Tensor:
        """Map pixels (n, H, W) uint8 to their colours, (n, 4, H, W)."""
        return F.embedding(pixels.long(), self.colors).permute(0, 3, 1, 2)


class PixelFormat(Protocol):
    """What a network's output (n, num_channels, H, W) means. Pixels are palette indices (n, H, W) uint8."""

    num_channels: int

    def loss(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the reconstruction loss of the output, the mean over all pixels."""

    def score(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the log-likelihood of each picture's pixels, (n,), up to a constant and a factor."""

    def indices(self, drawn: Tensor) -> Tensor:
        """Return the pixels that are shown for the output."""

    def picture(self, pixels: Tensor) -> Tensor:
        """Return pixels as a discriminator or classifier reads them, (n, num_channels, H, W)."""

    def shown(self, drawn: Tensor) -> Tensor:
        """Return the output as a discriminator or classifier reads it, with a gradient."""


class IndexFormat(nn.Module):
    """Logits of palette indices (n, K, H, W), and the cross-entropy."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self.num_channels = canvas.num_colors

    def loss(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the cross-entropy in nats a pixel."""
        return F.cross_entropy(drawn, pixels.long())

    def score(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the mean log-probability of a picture's pixels, in nats."""
        # A comparison, because exported graphs may not contain GatherElements.
        colors = torch.arange(self.num_channels, device=pixels.device)[None, :, None, None]
        chosen = pixels.long()[:, None] == colors  # (n, K, H, W)
        return torch.where(chosen, drawn.log_softmax(1), 0.0).sum(1).mean((1, 2))

    def indices(self, drawn: Tensor) -> Tensor:
        """Return the most probable colours."""
        return drawn.argmax(1).to(torch.uint8)

    def picture(self, pixels: Tensor) -> Tensor:
        """Return one-hot pixels, (n, K, H, W)."""
        return one_hot(pixels, self.num_channels)

    def shown(self, drawn: Tensor) -> Tensor:
        """Return the most probable colours as one-hot pixels, with the gradient of the softmax."""
        return straight_through(drawn.softmax(1), 1)


class ColorFormat(nn.Module):
    """RGBA colours and the squared error."""

    def __init__(self, palette: PaletteInput) -> None:
        super().__init__()
        self.num_channels = 4
        self.palette = palette

    def loss(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the negative log-likelihood of normal distributions about the drawn colours, without its constant, a pixel."""
        return -self.score(drawn, pixels).mean()

    def score(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return that log-likelihood, the mean over a picture's pixels."""
        score: Tensor = (drawn.sigmoid() - self.palette(pixels)).square().sum(1).mean((1, 2)) / (-2 * _SIGMA**2)
        return score

    def indices(self, drawn: Tensor) -> Tensor:
        """Return the nearest palette colours."""
        # |color - entry|^2 without |color|^2, which is the same for all entries.
        weights = 2 * self.palette.colors[:, :, None, None]
        return F.conv2d(drawn.sigmoid(), weights, -self.palette.colors.square().sum(1)).argmax(1).to(torch.uint8)

    def picture(self, pixels: Tensor) -> Tensor:
        """Return the pixels' colours, (n, 4, H, W)."""
        colors: Tensor = self.palette(pixels)
        return colors

    def shown(self, drawn: Tensor) -> Tensor:
        """Return the drawn colours."""
        return drawn.sigmoid()

    def rgba(self, drawn: Tensor) -> Tensor:
        """Return the drawn colours as (n, H, W, 4) uint8."""
        return (255 * drawn.sigmoid()).round().to(torch.uint8).permute(0, 2, 3, 1)
