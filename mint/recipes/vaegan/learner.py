"""The learner: the three networks at work on one set of sprites, with their optimisers and averaged weights."""

import copy
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from mint.recipes.adam import Adam, joined
from mint.recipes.convolution import set_arithmetic
from mint.recipes.cuda_graph import CudaGraphStep
from mint.recipes.learner_state import adjusted, copied, named_tensors, take_over
from mint.recipes.recipe import Adjustment, Arithmetic, Canvas, Evidence, Networks
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.losses import Noise, Phase, Schedule, draw_noise, losses_of, phase_at, schedule_at
from mint.recipes.vaegan.networks import Discriminator, DreamGenerator, Encoder, Generator, Parts


class VaeGanLearner:
    """The three networks at work on one set of sprites."""

    def __init__(
        self, canvas: Canvas, num_sprites: int, config: VaeGanConfig, device: torch.device, random: torch.Generator
    ) -> None:
        self._canvas = canvas
        self._config = self._unadjusted = config
        self._num_sprites = num_sprites
        self.latent_dim = config.latent_dim
        self.num_labels = canvas.num_labels
        self.images_per_step = min(config.batch_size, num_sprites)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**31, (), generator=random)))
            self.trained = Parts(
                Encoder(canvas, config).to(device), Generator(canvas, config).to(device), Discriminator(canvas, config).to(device)
            )
        self._average = copy.deepcopy(self.trained)
        for net in self._average:
            net.requires_grad_(False).eval()
        self._dreamer = DreamGenerator(self._average.encoder, self._average.generator, config)
        autoencoder = [*self.trained.encoder.parameters(), *self.trained.generator.parameters()]
        self._optimizers = {
            "autoencoder": Adam(autoencoder, config.betas),
            "discriminator": Adam(list(self.trained.discriminator.parameters()), config.betas),
        }
        average = self._average
        self._averages = (
            joined([*average.encoder.parameters(), *average.generator.parameters()]),
            joined(list(average.discriminator.parameters())),
        )
        self._graphs: dict[tuple[Phase, int], CudaGraphStep] = {}

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on."""
        for net in self.trained:
            set_arithmetic(net, arithmetic)
        self._graphs.clear()

    def adjust(self, adjustment: Adjustment) -> None:
        """Train with other learning rates and another number of pictures from the next step on."""
        self._config = adjusted(
            self._unadjusted,
            adjustment,
            rates=("learning_rate", "discriminator_learning_rate"),
            numbers=("batch_size", "num_collages", "num_dreams"),
        )
        self.images_per_step = min(self._config.batch_size, self._num_sprites)
        self._graphs.clear()

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train on the sprites (N, H, W) uint8 once and return the losses."""
        if not sprites.is_cuda:
            return self.step_eagerly(sprites, images_seen, random, labels)
        phase, schedule, noise = self._prepare(len(sprites), images_seen, random, labels)
        key = phase, sprites.data_ptr()
        if key not in self._graphs:
            self._graphs[key] = self._graphed(phase, noise, sprites)
        return self._graphs[key]((*schedule, *_drawn(noise)))

    def step_eagerly(
        self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Do what ``step`` does, one kernel after another on every device."""
        return self._learn(*self._prepare(len(sprites), images_seen, random, labels), sprites)

    def _prepare(
        self, num_sprites: int, images_seen: int, random: torch.Generator, labels: Tensor | None
    ) -> tuple[Phase, Schedule, Noise]:
        phase = phase_at(self._config, images_seen)
        schedule = schedule_at(self._config, images_seen, self.images_per_step)
        return phase, schedule, draw_noise(self._config, self._canvas, num_sprites, phase, random, labels)

    def _graphed(self, phase: Phase, noise: Noise, sprites: Tensor) -> CudaGraphStep:
        numbers = [torch.zeros((), device=sprites.device) for _ in Schedule._fields]

        def step(inputs: Sequence[Tensor]) -> dict[str, Tensor]:
            return self._learn(phase, Schedule(*inputs[: len(numbers)]), Noise(*inputs[len(numbers) :]), sprites)

        return CudaGraphStep(step, [*numbers, *_drawn(noise)], list(self._named().values()))

    def _learn(self, phase: Phase, schedule: Schedule, noise: Noise, sprites: Tensor) -> dict[str, Tensor]:
        config = self._config
        losses = losses_of(self.trained, config, phase, schedule, noise, sprites)
        # Each side gets the gradients of its own loss alone.
        autoencoder, discriminator = self._optimizers["autoencoder"], self._optimizers["discriminator"]
        gradients = torch.autograd.grad(losses.autoencoder, autoencoder.parameters, retain_graph=True)
        judging = torch.autograd.grad(losses.discriminator, discriminator.parameters)
        autoencoder.step(gradients, config.learning_rate * schedule.slowdown)
        discriminator.step(judging, config.discriminator_learning_rate * schedule.slowdown)
        with torch.no_grad():
            for average, optimizer in zip(self._averages, self._optimizers.values(), strict=True):
                average.lerp_(optimizer.run, schedule.forgetting)
        return losses.shown

    def evidence(self, pixels: Tensor, labels: Tensor | None, random: torch.Generator) -> Evidence:
        """Return the averaged weights' logits for pixels (n, H, W) uint8, decoded from latents of the posterior, and its KL."""
        encoder, generator, _ = self._average
        mu, logvar = encoder(pixels, labels)
        z = mu + (0.5 * logvar).exp() * torch.randn(mu.shape, generator=random, device=mu.device)
        return Evidence(generator.logits(z, labels), 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1))

    def colors(self, z: Tensor, labels: Tensor | None) -> None:
        """Return nothing: this recipe draws palette indices."""

    def snapshot(self) -> Networks:
        """Return the networks with averaged weights, sharing memory with the learner."""
        return Networks(self._average.encoder, self._dreamer, self._average.discriminator)

    def state(self) -> dict[str, Tensor]:
        """Return copies of weights, averaged weights and the optimisers' moments, by name."""
        return copied(self._named())

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what ``state`` returned. Raises ValueError where names or shapes differ."""
        take_over(self._named(), state)

    def _named(self) -> dict[str, Tensor]:
        return named_tensors(self.trained._asdict(), self._average._asdict(), self._optimizers)


def _drawn(noise: Noise) -> list[Tensor]:
    """Return the tensors of a step's chance in order; without labels there is none of them, and it is the last."""
    return [tensor for tensor in noise if tensor is not None]
