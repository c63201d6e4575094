"""What a recipe is: networks and losses, as the training loop sees them.

The loop knows only these protocols, and a recipe knows nothing of files, pages or clocks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mint.recipes.requirements import Requirements


class Arithmetic(Enum):
    """How the convolutions of networks in training are computed; weights are always float32."""

    CONVOLUTION = "convolution"  # torch's own, in float32
    TF32 = "tf32"  # torch's own on a GPU, with factors rounded to 10 bits
    BFLOAT16 = "bfloat16"  # torch's own on a CPU, with factors rounded to 8 bits and sums in float32


@dataclass(frozen=True)
class Canvas:
    """The format of the sprites: height and width in pixels, the number of palette colours, and the number of labels.

    ``palette`` holds the colours as red, green, blue and alpha from 0 to 255, for recipes that learn colours.
    """

    height: int
    width: int
    num_colors: int
    num_labels: int = 0
    palette: tuple[tuple[int, int, int, int], ...] = ()


class Networks(NamedTuple):
    """The three networks in the form in which they are exported: palette indices in, palette indices out.

    If the learner uses labels, each network also takes labels float32 (n, num_labels): 1 for pictures that have a label, 0 for
    those that do not, and 0.5 where that is left open.
    """

    encoder: nn.Module  # pixels uint8 (n, H, W) -> mu float32 (n, L), logvar float32 (n, L)
    generator: nn.Module  # z float32 (n, L) -> pixels uint8 (n, H, W)
    discriminator: nn.Module  # pixels uint8 (n, H, W) -> score float32 (n,)
    # Of recipes that turn photographs into pixel art, exported instead of the three:
    # image uint8 (n, 2H, 2W, 4) RGBA -> pixels uint8 (n, H, W).
    pixelator: nn.Module | None = None

    def dream(self, z: Tensor, num_labels: int, asked: Sequence[float] | None = None) -> Tensor:
        """Draw z (n, L) as pixels (n, H, W) uint8, all with the labels ``asked``; None leaves every label open."""
        if not num_labels:
            plain: Tensor = self.generator(z)
            return plain
        labels = torch.full((num_labels,), 0.5, device=z.device) if asked is None else torch.tensor(asked)
        # Otherwise the host would wait for all that is queued on a GPU.
        drawn: Tensor = self.generator(z, labels.to(z.device, non_blocking=True).expand(len(z), -1))
        return drawn

    def reconstruct(self, pixels: Tensor, labels: Tensor | None = None) -> Tensor:
        """Encode pixels (n, H, W) uint8 to mu, and decode mu to pixels."""
        known = () if labels is None else (labels,)
        mu, _ = self.encoder(pixels, *known)
        decoded: Tensor = self.generator(mu, *known)
        return decoded


class ElboTerms(NamedTuple):
    """What the evidence lower bound of pictures is computed from (Kingma and Welling 2014, equation 3).

    ``logits`` (n, K, H, W) are decoded from latents drawn from the posterior; ``kl`` (n,) is the divergence of that posterior from
    the prior in nats, or None where a picture has a single latent and no posterior.
    """

    logits: Tensor
    kl: Tensor | None


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """What a training had to change to go on, as factors of the configured values; it holds until the end, resumed or not."""

    learning_rate: float = 1.0
    batch: float = 1.0


class Learner(Protocol):
    """A recipe in training on one set of sprites: its networks, their optimisers and averaged weights."""

    latent_dim: int
    num_labels: int  # that its networks take; 0 if it does not use labels
    images_per_step: int

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train one step on the sprites (N, H, W) uint8 and return the losses, detached scalars on the device.

        ``labels`` (N, num_labels) bool are those of the sprites. All randomness comes from ``random``, and every schedule from
        ``images_seen``: the same state and arguments give the same step, bit for bit on the CPU.
        """

    def elbo_terms(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> ElboTerms | None:
        """Return logits and KL of the averaged networks for pixels (n, H, W) uint8; None if they learn colours, not indices."""

    def colors(self, z: Tensor, labels: Tensor | None) -> Tensor | None:
        """Return what the generator draws before the nearest palette colours replace it, (n, H, W, 4) uint8 RGBA.

        None if it draws palette indices from the start.
        """

    def adjust(self, adjustment: Adjustment) -> None:
        """Use other learning rates and another number of pictures (``images_per_step``) from the next step on."""

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on; the state stays the same."""

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, in evaluation mode, sharing memory with the learner."""

    def state(self) -> dict[str, Tensor]:
        """Return copies of everything that an exact resume needs, by name."""

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Load what ``state`` returned. Raises ValueError if names or shapes differ; nothing changes then."""


class Recipe(Protocol):
    """A way of learning sprites. Its configuration is a frozen dataclass of plain numbers and texts."""

    name: str
    version: int
    requirements: Requirements

    def config(self) -> dict[str, object]:
        """Return the configuration, as JSON values."""

    def learner(self, canvas: Canvas, num_sprites: int, device: torch.device, random: torch.Generator) -> Learner:
        """Build fresh networks for ``num_sprites`` sprites on a device, their weights drawn from ``random`` (a CPU generator).

        Raises TrainingError if something that the recipe requires is missing.
        """


@runtime_checkable
class PictureRecipe(Recipe, Protocol):
    """A recipe that learns from photographs besides sprites, and therefore has ``requirements.pictures``."""

    def with_pictures(self, pictures: NDArray[np.uint8]) -> Recipe:
        """Return the recipe with pictures to learn from, (P, C, C, 3) uint8 sRGB."""


class RecipeType(Protocol):
    """A recipe's class, as the registry builds recipes from it. Importing it must not load torch."""

    name: str
    version: int
    requirements: Requirements
    config_type: type

    def __call__(self, config: Any) -> Recipe:
        """Build the recipe from a configuration of ``config_type``."""
