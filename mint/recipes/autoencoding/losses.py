"""The losses of a step of an autoencoder: a function of its parameters, the sprites and the step's noise."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from mint.recipes.autoencoding.latent_codes import LatentCode
from mint.recipes.autoencoding.networks import AutoencoderNetwork
from mint.recipes.building_blocks.labels import hide_labels, label_loss, signs


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What a recipe minimises besides the reconstruction loss, and how that changes with the images seen."""

    # The weight of KL, where 1 is the evidence lower bound (beta-VAE, Higgins et al. 2017), and the images seen until then.
    beta: float = 0.0
    kl_warm_up: int = 1
    # The temperature of Gumbel-softmax falls geometrically from the first to the last during ``cooling`` images.
    first_temperature: float = 1.0
    last_temperature: float = 1.0
    cooling: int = 1
    # The share of sprites that have some labels hidden, the number of dreams whose labels are classified, and that loss's weight.
    hidden_labels: float = 0.0
    num_dreams: int = 0
    label_weight: float = 0.0

    def beta_at(self, images_seen: int) -> float:
        """Return the weight of KL after ``images_seen`` images."""
        return self.beta * min(1.0, (images_seen + 1) / self.kl_warm_up)

    def temperature_at(self, images_seen: int) -> float:
        """Return the temperature after ``images_seen`` images."""
        fallen = math.log(self.last_temperature / self.first_temperature)
        return self.first_temperature * math.exp(fallen * min(1.0, images_seen / self.cooling))


class Schedule(NamedTuple):
    """The numbers of a step that depend only on the images seen."""

    beta: float | Tensor
    temperature: float | Tensor
    learning_rate: float | Tensor
    ema_weight: float | Tensor  # the share of the averaged weights that the step replaces


class Noise(NamedTuple):
    """All randomness of one step."""

    batch: Tensor  # (b,) which sprites
    code: Tensor  # (b, ...) as ``LatentCode.noise`` returns it
    # Without labels, the following are None.
    labels: Tensor | None = None  # (b, num_labels) signs of the sprites' labels
    dream_labels: Tensor | None = None  # (d, num_labels) signs of the labels that dreams are asked for
    prior: Tensor | None = None  # (d, L) standard normal


class Losses(NamedTuple):
    """The losses of one step: what is minimised, and what is logged; and the encoder's features, which a ``PlainCode`` averages."""

    total: Tensor
    logged: dict[str, Tensor]
    features: Tensor


def draw_noise(
    objective: Objective,
    code: LatentCode,
    num_sprites: int,
    batch_size: int,
    random: torch.Generator,
    labels: Tensor | None = None,
) -> Noise:
    """Draw the randomness of a step; ``labels`` (N, num_labels) bool are those of the sprites, where the recipe uses labels."""
    device = random.device
    batch = torch.randperm(num_sprites, generator=random, device=device)[:batch_size]
    if labels is None:
        return Noise(batch, code.noise(len(batch), random))
    known = signs(hide_labels(labels[batch], objective.hidden_labels, random))
    noise = code.noise(len(batch), random)
    chosen = torch.randint(len(labels), (objective.num_dreams,), generator=random, device=device)
    asked = signs(hide_labels(labels[chosen], objective.hidden_labels, random))
    prior = torch.randn((objective.num_dreams, code.latent_dim), generator=random, device=device)
    return Noise(batch, noise, known, asked, prior)


def compute_losses(model: AutoencoderNetwork, objective: Objective, schedule: Schedule, noise: Noise, sprites: Tensor) -> Losses:
    """Compute the losses of one step on sprites (N, H, W) uint8."""
    pixels = sprites[noise.batch]  # (b, H, W)
    features = model.features(pixels, noise.labels)
    code, kl = model.coding.sample(features, noise.code, schedule.temperature)
    recon = model.drawing.loss(model.decode(code, noise.labels), pixels)
    total, logged = recon, {"recon": recon}
    if kl is not None:
        logged["kl"] = kl.mean()
        total = total + schedule.beta * logged["kl"] / pixels[0].numel()
    if model.label_reader is not None and noise.labels is not None and noise.prior is not None and noise.dream_labels is not None:
        # The classifier learns from sprites, and the generator learns to draw dreams in which it finds their labels.
        dreams = model.drawing.shown(model.decode(model.coding.from_normal(noise.prior), noise.dream_labels))
        logged["labels"] = label_loss(model.label_reader.with_fixed_weights(dreams), noise.dream_labels).mean()
        total = total + label_loss(model.label_reader(model.drawing.picture(pixels)), noise.labels).mean()
        total = total + objective.label_weight * logged["labels"]
    return Losses(total, {name: loss.detach() for name, loss in logged.items()}, features.detach())
