"""The losses of one step: a function of the networks, the sprites, the schedules' place and the step's chance alone."""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from mint.recipes.collage import collage_masks
from mint.recipes.labels import UNKNOWN, partly_hidden
from mint.recipes.onehot import one_hot, straight_through
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.networks import Parts


class Noise(NamedTuple):
    """All the chance of one step."""

    batch: Tensor  # (b,) which sprites
    pairs: Tensor  # (2, c) which sprites a collage is made of
    masks: Tensor  # (c, H, W) bool, where a collage shows the first of its pair
    posterior: Tensor  # (b + c, L) standard normal
    prior: Tensor  # (d, L) standard normal
    shift: tuple[int, int]  # rows and columns by which the discriminator's view is moved
    labels: Tensor | None  # (b + c + d, num_labels) what is known of sprites, collages and dreams, from 0 to 1


class Losses(NamedTuple):
    """The losses of one step: what each side minimises, and what is shown."""

    autoencoder: Tensor
    discriminator: Tensor
    shown: dict[str, Tensor]


def draw_noise(
    config: VaeGanConfig,
    canvas: Canvas,
    num_sprites: int,
    images_seen: int,
    random: torch.Generator,
    labels: Tensor | None = None,
) -> Noise:
    """Draw the chance of the step that begins after ``images_seen`` images; ``labels`` (N, num_labels) bool are the sprites'."""
    device = random.device
    num_collages = config.num_collages if images_seen >= config.collage_start else 0
    batch = torch.randperm(num_sprites, generator=random, device=device)[: config.batch_size]
    latent = (len(batch) + num_collages, config.latent_dim)
    row, column = torch.randint(2, (2,), generator=random, device=device).tolist()
    pairs = torch.randint(num_sprites, (2, num_collages), generator=random, device=device)
    return Noise(
        batch=batch,
        pairs=pairs,
        masks=collage_masks(num_collages, canvas, random),
        posterior=torch.randn(latent, generator=random, device=device),
        prior=torch.randn((config.num_dreams, config.latent_dim), generator=random, device=device),
        shift=(row, column),
        labels=None if labels is None else _labels(labels, batch, pairs, config, random),
    )


def _labels(labels: Tensor, batch: Tensor, pairs: Tensor, config: VaeGanConfig, random: torch.Generator) -> Tensor:
    """Return what is known of each picture of a step: of a collage what both its sprites have, of a dream what some sprite has."""
    first, second = labels[pairs].float()  # (c, num_labels) each
    of_dreams = torch.randint(len(labels), (config.num_dreams,), generator=random, device=random.device)
    return torch.cat(
        [
            partly_hidden(labels[batch], config.hidden_labels, random),
            torch.where(first == second, first, UNKNOWN),
            partly_hidden(labels[of_dreams], config.hidden_labels, random),
        ]
    )


def losses_of(parts: Parts, config: VaeGanConfig, sprites: Tensor, images_seen: int, noise: Noise) -> Losses:
    """Compute the losses of one step: a function of the weights, the sprites, the schedules' place and the noise alone."""
    num_colors = parts.encoder.num_colors
    real = sprites[noise.batch].long()  # (b, H, W)
    first, second = sprites[noise.pairs].long()  # (c, H, W) each
    targets = torch.cat([real, torch.where(noise.masks, first, second)])  # (b + c, H, W)

    num_real, num_targets = len(real), len(targets)
    labels = noise.labels
    of_targets, judged = None, None
    if labels is not None:
        of_targets, of_real = labels[:num_targets], labels[:num_real]
        judged = torch.cat([of_real, of_real, labels[num_targets:]])

    # Reconstruct sprites and collages; dream.
    mu, logvar = parts.encoder.encode(one_hot(targets, num_colors), of_targets)
    z = mu + (0.5 * logvar).exp() * noise.posterior
    logits = parts.generator.logits(torch.cat([z, noise.prior]), labels)
    reconstruction = F.cross_entropy(logits[:num_real], targets[:num_real])
    kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1).mean()

    # Judge sprites, their reconstructions and dreams in one pass.
    fakes = straight_through(torch.cat([logits[:num_real], logits[num_targets:]]))
    view = torch.roll(torch.cat([one_hot(real, num_colors), fakes]), noise.shift, (2, 3))
    scores, features = parts.discriminator.judge(view, judged)
    on_real, on_reconstructions, on_dreams = torch.split(scores, [num_real, num_real, len(noise.prior)])
    feature_loss = F.mse_loss(features[num_real : 2 * num_real], features[:num_real].detach())
    fooling = F.softplus(-on_dreams).mean()
    spotting = F.softplus(-on_real).mean() + 0.5 * (F.softplus(on_reconstructions).mean() + F.softplus(on_dreams).mean())

    settled = min(1.0, config.settle_start / max(images_seen, 1))
    beta = config.beta / math.sqrt(settled) * min(1.0, (images_seen + 1) / config.kl_warm_up)
    adversarial_weight = config.adversarial_weight * settled * _ramp(images_seen, config.adversary_start, config.adversary_warm_up)
    autoencoder = reconstruction + beta * kl / real[0].numel() + config.feature_weight * feature_loss + adversarial_weight * fooling
    if num_targets > num_real:
        collages = F.cross_entropy(logits[num_real:num_targets], targets[num_real:])
        autoencoder = autoencoder + config.collage_weight * (num_targets - num_real) / num_real * collages
    shown = {"recon": reconstruction, "kl": kl, "g_loss": fooling, "d_loss": spotting}
    return Losses(autoencoder, spotting, {name: loss.detach() for name, loss in shown.items()})


def _ramp(images_seen: int, start: int, length: int) -> float:
    return min(1.0, max(0.0, (images_seen - start) / length))
