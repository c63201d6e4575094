"""The losses of one step: a function of the networks, the sprites, the schedule and the step's noise.

Nothing here reads a number from the device, so that a whole step can be captured as one CUDA graph.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from mint.recipes.building_blocks.collage import collage_masks
from mint.recipes.building_blocks.gaussian import kl_divergence, sample_posterior
from mint.recipes.building_blocks.labels import UNKNOWN, hide_labels, label_loss, signs
from mint.recipes.building_blocks.one_hot import cross_entropy_and_pixels, one_hot
from mint.recipes.building_blocks.rolling import roll_by_index
from mint.recipes.building_blocks.schedules import ema_weight, inverse_square_root
from mint.recipes.building_blocks.silhouettes import silhouettes
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.networks import Discriminator, VaeGanNetworks

OPACITY_WEIGHT = 0.3  # of the binary cross-entropy of opacity with the silhouettes of sprites and collages


class Phase(NamedTuple):
    """What a step consists of; it changes twice during a training."""

    collages: bool  # whether collages are reconstructed
    adversary: bool  # whether the generator has an adversarial loss


class Schedule(NamedTuple):
    """The numbers that depend only on the images seen."""

    beta: float | Tensor
    adversarial_weight: float | Tensor
    collage_weight: float | Tensor
    learning_rate_scale: float | Tensor  # of both learning rates
    ema_weight: float | Tensor  # the share of the averaged weights that a step replaces


class Noise(NamedTuple):
    """All randomness of one step."""

    batch: Tensor  # (b,) which sprites
    pairs: Tensor  # (2, c) the two sprites of each collage
    masks: Tensor  # (c, H, W) bool, where a collage shows the first of its pair
    posterior: Tensor  # (b + c, L) standard normal
    prior: Tensor  # (d, L) standard normal
    shift: Tensor  # (2,) rows and columns by which the discriminator's pictures are rolled, 0 or 1
    labels: Tensor | None = None  # (b + c + d, num_labels) what is known of sprites, collages and dreams, from 0 to 1


class Losses(NamedTuple):
    """The losses of one step: what each side minimises, and what is logged."""

    autoencoder: Tensor
    discriminator: Tensor
    logged: dict[str, Tensor]


def phase_at(config: VaeGanConfig, images_seen: int) -> Phase:
    """Return the phase of a step that begins after ``images_seen`` images."""
    adversary = images_seen > config.adversary_start and config.adversarial_weight > 0
    return Phase(images_seen >= config.collage_start and config.num_collages > 0, adversary)


def schedule_at(config: VaeGanConfig, images_seen: int, images_per_step: int) -> Schedule:
    """Return the numbers of a step that begins after ``images_seen`` images."""
    settled = min(1.0, config.settle_start / max(images_seen, 1)) ** config.settle_power
    return Schedule(
        beta=config.beta / inverse_square_root(images_seen, config.settle_start) * min(1.0, (images_seen + 1) / config.kl_warm_up),
        adversarial_weight=config.adversarial_weight
        * settled
        * min(1.0, max(0.0, (images_seen - config.adversary_start) / config.adversary_warm_up)),
        collage_weight=config.collage_weight * max(config.collage_floor, settled),
        learning_rate_scale=inverse_square_root(images_seen, config.decay_start),
        ema_weight=ema_weight(config.average_decay, images_seen // images_per_step),
    )


def draw_noise(
    config: VaeGanConfig,
    canvas: Canvas,
    num_sprites: int,
    phase: Phase,
    random: torch.Generator,
    labels: Tensor | None = None,
) -> Noise:
    """Draw the randomness of a step; ``labels`` (N, num_labels) bool are those of the sprites."""
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
    """Return what is known of the labels of a step's pictures, (b + c + d, num_labels) from 0 to 1.

    A collage has the labels that its sprites share, a dream those of some sprite.
    """
    first, second = labels[noise.pairs].float()  # (c, num_labels) each
    of_dreams = torch.randint(len(labels), (config.num_dreams,), generator=random, device=random.device)
    return torch.cat(
        [
            hide_labels(labels[noise.batch], config.hidden_labels, random),
            torch.where(first == second, first, UNKNOWN),
            hide_labels(labels[of_dreams], config.hidden_labels, random),
        ]
    )


def compute_losses(
    networks: VaeGanNetworks, config: VaeGanConfig, phase: Phase, schedule: Schedule, noise: Noise, sprites: Tensor
) -> Losses:
    """Compute the losses of one step on sprites (N, H, W) uint8.

    The autoencoder minimises, with b sprites,

        recon + beta kl / (H W) + feature_weight feature_loss + OPACITY_WEIGHT opacity_loss
        + adversarial_weight g_loss + collage_weight (cross-entropies of collages) / b + label_weight labels

    and the discriminator d_loss, and the loss of its classifier. Each term of the second line is there only if the phase has it, or
    if there are labels. In Larsen et al. 2015 (algorithm 1), kl is L_prior, feature_loss L_llike, and d_loss that of L_GAN.
    """
    num_real = len(noise.batch)
    drawn = _draw(networks, noise, sprites)
    fakes = _roll(drawn.fakes, noise.shift)
    pictures = torch.cat([_roll(drawn.real, noise.shift), fakes.detach()])  # (2b + d, K, H, W)
    judged = _judge(networks.discriminator, phase, pictures, fakes, num_real)
    recon = drawn.cross_entropies[:num_real].mean()

    autoencoder = recon + schedule.beta * drawn.kl / sprites[0].numel() + config.feature_weight * judged.feature_loss
    autoencoder = autoencoder + OPACITY_WEIGHT * drawn.opacity_loss
    if phase.adversary:
        autoencoder = autoencoder + schedule.adversarial_weight * judged.g_loss
    if phase.collages:
        # Divided by the number of sprites, so that each collage has the weight of a sprite.
        autoencoder = autoencoder + schedule.collage_weight * drawn.cross_entropies[num_real:].sum() / num_real
    discriminator = judged.d_loss
    logged = {"recon": recon, "kl": drawn.kl, "g_loss": judged.g_loss, "d_loss": judged.d_loss}
    reader = networks.discriminator.reader
    if reader is not None and noise.labels is not None:
        # The classifier learns from sprites, and the generator learns to draw dreams in which it finds the labels asked for.
        known = signs(noise.labels)
        discriminator = discriminator + label_loss(reader(pictures[:num_real]), known[:num_real]).mean()
        logged["labels"] = label_loss(reader.with_fixed_weights(fakes[num_real:]), known[-len(noise.prior) :]).mean()
        autoencoder = autoencoder + config.label_weight * logged["labels"]
    return Losses(autoencoder, discriminator, {name: loss.detach() for name, loss in logged.items()})


class _Drawn(NamedTuple):
    """What encoder and generator make of b sprites, c collages and d latents of the prior."""

    cross_entropies: Tensor  # (b + c,) of sprites and collages, in nats a pixel
    kl: Tensor  # () of sprites and collages, the mean, in nats a picture
    opacity_loss: Tensor | float  # () the cross-entropy of their opacity with their silhouettes, in nats a pixel
    real: Tensor  # (b, K, H, W), the sprites as one-hot pixels
    fakes: Tensor  # (b + d, K, H, W), reconstructions of sprites, and dreams of single layers


def _draw(networks: VaeGanNetworks, noise: Noise, sprites: Tensor) -> _Drawn:
    """Reconstruct a step's sprites and collages, and dream single layers."""
    encoder, generator, _ = networks
    real = sprites[noise.batch]  # (b, H, W)
    first, second = sprites[noise.pairs]  # (c, H, W) each
    targets = torch.cat([real, torch.where(noise.masks, first, second)]).long()  # (b + c, H, W)
    pixels = one_hot(targets, encoder.num_colors)
    hot_real = pixels[: len(real)]
    labels = noise.labels
    mu, logvar = encoder.encode(pixels, None if labels is None else labels[: len(targets)])
    latents = torch.cat([sample_posterior(mu, logvar, noise.posterior), noise.prior])  # (b + c + d, L)
    opacity_loss: Tensor | float = 0.0
    if generator.has_opacity:
        logits, opacity = generator.layers(latents, labels)
        hot_first, hot_second = one_hot(first, encoder.num_colors), one_hot(second, encoder.num_colors)
        # The two sides of a collage keep the silhouettes of their sprites.
        of_collages = torch.where(noise.masks, silhouettes(hot_first), silhouettes(hot_second))
        opaque = torch.cat([silhouettes(hot_real), of_collages])  # (b + c, H, W)
        opacity_loss = F.binary_cross_entropy_with_logits(opacity[: len(opaque)], opaque)
    else:
        logits = generator.logits(latents, labels)
    cross_entropies, fakes = cross_entropy_and_pixels(logits, targets, len(real))
    return _Drawn(cross_entropies, kl_divergence(mu, logvar).mean(), opacity_loss, hot_real, fakes)


