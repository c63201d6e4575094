"""The learner: the two networks in training on one set of sprites, with their optimiser and averaged weights."""

from collections.abc import Mapping

import torch
from torch import Tensor

from mint.recipes.building_blocks.adam import Adam
from mint.recipes.building_blocks.convolution import set_arithmetic
from mint.recipes.building_blocks.learner_state import adjust_config, clone_tensors, load_tensors, named_tensors
from mint.recipes.building_blocks.schedules import ema_weight
from mint.recipes.building_blocks.step_graphs import StepGraphs
from mint.recipes.building_blocks.weights import averaged_copy, update_average, weights_from
from mint.recipes.recipe import Adjustment, Arithmetic, Canvas, ElboTerms, Networks

from .config import LinearConfig
from .losses import Noise, compute_loss, draw_noise
from .networks import LinearEncoder, LinearGenerator, LinearNetworks, LinearScore


class LinearLearner:
    """The two networks in training on one set of sprites."""

    num_labels = 0

    def __init__(
        self, canvas: Canvas, num_sprites: int, config: LinearConfig, device: torch.device, random: torch.Generator
    ) -> None:
        self._config = self._unadjusted = config
        self._num_sprites = num_sprites
        self.latent_dim = config.latent_dim
        self.images_per_step = min(config.batch_size, num_sprites)
        with weights_from(random):
            self._trained = LinearNetworks(LinearEncoder(canvas, config).to(device), LinearGenerator(canvas, config).to(device))
        self._average = LinearNetworks._make(averaged_copy(net) for net in self._trained)
        self._networks = Networks(*self._average, LinearScore(self._average, canvas).eval())
        self._optimizer = Adam([parameter for net in self._trained for parameter in net.parameters()], config.betas)
        self.step_graphs = StepGraphs()

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train one step on the sprites (N, H, W) uint8 and return the losses."""
        # Random draws and numbers that change are arguments, so that the step can be a CUDA graph.
        noise = draw_noise(len(sprites), self.images_per_step, random)
        weight = ema_weight(self._config.average_decay, images_seen // self.images_per_step)
        return self.step_graphs.run(
            lambda numbers, draws: self._learn(numbers[0], Noise(*draws), sprites),
            (weight,),
            noise,
            kind=sprites.data_ptr(),
            device=sprites.device,
            state=lambda: self._named().values(),
        )

    def _learn(self, weight: float | Tensor, noise: Noise, sprites: Tensor) -> dict[str, Tensor]:
        loss = compute_loss(self._trained, noise, sprites)
        gradients = torch.autograd.grad(loss, self._optimizer.parameters)
        self._optimizer.step(gradients, self._config.learning_rate)
        for net, average in zip(self._trained, self._average, strict=True):
            update_average(average, net, weight)
        return {"recon": loss.detach()}

    def elbo_terms(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> ElboTerms | None:
        """Return the logits of the averaged networks for pixels (n, H, W) uint8, without KL."""
        mu, _ = self._average.encoder(pixels)
        return ElboTerms(self._average.generator.logits(mu), None)

    def colors(self, z: Tensor, labels: Tensor | None) -> Tensor | None:
        """Return None: this recipe draws palette indices."""

    def adjust(self, adjustment: Adjustment) -> None:
        """Use another learning rate and another number of pictures from the next step on."""
        self._config = adjust_config(self._unadjusted, adjustment, rates=("learning_rate",), numbers=("batch_size",))
        self.images_per_step = min(self._config.batch_size, self._num_sprites)
        self.step_graphs.forget()

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on."""
        for net in self._trained:
            set_arithmetic(net, arithmetic)
        self.step_graphs.forget()

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the learner."""
        return self._networks

    def state(self) -> dict[str, Tensor]:
        """Return copies of weights, averaged weights and the optimiser's moments, by name."""
        return clone_tensors(self._named())

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Load what ``state`` returned. Raises ValueError if names or shapes differ."""
        load_tensors(self._named(), state)

    def _named(self) -> dict[str, Tensor]:
        return named_tensors(self._trained._asdict(), self._average._asdict(), {"autoencoder": self._optimizer})
