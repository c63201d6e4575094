"""The learner: the three networks at work on one set of sprites, with their optimisers and averaged weights."""

import copy
from collections.abc import Mapping

import torch
from torch import Tensor

from mint.recipes.adam import Adam
from mint.recipes.convolution import set_arithmetic
from mint.recipes.recipe import Arithmetic, Canvas, Evidence, Networks
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.losses import Noise, Phase, Schedule, draw_noise, losses_of, phase_at, schedule_at
from mint.recipes.vaegan.networks import Discriminator, Dreamer, Encoder, Generator, Parts


class VaeGanLearner:
    """The three networks at work on one set of sprites."""

    def __init__(
        self, canvas: Canvas, num_sprites: int, config: VaeGanConfig, device: torch.device, random: torch.Generator
    ) -> None:
        self._canvas = canvas
        self._config = config
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
        self._dreamer = Dreamer(self._average.encoder, self._average.generator, config)
        autoencoder = [*self.trained.encoder.parameters(), *self.trained.generator.parameters()]
        self._optimizers = {
            "autoencoder": Adam(autoencoder, config.betas),
            "discriminator": Adam(list(self.trained.discriminator.parameters()), config.betas),
        }
        self._current: list[Tensor] = [parameter for net in self.trained for parameter in net.parameters()]
        self._averages: list[Tensor] = [parameter for net in self._average for parameter in net.parameters()]

    def set_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Compute the convolutions of the networks in training in this way from now on."""
        for net in self.trained:
            set_arithmetic(net, arithmetic)

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Train on the sprites (N, H, W) uint8 once and return the losses."""
        phase = phase_at(self._config, images_seen)
        schedule = schedule_at(self._config, images_seen, self.images_per_step)
        noise = draw_noise(self._config, self._canvas, len(sprites), phase, random, labels)
        return self._learn(phase, schedule, noise, sprites)

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
            torch._foreach_lerp_(self._averages, self._current, schedule.forgetting)  # type: ignore[arg-type]
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
        """Return weights, averaged weights and the optimisers' moments, by name."""
        state: dict[str, Tensor] = {}
        for name, net, average in zip(Parts._fields, self.trained, self._average, strict=True):
            state |= {f"{name}.{key}": tensor for key, tensor in net.state_dict().items()}
            state |= {f"average.{name}.{key}": tensor for key, tensor in average.state_dict().items()}
        for name, optimizer in self._optimizers.items():
            state |= {f"optimizer.{name}.{key}": tensor for key, tensor in optimizer.state().items()}
        return state

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what ``state`` returned. Raises ValueError where names or shapes differ."""
        own = self.state()
        for name, tensor in own.items():
            if name not in state or state[name].shape != tensor.shape:
                raise ValueError(f"{name} is missing or has another shape")
        for name, tensor in own.items():
            tensor.copy_(state[name])
