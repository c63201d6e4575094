"""The losses of one step: a function of the networks, the sprites, the schedule and the step's chance alone.

Nothing here asks the host for a number that the device holds, so that a whole step can be captured as one CUDA graph.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from mint.recipes.collage import collage_masks
from mint.recipes.labels import UNKNOWN, disagreement, partly_hidden, signs
from mint.recipes.one_hot import compare_and_draw, one_hot
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.networks import Parts


class Phase(NamedTuple):
    """What a step consists of; it changes twice in a training."""

    collages: bool  # whether collages are learnt
    adversary: bool  # whether the discriminator teaches the generator


class Schedule(NamedTuple):
    """The numbers that depend on time alone."""

    beta: float | Tensor
    adversarial_weight: float | Tensor
    slowdown: float | Tensor  # of both learning rates
    forgetting: float | Tensor  # how much of the averaged weights a step replaces


class Noise(NamedTuple):
    """All the chance of one step."""

    batch: Tensor  # (b,) which sprites
    pairs: Tensor  # (2, c) which sprites a collage is made of
    masks: Tensor  # (c, H, W) bool, where a collage shows the first of its pair
    posterior: Tensor  # (b + c, L) standard normal
    prior: Tensor  # (d, L) standard normal
    shift: Tensor  # (2,) rows and columns by which the discriminator's view is moved, 0 or 1
    labels: Tensor | None = None  # (b + c + d, num_labels) what is known of sprites, collages and dreams, from 0 to 1


class Losses(NamedTuple):
    """The losses of one step: what each side minimises, and what is shown."""

    autoencoder: Tensor
    discriminator: Tensor
    shown: dict[str, Tensor]


def phase_at(config: VaeGanConfig, images_seen: int) -> Phase:
    """Return what the step consists of that begins after ``images_seen`` images."""
    adversary = images_seen > config.adversary_start and config.adversarial_weight > 0
    return Phase(images_seen >= config.collage_start and config.num_collages > 0, adversary)


def schedule_at(config: VaeGanConfig, images_seen: int, images_per_step: int) -> Schedule:
    """Return the schedule's place after ``images_seen`` images."""
    settled = min(1.0, config.settle_start / max(images_seen, 1))
    step = images_seen // images_per_step
    return Schedule(
        beta=config.beta / math.sqrt(settled) * min(1.0, (images_seen + 1) / config.kl_warm_up),
        adversarial_weight=config.adversarial_weight
        * settled
        * min(1.0, max(0.0, (images_seen - config.adversary_start) / config.adversary_warm_up)),
        slowdown=math.sqrt(min(1.0, config.decay_start / max(images_seen, 1))),
        # Early averages forget faster: fresh weights are far from where they will be.
        forgetting=1 - min(config.average_decay, (step + 1) / (step + 10)),
    )


def draw_noise(
    config: VaeGanConfig,
    canvas: Canvas,
    num_sprites: int,
    phase: Phase,
    random: torch.Generator,
    labels: Tensor | None = None,
) -> Noise:
    """Draw the chance of a step; ``labels`` (N, num_labels) bool are those of the sprites."""
    device = random.device
    num_collages = config.num_collages if phase.collages else 0
    batch = torch.randperm(num_sprites, generator=random, device=device)[: config.batch_size]
    latent = (len(batch) + num_collages, config.latent_dim)
    noise = Noise(
        batch=batch,
        shift=torch.randint(2, (2,), generator=random, device=device),
        pairs=torch.randint(num_sprites, (2, num_collages), generator=random, device=device),
        masks=collage_masks(num_collages, canvas, random),
        posterior=torch.randn(latent, generator=random, device=device),
        prior=torch.randn((config.num_dreams, config.latent_dim), generator=random, device=device),
    )
    return noise if labels is None else noise._replace(labels=_labels(config, noise, random, labels))


