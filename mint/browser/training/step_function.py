"""One training step of the recipe as a pure function: of weights, Adam's moments, averages, schedule, noise and sprites.

Losses and networks are the recipe's own (``mint.recipes.vaegan``); only the in-place update of Adam is written out here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.losses import Losses, Noise, Phase, Schedule, compute_losses
from mint.recipes.vaegan.networks import VaeGanNetworks

LOSSES: Final = ("recon", "kl", "g_loss", "d_loss")
NOISE: Final = tuple(name for name in Noise._fields if name != "labels")
# Numbers of the losses; the learning rate and the weight of the average are part of the update.
LOSS_NUMBERS: Final = tuple(name for name in Schedule._fields if name not in ("learning_rate_scale", "ema_weight"))


class Sides(NamedTuple):
    """One value for each side of the training: the autoencoder's weights, and the discriminator's."""

    autoencoder: Tensor
    discriminator: Tensor


class Update(NamedTuple):
    """The numbers of Adam and of the average in one step, which JavaScript computes in float64.

    ``rate`` is a learning rate divided by the first bias correction, 1 - beta1^t. ``root`` is the square root of the second bias
    correction, 1 - beta2^t, and ``epsilon`` is Adam's, multiplied by it.
    """

    autoencoder_rate: Tensor
    discriminator_rate: Tensor
    root: Tensor
    epsilon: Tensor
    ema_weight: Tensor


@dataclass(frozen=True)
class State:
    """What a step changes: for each side the weights, Adam's first and second moment and the averaged weights, flattened."""

    weights: Sides
    mean: Sides
    square: Sides
    average: Sides

    def tensors(self) -> list[Tensor]:
        """Return all eight vectors in the order of ``STATE``."""
        return [*self.weights, *self.mean, *self.square, *self.average]

    @classmethod
    def of(cls, tensors: list[Tensor]) -> "State":
        """Build a state from eight vectors in the order of ``STATE``."""
        weights, mean, square, average = (Sides(*tensors[start : start + 2]) for start in range(0, 8, 2))
        return cls(weights, mean, square, average)


STATE: Final = tuple(f"{part}_{side}" for part in ("weights", "mean", "square", "average") for side in Sides._fields)


class ComputeLosses(nn.Module):
    """The recipe's losses as a module, whose parameters ``functional_call`` replaces."""

    def __init__(self, networks: VaeGanNetworks, config: VaeGanConfig, phase: Phase) -> None:
        super().__init__()
        self.encoder, self.generator, self.discriminator = networks
        self.config = config
        self.phase = phase

    def forward(self, schedule: Schedule, noise: Noise, sprites: Tensor) -> Losses:
        """Compute the losses of one step on sprites (N, H, W) uint8."""
        networks = VaeGanNetworks(self.encoder, self.generator, self.discriminator)
        return compute_losses(networks, self.config, self.phase, schedule, noise, sprites)


def parameter_shapes(networks: VaeGanNetworks) -> tuple[dict[str, torch.Size], dict[str, torch.Size]]:
    """Return names and shapes of the parameters of both sides, in the order in which they are flattened."""

    def shapes(*names: str) -> dict[str, torch.Size]:
        return {f"{name}.{key}": parameter.shape for name in names for key, parameter in getattr(networks, name).named_parameters()}

    return shapes("encoder", "generator"), shapes("discriminator")


def unflatten(vector: Tensor, shapes: dict[str, torch.Size]) -> dict[str, Tensor]:
    """Return the parameters that a vector consists of, as views by name."""
    parts = torch.split(vector, [shape.numel() for shape in shapes.values()])
    return {name: part.view(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}


def step_function(networks: VaeGanNetworks, config: VaeGanConfig, phase: Phase) -> Callable[..., tuple[Tensor, ...]]:
    """Return a step as a function of tensors: ``STATE``, ``LOSS_NUMBERS``, ``Update``, ``NOISE``, and sprites (N, H, W) uint8.

    It returns the new state and ``LOSSES``. The networks are only a pattern: their weights are not used.
    """
    module = ComputeLosses(networks, config, phase)
    shapes = parameter_shapes(networks)

    def step(*tensors: Tensor) -> tuple[Tensor, ...]:
        given = iter(tensors)
        state = State.of([next(given) for _ in STATE])
        numbers = {name: next(given) for name in LOSS_NUMBERS}
        update = Update(*(next(given) for _ in Update._fields))
        noise = Noise(**{name: next(given) for name in NOISE})
        parts = [
            {name: part.detach().requires_grad_() for name, part in unflatten(vector, of_side).items()}
            for vector, of_side in zip(state.weights, shapes, strict=True)
        ]
        schedule = Schedule(**numbers, learning_rate_scale=1.0, ema_weight=1.0)
        losses: Losses = functional_call(module, parts[0] | parts[1], (schedule, noise, next(given)))
        gradients = (
            torch.autograd.grad(losses.autoencoder, list(parts[0].values()), retain_graph=True),
            torch.autograd.grad(losses.discriminator, list(parts[1].values())),
        )
        rates = (update.autoencoder_rate, update.discriminator_rate)
        sides = zip(state.weights, state.mean, state.square, state.average, gradients, rates, strict=True)
        changed = [_updated(*side, betas=config.betas, update=update) for side in sides]
        new = State(*(Sides(*part) for part in zip(*changed, strict=True)))
        return *new.tensors(), *(losses.logged[name] for name in LOSSES)

    return step


def _updated(
    weights: Tensor,
    mean: Tensor,
    square: Tensor,
    average: Tensor,
    gradients: tuple[Tensor, ...],
    rate: Tensor,
    *,
    betas: tuple[float, float],
    update: Update,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return weights, moments and averaged weights of one side after a step of Adam (Kingma and Ba 2015, end of section 2)."""
    gradient = torch.cat([part.reshape(-1) for part in gradients])
    mean = mean * betas[0] + gradient * (1 - betas[0])
    square = square * betas[1] + gradient * gradient * (1 - betas[1])
    weights = weights - rate * update.root * mean / (square.sqrt() + update.epsilon)
    return weights, mean, square, average + update.ema_weight * (weights - average)
