"""The losses of one step: functions of the networks, the sprites and the step's noise.

There is one exception: with spectral norm, each pass through the discriminator in training also updates its singular vectors.

Each network has its own loss. They are computed one after another, so that the discriminator's graph is freed before the
generator's is built: large pictures need the memory.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from mint.recipes.building_blocks.gaussian import kl_divergence, sample_posterior
from mint.recipes.dcgan.config import DcGanConfig
from mint.recipes.dcgan.networks import DcGanNetworks
from mint.recipes.dcgan.periodicity import excess_periodicity, excess_repetition
from mint.recipes.recipe import Canvas

# The length of R1's random step, per channel.
_R1_STEP = 0.05


class Schedule(NamedTuple):
    """The numbers of a step that depend only on the images seen."""

    learning_rate_scale: float | Tensor  # of both learning rates
    ema_weight: float | Tensor  # the share of the averaged weights that the step replaces


class Noise(NamedTuple):
    """All randomness of one step."""

    batch: Tensor  # (b,) which sprites
    prior: Tensor  # (b, L) standard normal
    down: Tensor  # (1,) rows, from 0 to twice ``max_shift``
    right: Tensor  # (1,) columns, in the same way
    posterior: Tensor  # (b, L) standard normal
    r1: Tensor | None = None  # (b, C, H, W) standard normal, if R1 has a weight


class Pictures(NamedTuple):
    """What the networks make of a step's sprites and noise, (b, ...) each."""

    pixels: Tensor  # (b, H, W) uint8, the sprites
    real: Tensor  # (b, C, H, W), the sprites as the discriminator reads them
    dreams: Tensor  # (b, C, H, W), dreams in the same form
    anchored: Tensor | None  # (b, C, H, W), logits or colours decoded from the sprites' latents, if anchoring has a weight
    mu: Tensor  # (b, L) of the sprites
    logvar: Tensor


def max_shift(config: DcGanConfig, height: int, width: int) -> tuple[int, int]:
    """Return the most rows and columns by which pictures are moved."""
    return int(config.translation * height), int(config.translation * width)


def draw_noise(
    config: DcGanConfig, canvas: Canvas, num_channels: int, num_sprites: int, batch_size: int, random: torch.Generator
) -> Noise:
    """Draw the randomness of a step: ``batch_size`` of ``num_sprites``, and as many dreams, of ``num_channels`` channels each."""
    device = random.device
    batch = torch.randperm(num_sprites, generator=random, device=device)[:batch_size]
    latent = batch_size, config.latent_dim
    prior = torch.randn(latent, generator=random, device=device)
    down, right = (
        torch.randint(2 * most + 1, (1,), generator=random, device=device)
        for most in max_shift(config, canvas.height, canvas.width)
    )
    posterior = torch.randn(latent, generator=random, device=device)
    picture = batch_size, num_channels, canvas.height, canvas.width
    return Noise(
        batch=batch,
        prior=prior,
        down=down,
        right=right,
        posterior=posterior,
        r1=torch.randn(picture, generator=random, device=device) if config.r1 else None,
    )


def draw_pictures(networks: DcGanNetworks, config: DcGanConfig, noise: Noise, sprites: Tensor) -> Pictures:
    """Encode the step's sprites, of sprites (N, H, W) uint8, and generate its dreams."""
    encoder, generator, _ = networks
    pixels = sprites[noise.batch]
    num = len(pixels)
    real = generator.drawing.picture(pixels)
    mu, logvar = encoder.encode(real)
    z = torch.cat([noise.prior, sample_posterior(mu, logvar, noise.posterior)]) if config.anchoring else noise.prior
    drawn = generator.draw(z)
    dreams = generator.drawing.shown(drawn[:num])
    return Pictures(pixels, real, dreams, drawn[num:] if config.anchoring else None, mu, logvar)


def discriminator_losses(
    networks: DcGanNetworks, config: DcGanConfig, noise: Noise, pictures: Pictures
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return what the discriminator minimises, and the losses to log: sprites against dreams, all moved alike."""
    discriminator, num = networks.discriminator, len(pictures.real)
    scores = discriminator.scores(_translate(torch.cat([pictures.real, pictures.dreams.detach()]), noise, config))
    d_loss = torch.stack(
        [weight * (F.softplus(-part[:num]).mean() + F.softplus(part[num:]).mean()) for weight, part in scores]
    ).sum()
    total = d_loss
    if noise.r1 is not None:
        stepped = discriminator.scores(_translate(pictures.real + _R1_STEP * noise.r1, noise, config))
        r1 = [
            weight * ((after - before[:num]) / _R1_STEP).square().mean()
            for (weight, before), (_, after) in zip(scores, stepped, strict=True)
        ]
        total = total + 0.5 * config.r1 * torch.stack(r1).sum()
    return total, {"d_loss": d_loss}


def generator_losses(
    networks: DcGanNetworks,
    config: DcGanConfig,
    noise: Noise,
    pictures: Pictures,
    palette: Tensor | None = None,
    *,
    has_grid_loss: bool = True,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return what the generator minimises, and the losses to log: its dreams' scores, and the reconstruction of sprites.

    ``palette`` (K, 4) holds the colours of one-hot pictures, premultiplied by alpha; without it, patterns are looked for in the
    channels of pictures. Without ``has_grid_loss``, grids of 8x8 pixels are not looked for.
    """
    _, generator, discriminator = networks
    scores = discriminator.scores(_translate(pictures.dreams, noise, config))
    g_loss = torch.stack([weight * F.softplus(-part).mean() for weight, part in scores]).sum()
    drawn = generator.draw(pictures.mu) if pictures.anchored is None else pictures.anchored
    recon = generator.drawing.loss(drawn, pictures.pixels)
    total = g_loss + config.anchoring * recon
    repetition_weight = config.repetition_weight if has_grid_loss else 0.0
    if config.periodicity_weight or repetition_weight:
        dreams, sprites = _colors(pictures.dreams, palette), _colors(pictures.real, palette)
        if config.periodicity_weight:
            total = total + config.periodicity_weight * excess_periodicity(dreams, sprites)
        if repetition_weight:
            total = total + repetition_weight * excess_repetition(dreams, sprites)
    return total, {"g_loss": g_loss, "recon": recon}


def encoder_losses(networks: DcGanNetworks, noise: Noise, pictures: Pictures, recon: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Return what the encoder minimises, and the losses to log: ``recon``, and the latents of dreams, which are known."""
    mu, logvar = networks.encoder.encode(pictures.dreams.detach())
    z_loss = 0.5 * ((noise.prior - mu).square() * (-logvar).exp() + logvar).mean()
    kl = kl_divergence(pictures.mu, pictures.logvar).mean()
    return recon + z_loss + kl / pictures.pixels[0].numel(), {"z": z_loss}


def _colors(pictures: Tensor, palette: Tensor | None) -> Tensor:
    """Return the colours (n, 4, H, W) of one-hot pictures (n, K, H, W); without a palette, the pictures."""
    return pictures if palette is None else torch.einsum("nkhw,kc->nchw", pictures, palette)


def _translate(pictures: Tensor, noise: Noise, config: DcGanConfig) -> Tensor:
    """Move pictures (n, C, H, W) down and right by the noise's shift less ``max_shift``; zeros come in at the edges."""
    down, right = max_shift(config, *pictures.shape[2:])
    x = F.pad(pictures, (right, right, down, down))
    for axis, start in zip((2, 3), (noise.down, noise.right), strict=True):
        x = x.index_select(axis, start + torch.arange(pictures.shape[axis], device=x.device))
    return x
