"""The learner: the three networks at work on one set of sprites, with their optimisers and averaged weights."""

import copy
import math
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from mint.recipes.recipe import Adjustment, Canvas, Networks
from mint.recipes.vaegan.config import VaeGanConfig, adjusted
from mint.recipes.vaegan.losses import draw_noise, losses_of
from mint.recipes.vaegan.networks import Discriminator, Dreamer, Encoder, Generator, Parts


class VaeGanLearner:
    """The three networks at work on one set of sprites."""

    def __init__(
        self, canvas: Canvas, num_sprites: int, config: VaeGanConfig, device: torch.device, random: torch.Generator
    ) -> None:
        self._canvas = canvas
        self._config = self._unadjusted = config
        self._num_sprites = num_sprites
        self.latent_dim = config.latent_dim
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
            "autoencoder": _adam(autoencoder, config.learning_rate, config.betas),
            "discriminator": _adam(self.trained.discriminator.parameters(), config.discriminator_learning_rate, config.betas),
        }

    def adjust(self, adjustment: Adjustment) -> None:
        """Train with other learning rates and another number of pictures from the next step on."""
        self._config = adjusted(self._unadjusted, adjustment)
        self.images_per_step = min(self._config.batch_size, self._num_sprites)

    def step(self, sprites: Tensor, images_seen: int, random: torch.Generator) -> dict[str, Tensor]:
        """Train on the sprites (N, H, W) uint8 once and return the losses."""
        config = self._config
        noise = draw_noise(config, self._canvas, len(sprites), images_seen, random)
        losses = losses_of(self.trained, config, sprites, images_seen, noise)
        for optimizer, loss in zip(self._optimizers.values(), (losses.autoencoder, losses.discriminator), strict=True):
            parameters = optimizer.param_groups[0]["params"]
            # Each side gets the gradients of its own loss alone, from the one graph.
            for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters, retain_graph=True), strict=True):
                parameter.grad = gradient
        slowdown = math.sqrt(min(1.0, config.decay_start / max(images_seen, 1)))
        for optimizer, rate in zip(
            self._optimizers.values(), (config.learning_rate, config.discriminator_learning_rate), strict=True
        ):
            optimizer.param_groups[0]["lr"] = rate * slowdown
            optimizer.step()
        self._update_average(images_seen)
        return losses.shown

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
            for index, moments in optimizer.state_dict()["state"].items():
                state |= {f"optimizer.{name}.{index}.{key}": tensor for key, tensor in moments.items()}
        return state

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take over what ``state`` returned. Raises ValueError where names or shapes differ."""
        own = {
            f"{name}.{key}": tensor
            for name, net in zip(Parts._fields, self.trained, strict=True)
            for key, tensor in net.state_dict().items()
        }
        for key, tensor in own.items():
            for name in (key, f"average.{key}"):
                if name not in state or state[name].shape != tensor.shape:
                    raise ValueError(f"{name} is missing or has another shape")
        for name, net, average in zip(Parts._fields, self.trained, self._average, strict=True):
            net.load_state_dict(_below(f"{name}.", state))
            average.load_state_dict(_below(f"average.{name}.", state))
        for name, optimizer in self._optimizers.items():
            moments: dict[int, dict[str, Tensor]] = {}
            for key, tensor in _below(f"optimizer.{name}.", state).items():
                index, moment = key.split(".")
                moments.setdefault(int(index), {})[moment] = tensor
            optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})

    @torch.no_grad()
    def _update_average(self, images_seen: int) -> None:
        step = images_seen // self.images_per_step
        # Early averages forget faster: fresh weights are far from where they will be.
        decay = min(self._config.average_decay, (step + 1) / (step + 10))
        averages: list[Tensor] = [tensor for net in self._average for tensor in net.parameters()]
        current: list[Tensor] = [tensor for net in self.trained for tensor in net.parameters()]
        torch._foreach_lerp_(averages, current, 1 - decay)


def _adam(parameters: Iterable[nn.Parameter], learning_rate: float, betas: tuple[float, float]) -> torch.optim.Adam:
    return torch.optim.Adam(parameters, lr=learning_rate, betas=betas, fused=True)


def _below(prefix: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): tensor for key, tensor in state.items() if key.startswith(prefix)}
