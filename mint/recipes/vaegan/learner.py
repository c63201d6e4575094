"""The learner: the three networks in training on one set of sprites, with their optimisers and averaged weights."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from mint.recipes.building_blocks.adam import Adam, flatten_parameters
from mint.recipes.building_blocks.convolution import set_arithmetic
from mint.recipes.building_blocks.gaussian import kl_divergence, sample_posterior
from mint.recipes.building_blocks.learner_state import adjust_config, clone_tensors, load_tensors, named_tensors
from mint.recipes.building_blocks.step_graphs import Numbers, StepGraphs, tensors_of
from mint.recipes.building_blocks.weights import averaged_copy, weights_from
from mint.recipes.recipe import Adjustment, Arithmetic, Canvas, ElboTerms, Networks
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.exported_networks import exported_networks, num_latents
from mint.recipes.vaegan.losses import Noise, Phase, Schedule, compute_losses, draw_noise, phase_at, schedule_at
from mint.recipes.vaegan.networks import Discriminator, Encoder, Generator, VaeGanNetworks


class VaeGanLearner:
    """The three networks in training on one set of sprites."""

    def __init__(
        self, canvas: Canvas, num_sprites: int, config: VaeGanConfig, device: torch.device, random: torch.Generator
    ) -> None:
        self._canvas = canvas
        self._config = self._unadjusted = config
        self._num_sprites = num_sprites
        self.latent_dim = num_latents(config)
        self.num_labels = canvas.num_labels
        self.images_per_step = min(config.batch_size, num_sprites)
        with weights_from(random):
            self.trained = VaeGanNetworks(
                Encoder(canvas, config).to(device), Generator(canvas, config).to(device), Discriminator(canvas, config).to(device)
            )
        self._average = VaeGanNetworks._make(averaged_copy(net) for net in self.trained)
        self._exported = exported_networks(self._average, config)
        autoencoder = [*self.trained.encoder.parameters(), *self.trained.generator.parameters()]
        self._optimizers = {
            "autoencoder": Adam(autoencoder, config.betas),
            "discriminator": Adam(list(self.trained.discriminator.parameters()), config.betas),
        }
        average = self._average
        self._averages = (
            flatten_parameters([*average.encoder.parameters(), *average.generator.parameters()]),
            flatten_parameters(list(average.discriminator.parameters())),
        )
        self.step_graphs = StepGraphs()

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on."""
        for net in self.trained:
            set_arithmetic(net, arithmetic)
        self.step_graphs.forget()

    def adjust(self, adjustment: Adjustment) -> None:
        """Use other learning rates and another number of pictures from the next step on."""
        self._config = adjust_config(
            self._unadjusted,
            adjustment,
            rates=("learning_rate", "discriminator_learning_rate"),
            numbers=("batch_size", "num_collages", "num_dreams"),
        )
        self.images_per_step = min(self._config.batch_size, self._num_sprites)
        self.step_graphs.forget()

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train one step on the sprites (N, H, W) uint8 and return the losses."""
        phase = phase_at(self._config, images_seen)
        schedule = schedule_at(self._config, images_seen, self.images_per_step)
        noise = draw_noise(self._config, self._canvas, len(sprites), phase, random, labels)

        def learn(numbers: Numbers, draws: Sequence[Tensor]) -> dict[str, Tensor]:
            return self._learn(phase, Schedule(*numbers), Noise(*draws), sprites)

        return self.step_graphs.run(
            learn,
            schedule,
            tensors_of(noise),
            kind=(phase, sprites.data_ptr()),
            device=sprites.device,
            state=lambda: self._named().values(),
        )

    def _learn(self, phase: Phase, schedule: Schedule, noise: Noise, sprites: Tensor) -> dict[str, Tensor]:
        config = self._config
        losses = compute_losses(self.trained, config, phase, schedule, noise, sprites)
        # Each side gets only the gradients of its own loss.
        autoencoder, discriminator = self._optimizers["autoencoder"], self._optimizers["discriminator"]
        gradients = torch.autograd.grad(losses.autoencoder, autoencoder.parameters, retain_graph=True)
        d_gradients = torch.autograd.grad(losses.discriminator, discriminator.parameters)
        autoencoder.step(gradients, config.learning_rate * schedule.learning_rate_scale)
        discriminator.step(d_gradients, config.discriminator_learning_rate * schedule.learning_rate_scale)
        with torch.no_grad():
            for average, optimizer in zip(self._averages, self._optimizers.values(), strict=True):
                average.lerp_(optimizer.flat, schedule.ema_weight)
        return losses.logged

    def elbo_terms(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> ElboTerms:
        """Return logits and KL of the averaged networks for pixels (n, H, W) uint8."""
        encoder, generator, _ = self._average
        mu, logvar = encoder(pixels, labels)
        z = sample_posterior(mu, logvar, torch.randn(mu.shape, generator=random, device=mu.device))
        return ElboTerms(generator.logits(z, labels), kl_divergence(mu, logvar))

    def colors(self, z: Tensor, labels: Tensor | None) -> None:
        """Return None: this recipe draws palette indices."""

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the learner."""
        return self._exported

    def state(self) -> dict[str, Tensor]:
        """Return copies of weights, averaged weights and the optimisers' moments, by name."""
        return clone_tensors(self._named())

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Load what ``state`` returned. Raises ValueError if names or shapes differ."""
        load_tensors(self._named(), state)

    def _named(self) -> dict[str, Tensor]:
        return named_tensors(self.trained._asdict(), self._average._asdict(), self._optimizers)