def _labels(config: VaeGanConfig, noise: Noise, random: torch.Generator, labels: Tensor) -> Tensor:
    """Return what is known of each picture of a step: of a collage what both its sprites have, of a dream what some sprite has."""
    first, second = labels[noise.pairs].float()  # (c, num_labels) each
    of_dreams = torch.randint(len(labels), (config.num_dreams,), generator=random, device=random.device)
    return torch.cat(
        [
            partly_hidden(labels[noise.batch], config.hidden_labels, random),
            torch.where(first == second, first, UNKNOWN),
            partly_hidden(labels[of_dreams], config.hidden_labels, random),
        ]
    )


def losses_of(parts: Parts, config: VaeGanConfig, phase: Phase, schedule: Schedule, noise: Noise, sprites: Tensor) -> Losses:
    """Compute the losses of one step on sprites (N, H, W) uint8."""
    real = sprites[noise.batch]  # (b, H, W)
    first, second = sprites[noise.pairs]  # (c, H, W) each
    targets = torch.cat([real, torch.where(noise.masks, first, second)]).long()  # (b + c, H, W)
    num_real = len(real)
    pixels = one_hot(targets, parts.encoder.num_colors)

    # Reconstruct sprites and collages; dream.
    labels = noise.labels
    mu, logvar = parts.encoder.encode(pixels, None if labels is None else labels[: len(targets)])
    z = mu + (0.5 * logvar).exp() * noise.posterior
    logits = parts.generator.logits(torch.cat([z, noise.prior]), labels)
    errors, fakes = compare_and_draw(logits, targets, num_real)  # (b + c,), (b + d, K, H, W)
    reconstruction = errors[:num_real].mean()
    kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1).mean()

    # Judge sprites, their reconstructions and dreams in one pass, which serves both sides: the discriminator's weights learn from
    # the answers, and what made the fakes learns from the same answers through the pictures alone.
    view = _moved(torch.cat([pixels[:num_real], fakes]), noise.shift)
    discriminator = parts.discriminator
    features = discriminator.conv1(view.detach())
    scores = discriminator.scores(features)
    on_real, on_reconstructions, on_dreams = torch.split(scores, [num_real, num_real, len(noise.prior)])
    spotting = F.softplus(-on_real).mean() + 0.5 * (F.softplus(on_reconstructions).mean() + F.softplus(on_dreams).mean())
    num_taught = num_real + len(noise.prior) if phase.adversary else num_real
    taught = slice(num_real, num_real + num_taught)
    seen = discriminator.conv1.of_pixels(view[taught], features[taught].detach())
    feature_loss = F.mse_loss(seen[:num_real], features[:num_real].detach())

    autoencoder = reconstruction + schedule.beta * kl / real[0].numel() + config.feature_weight * feature_loss
    if phase.adversary:
        fooling = F.softplus(-discriminator.scores(seen[num_real:])).mean()
        autoencoder = autoencoder + schedule.adversarial_weight * fooling
    else:
        fooling = F.softplus(-on_dreams).mean()
    if phase.collages:
        # As many times as much as the sprites as there are more of them.
        autoencoder = autoencoder + config.collage_weight * errors[num_real:].sum() / num_real
    shown = {"recon": reconstruction, "kl": kl, "g_loss": fooling, "d_loss": spotting}
    if discriminator.reader is not None and labels is not None:
        # The reader learns from sprites, and teaches the generator what it reads in dreams.
        known, num_dreams = signs(labels), len(noise.prior)
        spotting = spotting + disagreement(discriminator.reader(view[:num_real].detach()), known[:num_real]).mean()
        obedience = disagreement(discriminator.reader.of_pictures(view[-num_dreams:]), known[-num_dreams:]).mean()
        autoencoder = autoencoder + config.label_weight * obedience
        shown["labels"] = obedience
    return Losses(autoencoder, spotting, {name: loss.detach() for name, loss in shown.items()})


def _moved(x: Tensor, shift: Tensor) -> Tensor:
    """Roll pictures (n, K, H, W) by 0 or 1 rows and columns."""
    if not x.is_cuda:
        return torch.roll(x, shift.tolist(), (2, 3))
    x = torch.where(shift[0] == 1, x.roll(1, 2), x)
    return torch.where(shift[1] == 1, x.roll(1, 3), x)
