"""How an autoencoder reads and draws pictures: as palette indices, or as colours.

Palette indices come in through a learnt table and go out as one logit a colour, so every drawn pixel is a colour of the palette.
Colours come in and go out as RGBA from 0 to 1 and are learnt by regression; only to be shown and exported they are replaced by the
nearest colours of the palette. That is the baseline for comparison.
"""

from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mint.recipes.autoencoding.config import AutoencoderConfig
from mint.recipes.recipe import Canvas

# The standard deviation of a colour channel about what is drawn, on a scale from 0 to 1: it weighs colours against KL.
_SIGMA = 0.1


class Pictures(Protocol):
    """Reads and draws pictures in one of the two ways. All pixels are palette indices (n, H, W) uint8."""

    num_in: int
    num_out: int

    def read(self, pixels: Tensor) -> Tensor:
        """Return what an encoder reads, (n, num_in, H, W)."""

    def loss(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return how far the decoder's output (n, num_out, H, W) is from the pixels, the mean over all of them."""

    def score(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return how well the decoder's output fits the pixels, (n,); larger is better."""

    def indices(self, drawn: Tensor) -> Tensor:
        """Return the pixels that the decoder's output shows."""


class Indices(nn.Module):
    """Palette indices: a learnt table in, logits (n, K, H, W) out, cross-entropy between."""

    def __init__(self, canvas: Canvas, config: AutoencoderConfig) -> None:
        super().__init__()
        self.num_in, self.num_out = config.embedding_dim, canvas.num_colors
        self.table = nn.Parameter(torch.randn(canvas.num_colors, config.embedding_dim))

    def read(self, pixels: Tensor) -> Tensor:
        """Return the rows of the table, (n, embedding_dim, H, W): the same as one-hot pixels through a 1x1 convolution."""
        return F.embedding(pixels.long(), self.table).permute(0, 3, 1, 2)

    def loss(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the cross-entropy in nats a pixel."""
        return F.cross_entropy(drawn, pixels.long())

    def score(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the mean log-probability of a picture's pixels, in nats."""
        # By comparison: exported graphs may not hold GatherElements.
        colors = torch.arange(self.num_out, device=pixels.device)[None, :, None, None]
        chosen = pixels.long()[:, None] == colors  # (n, K, H, W)
        return torch.where(chosen, drawn.log_softmax(1), 0.0).sum(1).mean((1, 2))

    def indices(self, drawn: Tensor) -> Tensor:
        """Return the most probable colours."""
        return drawn.argmax(1).to(torch.uint8)


class Colors(nn.Module):
    """RGBA colours from 0 to 1, and the squared error between; drawn ones are whatever they are until they are shown."""

    palette: Tensor

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        assert len(canvas.palette) == canvas.num_colors, "colours cannot be learnt without a palette"
        self.num_in = self.num_out = 4
        self.register_buffer("palette", torch.tensor(canvas.palette, dtype=torch.float32) / 255)  # (K, 4)

    def read(self, pixels: Tensor) -> Tensor:
        """Return the colours, (n, 4, H, W)."""
        return F.embedding(pixels.long(), self.palette).permute(0, 3, 1, 2)

    def loss(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the negative log-likelihood of normal distributions about the drawn colours, without its constant, a pixel."""
        return (drawn.sigmoid() - self.read(pixels)).square().sum(1).mean() / (2 * _SIGMA**2)

    def score(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the mean of that log-likelihood over a picture's pixels."""
        return (drawn.sigmoid() - self.read(pixels)).square().sum(1).mean((1, 2)) / (-2 * _SIGMA**2)

    def indices(self, drawn: Tensor) -> Tensor:
        """Return the nearest colours of the palette."""
        # |color - entry|^2 without |color|^2, which is the same for all entries.
        weights = 2 * self.palette[:, :, None, None]
        return F.conv2d(drawn.sigmoid(), weights, -self.palette.square().sum(1)).argmax(1).to(torch.uint8)

    def rgba(self, drawn: Tensor) -> Tensor:
        """Return the drawn colours themselves, (n, H, W, 4) uint8."""
        return (255 * drawn.sigmoid()).round().to(torch.uint8).permute(0, 2, 3, 1)
