"""The plain loop: the recipe ``vaegan`` written in the most direct way.

It has the same networks, losses and random numbers as the recipe's learner, in float32, with torch's default threads and optimiser
and no optimisations for speed. The engine is compared with it, in speed and in results.
"""

import copy

import torch
import torch.nn.functional as F
from torch import Tensor

from mint.recipes.building_blocks.silhouettes import silhouettes
from mint.recipes.recipe import Canvas, Networks
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.exported_networks import exported_networks, num_latents
from mint.recipes.vaegan.losses import OPACITY_WEIGHT, Noise, Schedule, draw_noise, phase_at, schedule_at
from mint.recipes.vaegan.networks import Discriminator, Encoder, Generator, VaeGanNetworks


class PlainVaeGan:
    """The three networks, two optimisers of torch and averaged weights."""

    def __init__(
        self, canvas: Canvas, num_sprites: int, config: VaeGanConfig, device: torch.device, random: torch.Generator
    ) -> None:
        """Build the networks with the weights that the recipe's learner draws from the same ``random``."""
        self._canvas = canvas
        self._config = config
        self.latent_dim = num_latents(config)
        self.images_per_step = min(config.batch_size, num_sprites)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**31, (), generator=random)))
            self.trained = VaeGanNetworks(
                Encoder(canvas, config).to(device), Generator(canvas, config).to(device), Discriminator(canvas, config).to(device)
            )
        self.average = copy.deepcopy(self.trained)
        autoencoder = [*self.trained.encoder.parameters(), *self.trained.generator.parameters()]
        discriminator = self.trained.discriminator.parameters()
        self._autoencoder = torch.optim.Adam(autoencoder, config.learning_rate, config.betas)
        self._discriminator = torch.optim.Adam(discriminator, config.discriminator_learning_rate, config.betas)

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator) -> dict[str, Tensor]:
        """Train one step on the sprites (N, H, W) uint8 and return the losses."""
        config = self._config
        noise = draw_noise(config, self._canvas, len(sprites), phase_at(config, images_seen), random)
        schedule = schedule_at(config, images_seen, self.images_per_step)
        autoencoder, discriminator, losses = self._losses(schedule, noise, sprites)
        for optimizer, loss, rate in (
            (self._autoencoder, autoencoder, config.learning_rate),
            (self._discriminator, discriminator, config.discriminator_learning_rate),
        ):
            parameters = optimizer.param_groups[0]["params"]
            for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters, retain_graph=True), strict=True):
                parameter.grad = gradient
            optimizer.param_groups[0]["lr"] = rate * schedule.learning_rate_scale
        self._autoencoder.step()
        self._discriminator.step()
        with torch.no_grad():
            for net, average in zip(self.trained, self.average, strict=True):
                for parameter, mean in zip(net.parameters(), average.parameters(), strict=True):
                    mean.lerp_(parameter, schedule.ema_weight)
        return losses

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the loop."""
        return exported_networks(self.average, self._config)

    def _losses(self, schedule: Schedule, noise: Noise, sprites: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        config = self._config
        real = sprites[noise.batch].long()
        first, second = sprites[noise.pairs].long()
        targets = torch.cat([real, torch.where(noise.masks, first, second)])
        num_real, num_targets = len(real), len(targets)

        mu, logvar = self.trained.encoder.encode(self._one_hot(targets))
        z = mu + (0.5 * logvar).exp() * noise.posterior
        logits, opacity = self.trained.generator.layers(torch.cat([z, noise.prior]))
        reconstruction = F.cross_entropy(logits[:num_real], targets[:num_real])
        kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1).mean()

        softmax = torch.cat([logits[:num_real], logits[num_targets:]]).softmax(1)
        fakes = self._one_hot(softmax.argmax(1)) + softmax - softmax.detach()
        view = torch.roll(torch.cat([self._one_hot(real), fakes]), noise.shift.tolist(), (2, 3))
        features = self.trained.discriminator.conv1(view)
        scores = self.trained.discriminator.scores(features)
        on_real, on_reconstructions, on_dreams = torch.split(scores, [num_real, num_real, len(noise.prior)])
        feature_loss = F.mse_loss(features[num_real : 2 * num_real], features[:num_real].detach())
        g_loss = F.softplus(-on_dreams).mean()
        d_loss = F.softplus(-on_real).mean() + 0.5 * (F.softplus(on_reconstructions).mean() + F.softplus(on_dreams).mean())

        autoencoder = (
            reconstruction
            + schedule.beta * kl / real[0].numel()
            + config.feature_weight * feature_loss
            + schedule.adversarial_weight * g_loss
        )
        real_opacity, first_opacity, second_opacity = (silhouettes(self._one_hot(pixels)) for pixels in (real, first, second))
        opaque = torch.cat([real_opacity, torch.where(noise.masks, first_opacity, second_opacity)])
        autoencoder = autoencoder + OPACITY_WEIGHT * F.binary_cross_entropy_with_logits(opacity[:num_targets], opaque)
        if num_targets > num_real:
            collages = F.cross_entropy(logits[num_real:num_targets], targets[num_real:])
            autoencoder = autoencoder + schedule.collage_weight * (num_targets - num_real) / num_real * collages
        losses = {"recon": reconstruction, "kl": kl, "g_loss": g_loss, "d_loss": d_loss}
        return autoencoder, d_loss, {name: loss.detach() for name, loss in losses.items()}

    def _one_hot(self, pixels: Tensor) -> Tensor:
        hot: Tensor = F.one_hot(pixels, self._canvas.num_colors).permute(0, 3, 1, 2).float()
        return hot
