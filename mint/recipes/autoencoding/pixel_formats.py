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
from mint.recipes.one_hot import one_hot
from mint.recipes.recipe import Canvas

# The standard deviation of a colour channel about what is drawn, on a scale from 0 to 1: it weighs colours against KL.
_SIGMA = 0.1


class OneHotInput(nn.Module):
    """How an encoder reads palette indices: a row of numbers for each, the same as one-hot pixels through a 1x1 convolution."""

    def __init__(self, canvas: Canvas, config: AutoencoderConfig) -> None:
        super().__init__()
        self.num_channels = config.embedding_dim
        self.rows = nn.Parameter(torch.randn(canvas.num_colors, config.embedding_dim))

    def forward(self, pixels: Tensor) -> Tensor:
        """Map pixels (n, H, W) uint8 to their rows, (n, embedding_dim, H, W)."""
        return F.embedding(pixels.long(), self.rows).permute(0, 3, 1, 2)


class PaletteInput(nn.Module):
    """How an encoder reads colours: RGBA from 0 to 1."""

    colors: Tensor

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        assert len(canvas.palette) == canvas.num_colors, "colours cannot be learnt without a palette"
        self.num_channels = 4
        self.register_buffer("colors", torch.tensor(canvas.palette, dtype=torch.float32) / 255, persistent=False)  # (K, 4)

    def forward(self, pixels: Tensor) -> Tensor:
        """Map pixels (n, H, W) uint8 to their colours, (n, 4, H, W)."""
        return F.embedding(pixels.long(), self.colors).permute(0, 3, 1, 2)


class PixelFormat(Protocol):
    """What is made of a decoder's output (n, num_channels, H, W). All pixels are palette indices (n, H, W) uint8."""

    num_channels: int

    def loss(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return how far the output is from pixels, the mean over all of them."""

    def score(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return how well the output fits pixels, (n,); larger is better."""

    def indices(self, drawn: Tensor) -> Tensor:
        """Return the pixels that the output shows."""

    def picture(self, pixels: Tensor) -> Tensor:
        """Return pixels as a reader of labels sees them, (n, num_channels, H, W)."""

    def shown(self, drawn: Tensor) -> Tensor:
        """Return what the output shows as a reader of labels sees it, with a gradient."""


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
        # By comparison: exported graphs may not hold GatherElements.
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
        """Return the most probable colours one-hot, with the gradient of the softmax (straight through, Bengio et al. 2013)."""
        soft = drawn.softmax(1)
        return (soft == soft.amax(1, keepdim=True)).float() + soft - soft.detach()


class ColorFormat(nn.Module):
    """RGBA colours and the squared error; whatever they are until they are shown."""

    def __init__(self, palette: PaletteInput) -> None:
        super().__init__()
        self.num_channels = 4
        self.palette = palette

    def loss(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the negative log-likelihood of normal distributions about the drawn colours, without its constant, a pixel."""
        return -self.score(drawn, pixels).mean()

    def score(self, drawn: Tensor, pixels: Tensor) -> Tensor:
        """Return the mean of that log-likelihood over a picture's pixels."""
        score: Tensor = (drawn.sigmoid() - self.palette(pixels)).square().sum(1).mean((1, 2)) / (-2 * _SIGMA**2)
        return score

    def indices(self, drawn: Tensor) -> Tensor:
        """Return the nearest colours of the palette."""
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
        """Return the drawn colours themselves, (n, H, W, 4) uint8."""
        return (255 * drawn.sigmoid()).round().to(torch.uint8).permute(0, 2, 3, 1)
