"""The learner: the three networks in training on one set of sprites, with their optimisers and averaged weights."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from mint.recipes.building_blocks.adam import Adam
from mint.recipes.building_blocks.convolution import set_arithmetic
from mint.recipes.building_blocks.gaussian import kl_divergence, sample_posterior
from mint.recipes.building_blocks.learner_state import adjust_config, clone_tensors, load_tensors, named_tensors
from mint.recipes.building_blocks.pixel_formats import ColorFormat
from mint.recipes.building_blocks.schedules import ema_weight, inverse_square_root
from mint.recipes.building_blocks.step_graphs import Numbers, StepGraphs, tensors_of
from mint.recipes.building_blocks.weights import averaged_copy, update_average, weights_from
from mint.recipes.dcgan.config import DcGanConfig
from mint.recipes.dcgan.losses import (
    Noise,
    Schedule,
    discriminator_losses,
    draw_noise,
    draw_pictures,
    encoder_losses,
    generator_losses,
)
from mint.recipes.dcgan.networks import DcGanNetworks, Discriminator, Encoder, Generator
from mint.recipes.recipe import Adjustment, Arithmetic, Canvas, ElboTerms, Networks

# batch_size counts pictures of this area in pixels; of larger ones there are fewer a step, but at least _MIN_BATCH.
_AREA = 32 * 32
_MIN_BATCH = 4


class DcGanLearner:
    """The three networks in training on one set of sprites."""

    num_labels = 0

    def __init__(
        self, canvas: Canvas, num_sprites: int, config: DcGanConfig, device: torch.device, random: torch.Generator
    ) -> None:
        self._config = self._unadjusted = replace(config, batch_size=_batch_size(config.batch_size, canvas))
        self._canvas = canvas
        self._num_sprites = num_sprites
        self.latent_dim = config.latent_dim
        self.images_per_step = min(self._config.batch_size, num_sprites)
        with weights_from(random):
            self.trained = DcGanNetworks(Encoder(canvas, config), Generator(canvas, config), Discriminator(canvas, config))
        for net in self.trained:
            net.to(device)
        self._palette = _premultiplied(canvas, device) if config.color == "palette" and canvas.palette else None
        self._average = DcGanNetworks._make(averaged_copy(net) for net in self.trained)
        self._optimizers = {name: Adam(list(net.parameters()), config.betas) for name, net in self.trained._asdict().items()}
        self.step_graphs = StepGraphs()

    def adjust(self, adjustment: Adjustment) -> None:
        """Use other learning rates and another number of pictures from the next step on."""
        rates = "learning_rate", "discriminator_learning_rate"
        self._config = adjust_config(self._unadjusted, adjustment, rates=rates, numbers=("batch_size",))
        self.images_per_step = min(self._config.batch_size, self._num_sprites)
        self.step_graphs.forget()

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train one step on the sprites (N, H, W) uint8 and return the losses."""
        num_channels = self.trained.generator.drawing.num_channels
        noise = draw_noise(self._config, self._canvas, num_channels, len(sprites), self.images_per_step, random)
        schedule = Schedule(
            learning_rate_scale=inverse_square_root(images_seen, self._config.decay_start),
            ema_weight=ema_weight(self._config.average_decay, images_seen // self.images_per_step),
        )
        has_grid_loss = images_seen >= self._config.repetition_start

        def learn(numbers: Numbers, draws: Sequence[Tensor]) -> dict[str, Tensor]:
            return self._learn(Schedule(*numbers), Noise(*draws), sprites, has_grid_loss)

        return self.step_graphs.run(
            learn,
            schedule,
            tensors_of(noise),
            kind=(has_grid_loss, sprites.data_ptr()),
            device=sprites.device,
            state=lambda: self._named().values(),
        )

    def _learn(self, schedule: Schedule, noise: Noise, sprites: Tensor, has_grid_loss: bool) -> dict[str, Tensor]:
        config, networks = self._config, self.trained
        encoder, generator, discriminator = (self._optimizers[name] for name in DcGanNetworks._fields)
        pictures = draw_pictures(networks, config, noise, sprites)
        d_total, d_logged = discriminator_losses(networks, config, noise, pictures)
        d_gradients = torch.autograd.grad(d_total, discriminator.parameters)
        g_total, g_logged = generator_losses(networks, config, noise, pictures, self._palette, has_grid_loss=has_grid_loss)
        g_gradients = torch.autograd.grad(g_total, generator.parameters, retain_graph=True)
        e_total, e_logged = encoder_losses(networks, noise, pictures, g_logged["recon"])
        e_gradients = torch.autograd.grad(e_total, encoder.parameters)

        scale = schedule.learning_rate_scale
        discriminator.step(d_gradients, config.discriminator_learning_rate * scale)
        generator.step(g_gradients, config.learning_rate * scale)
        encoder.step(e_gradients, config.learning_rate * scale)
        self._update_average(schedule.ema_weight)
        logged = g_logged | e_logged | d_logged
        return {name: logged[name].detach() for name in ("recon", "z", "g_loss", "d_loss")}

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on."""
        for net in self.trained:
            set_arithmetic(net, arithmetic)
        self.step_graphs.forget()

    def elbo_terms(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> ElboTerms | None:
        """Return logits and KL of the averaged networks for pixels (n, H, W) uint8; None if they learn colours."""
        encoder, generator, _ = self._average
        if self._config.color == "rgba":
            return None
        mu, logvar = encoder(pixels)
        z = sample_posterior(mu, logvar, torch.randn(mu.shape, generator=random, device=mu.device))
        return ElboTerms(generator.draw(z), kl_divergence(mu, logvar))

    def colors(self, z: Tensor, labels: Tensor | None) -> Tensor | None:
        """Return the colours that the generator draws, (n, H, W, 4) uint8; None if it draws palette indices."""
        generator = self._average.generator
        return generator.drawing.rgba(generator.draw(z)) if isinstance(generator.drawing, ColorFormat) else None

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the learner."""
        return Networks(*self._average)

    def state(self) -> dict[str, Tensor]:
        """Return copies of weights, averaged weights and the optimisers' moments, by name."""
        return clone_tensors(self._named())

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Load what ``state`` returned. Raises ValueError if names or shapes differ."""
        load_tensors(self._named(), state)

    def _named(self) -> dict[str, Tensor]:
        return named_tensors(self.trained._asdict(), self._average._asdict(), self._optimizers)

    @torch.no_grad()
    def _update_average(self, weight: float | Tensor) -> None:
        for net, average in zip(self.trained, self._average, strict=True):
            update_average(average, net, weight)
            for buffer, current in zip(average.buffers(), net.buffers(), strict=True):
                buffer.copy_(current)  # the vectors of spectral norm have length 1, and averages of them would not


def _batch_size(batch_size: int, canvas: Canvas) -> int:
    """Return how many pictures have as many pixels as ``batch_size`` of 32x32; at least _MIN_BATCH, and no more than asked for."""
    return min(batch_size, max(_MIN_BATCH, round(batch_size * _AREA / (canvas.height * canvas.width))))


def _premultiplied(canvas: Canvas, device: torch.device) -> Tensor:
    """Return the colours of a canvas's palette, (K, 4) from 0 to 1, premultiplied by alpha."""
    palette = torch.tensor(canvas.palette, dtype=torch.float32, device=device) / 255
    return torch.cat([palette[:, :3] * palette[:, 3:], palette[:, 3:]], 1)
