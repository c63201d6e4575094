"""The learner of all autoencoders: one autoencoder in training on one set of sprites, with its optimiser and averaged weights."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from mint.recipes.autoencoding.config import AutoencoderConfig
from mint.recipes.autoencoding.latent_codes import LatentCode, PlainCode
from mint.recipes.autoencoding.losses import Noise, Objective, Schedule, compute_losses, draw_noise
from mint.recipes.autoencoding.networks import AutoencoderNetwork, CodeEncoder, CodeGenerator, ReconstructionScore
from mint.recipes.building_blocks.adam import Adam
from mint.recipes.building_blocks.convolution import set_arithmetic
from mint.recipes.building_blocks.labels import signs
from mint.recipes.building_blocks.learner_state import adjust_config, clone_tensors, load_tensors, named_tensors
from mint.recipes.building_blocks.pixel_formats import ColorFormat, IndexFormat
from mint.recipes.building_blocks.schedules import ema_weight, inverse_square_root
from mint.recipes.building_blocks.step_graphs import Numbers, StepGraphs, tensors_of
from mint.recipes.building_blocks.weights import averaged_copy, update_average, weights_from
from mint.recipes.recipe import Adjustment, Arithmetic, Canvas, ElboTerms, Networks


class AutoencodingLearner:
    """An autoencoder in training on one set of sprites."""

    def __init__(
        self,
        canvas: Canvas,
        num_sprites: int,
        config: AutoencoderConfig,
        code: LatentCode,
        objective: Objective,
        device: torch.device,
        random: torch.Generator,
        *,
        num_labels: int = 0,
    ) -> None:
        self._config = self._unadjusted = config
        self._num_sprites = num_sprites
        self._objective = objective
        self.latent_dim = code.latent_dim
        self.num_labels = num_labels
        self.images_per_step = min(config.batch_size, num_sprites)
        with weights_from(random):
            self.trained = AutoencoderNetwork(canvas, config, num_labels, code).to(device)
        self._average = averaged_copy(self.trained)
        self._generator = CodeGenerator(self._average, config.num_looks)
        self._networks = Networks(CodeEncoder(self._average), self._generator, ReconstructionScore(self._average))
        self._optimizer = Adam(list(self.trained.parameters()), config.betas)
        self.step_graphs = StepGraphs()

    def adjust(self, adjustment: Adjustment) -> None:
        """Use another learning rate and another number of pictures from the next step on."""
        self._config = adjust_config(self._unadjusted, adjustment, rates=("learning_rate",), numbers=("batch_size",))
        self.images_per_step = min(self._config.batch_size, self._num_sprites)
        self.step_graphs.forget()

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train one step on the sprites (N, H, W) uint8 and return the losses."""
        config, model = self._config, self.trained
        known = labels if self.num_labels else None
        assert known is not None or not self.num_labels, "this recipe needs labels"
        noise = draw_noise(self._objective, model.coding, len(sprites), self.images_per_step, random, known)
        schedule = Schedule(
            beta=self._objective.beta_at(images_seen),
            temperature=self._objective.temperature_at(images_seen),
            learning_rate=config.learning_rate * inverse_square_root(images_seen, config.decay_start),
            ema_weight=ema_weight(config.average_decay, images_seen // self.images_per_step),
        )

        def learn(numbers: Numbers, draws: Sequence[Tensor]) -> dict[str, Tensor]:
            return self._learn(Schedule(*numbers), Noise(*draws), sprites)

        return self.step_graphs.run(
            learn,
            schedule,
            tensors_of(noise),
            kind=sprites.data_ptr(),
            device=sprites.device,
            state=lambda: self._named().values(),
        )

    def _learn(self, schedule: Schedule, noise: Noise, sprites: Tensor) -> dict[str, Tensor]:
        losses = compute_losses(self.trained, self._objective, schedule, noise, sprites)
        gradients = torch.autograd.grad(losses.total, self._optimizer.parameters)
        self._optimizer.step(gradients, schedule.learning_rate)
        update_average(self._average, self.trained, schedule.ema_weight)
        if isinstance(self._average.coding, PlainCode):
            self._average.coding.update_moments(losses.features, schedule.ema_weight)
        return losses.logged

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on."""
        set_arithmetic(self.trained, arithmetic)
        self.step_graphs.forget()

    def elbo_terms(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> ElboTerms | None:
        """Return logits and KL of the averaged networks for pixels (n, H, W) uint8; None if they learn colours."""
        model = self._average
        if not isinstance(model.drawing, IndexFormat):
            return None
        known = None if labels is None else signs(labels)
        code, kl = model.coding.sample(
            model.features(pixels, known), model.coding.noise(len(pixels), random), self._objective.last_temperature
        )
        return ElboTerms(model.decode(code, known), kl)

    def colors(self, z: Tensor, labels: Tensor | None) -> Tensor | None:
        """Return the colours that the generator draws, (n, H, W, 4) uint8; None if it draws palette indices."""
        pixel_format = self._average.drawing
        return pixel_format.rgba(self._generator.draw(z, labels)) if isinstance(pixel_format, ColorFormat) else None

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the learner."""
        if isinstance(self._average.coding, PlainCode):
            self._average.coding.fit_prior()
        return self._networks

    def state(self) -> dict[str, Tensor]:
        """Return copies of weights, averaged weights and the optimiser's moments, by name."""
        return clone_tensors(self._named())

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Load what ``state`` returned. Raises ValueError if names or shapes differ."""
        load_tensors(self._named(), state)

    def _named(self) -> dict[str, Tensor]:
        return named_tensors({"model": self.trained}, {"model": self._average}, {"model": self._optimizer})