class _Judged(NamedTuple):
    """The losses of what the discriminator finds in a step's pictures, () each."""

    d_loss: Tensor  # trains the discriminator alone
    g_loss: Tensor  # trains what generated the dreams, if the phase has an adversary
    feature_loss: Tensor  # trains what generated the reconstructions


def _judge(discriminator: Discriminator, phase: Phase, pictures: Tensor, fakes: Tensor, num_real: int) -> _Judged:
    """Score b sprites, their reconstructions and dreams, ``pictures`` (2b + d, K, H, W), in one pass, which serves both sides.

    The gradient of d_loss goes to the discriminator's weights, that of the others through ``fakes`` (b + d, K, H, W), which are the
    same reconstructions and dreams, to what generated them.
    """
    num_dreams = len(fakes) - num_real
    features = discriminator.conv1(pictures)
    on_real, on_reconstructions, on_dreams = torch.split(discriminator.scores(features), [num_real, num_real, num_dreams])
    d_loss = F.softplus(-on_real).mean() + 0.5 * (F.softplus(on_reconstructions).mean() + F.softplus(on_dreams).mean())
    num_trained = len(fakes) if phase.adversary else num_real  # that the generator gets a gradient through
    real_features, known_features, _ = torch.split(features.detach(), [num_real, num_trained, len(fakes) - num_trained])
    fake_features = discriminator.conv1.reuse_output(fakes[:num_trained], known_features)
    of_reconstructions, of_dreams = torch.split(fake_features, [num_real, num_trained - num_real])
    feature_loss = F.mse_loss(of_reconstructions, real_features)
    g_loss = F.softplus(-(discriminator.scores(of_dreams) if phase.adversary else on_dreams)).mean()
    return _Judged(d_loss, g_loss, feature_loss)


def _roll(x: Tensor, shift: Tensor) -> Tensor:
    """Roll pictures (n, K, H, W) by 0 or 1 rows and columns."""
    if torch.compiler.is_exporting():
        return roll_by_index(x, shift)
    if x.is_cuda:
        return _roll_on_device(x, shift)
    rolled = x.permute(0, 2, 3, 1)  # torch.roll would put the channels first in memory
    for dim, by in enumerate(shift.tolist(), start=1):
        rolled = rolled.roll(by, dim) if by else rolled
    return rolled.permute(0, 3, 1, 2)


def _roll_on_device(x: Tensor, shift: Tensor) -> Tensor:
    """Roll pictures without reading the numbers on the host."""
    x = torch.where(shift[0] == 1, x.roll(1, 2), x)
    return torch.where(shift[1] == 1, x.roll(1, 3), x)
