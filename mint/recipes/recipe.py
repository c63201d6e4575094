"""What a recipe is: networks and losses, as the training loop sees them.

The loop knows nothing but these protocols, and a recipe knows nothing of files, pages or clocks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn


class Arithmetic(Enum):
    """How the convolutions of networks in training are computed; weights are float32 always."""

    CONVOLUTION = "convolution"  # torch's own, float32
    TF32 = "tf32"  # torch's own on a GPU, of factors rounded to 10 bits
    BFLOAT16 = "bfloat16"  # torch's own on a processor, of factors rounded to 8 bits and summed up in float32


@dataclass(frozen=True)
class Canvas:
    """What the pictures are: height and width in pixels, how many palette indices a pixel and how many labels a picture can have.

    ``palette`` are the colours, red, green, blue and alpha from 0 to 255, for recipes that learn colours.
    """

    height: int
    width: int
    num_colors: int
    num_labels: int = 0
    palette: tuple[tuple[int, int, int, int], ...] = ()


class Networks(NamedTuple):
    """The three networks in the form in which they are exported: palette indices in, palette indices out.

    Where the learner knows labels, each of them takes labels float32 (n, num_labels) as well: 1 for pictures that have a label, 0
    for those that have not, and 0.5 where that is left open.
    """

    encoder: nn.Module  # pixels uint8 (n, H, W) -> mu float32 (n, L), logvar float32 (n, L)
    generator: nn.Module  # z float32 (n, L) -> pixels uint8 (n, H, W)
    discriminator: nn.Module  # pixels uint8 (n, H, W) -> score float32 (n,)
    # Of recipes that draw pictures, exported in the place of the three: image uint8 (n, 2H, 2W, 4) RGBA -> pixels uint8 (n, H, W).
    pixelator: nn.Module | None = None

    def dream(self, z: Tensor, num_labels: int, asked: Sequence[float] | None = None) -> Tensor:
        """Draw z (n, L) as pixels (n, H, W) uint8, all with the same labels asked for; None leaves all of them open."""
        if not num_labels:
            plain: Tensor = self.generator(z)
            return plain
        labels = torch.full((num_labels,), 0.5) if asked is None else torch.tensor(asked)
        drawn: Tensor = self.generator(z, labels.to(z.device).expand(len(z), -1))
        return drawn

    def reconstruct(self, pixels: Tensor, labels: Tensor | None = None) -> Tensor:
        """Encode pixels (n, H, W) uint8 to mu, and decode that to pixels again."""
        known = () if labels is None else (labels,)
        mu, _ = self.encoder(pixels, *known)
        decoded: Tensor = self.generator(mu, *known)
        return decoded


class Evidence(NamedTuple):
    """What a learner believes of pictures: of each pixel, and what its latents cost.

    ``logits`` (n, K, H, W) are decoded from latents drawn from the posterior; ``kl`` (n,) is that posterior's divergence from the
    prior in nats, None where a picture has one latent and no posterior.
    """

    logits: Tensor
    kl: Tensor | None


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """What a training had to change to go on, as shares of what its recipe says; it holds until the end, resumed or not."""

    learning_rate: float = 1.0
    batch: float = 1.0


class Learner(Protocol):
    """A recipe at work on one set of sprites: its networks, their optimisers and averaged weights."""

    latent_dim: int
    num_labels: int  # that its networks take; 0 where it does not heed labels
    images_per_step: int

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train on the sprites (N, H, W) uint8 once and return the losses, detached scalars on the device.

        ``labels`` (N, num_labels) bool are those of the sprites. All chance comes from ``random``, and every schedule from
        ``images_seen``: the same state and arguments give the same step, bit for bit on the CPU.
        """

    def evidence(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> Evidence | None:
        """Return what the averaged networks believe of pixels (n, H, W) uint8; None where they learn colours, not indices."""

    def colors(self, z: Tensor, labels: Tensor | None) -> Tensor | None:
        """Return what the generator draws before it takes the palette's nearest colours, (n, H, W, 4) uint8 RGBA.

        None where it draws palette indices from the start.
        """

    def adjust(self, adjustment: Adjustment) -> None:
        """Train with other learning rates and another number of pictures (``images_per_step``) from the next step on."""

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on; the state stays as it is."""

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, in evaluation mode, sharing memory with the learner."""

    def state(self) -> dict[str, Tensor]:
        """Return everything that is needed to go on exactly, by name."""

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what ``state`` returned. Raises KeyError or ValueError where names or shapes differ; nothing changes then."""


class Recipe(Protocol):
    """A way of learning sprites. Its configuration is a frozen dataclass of plain numbers and texts."""

    name: str
    version: int

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""

    def learner(self, canvas: Canvas, num_sprites: int, device: torch.device, random: torch.Generator) -> Learner:
        """Build fresh networks for so many sprites on a device, their weights drawn from ``random`` (a CPU generator)."""
