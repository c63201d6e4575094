"""The state of a learner, which all learners name, copy and load alike; and the adjustment of their configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from torch import Tensor, nn

from mint.recipes.building_blocks.adam import Adam
from mint.recipes.recipe import Adjustment

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Config = TypeVar("Config", bound="DataclassInstance")


def named_tensors(
    trained: Mapping[str, nn.Module], average: Mapping[str, nn.Module], optimizers: Mapping[str, Adam]
) -> dict[str, Tensor]:
    """Return weights, averaged weights and the optimisers' moments by name, sharing their memory."""
    named: dict[str, Tensor] = {}
    for prefix, networks in (("", trained), ("average.", average)):
        for name, network in networks.items():
            named |= {f"{prefix}{name}.{key}": tensor for key, tensor in network.state_dict().items()}
    for name, optimizer in optimizers.items():
        named |= {f"optimizer.{name}.{key}": tensor for key, tensor in optimizer.moments().items()}
    return named


def clone_tensors(named: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return copies, which do not change when the learner goes on."""
    return {name: tensor.clone() for name, tensor in named.items()}


def load_tensors(named: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> None:
    """Copy a state into the tensors of the same names. Raises ValueError if names or shapes differ; nothing changes then."""
    for name, tensor in named.items():
        if name not in state or state[name].shape != tensor.shape:
            raise ValueError(f"{name} is missing or has another shape")
    for name, tensor in named.items():
        tensor.copy_(state[name])


def adjust_config(config: Config, adjustment: Adjustment, *, rates: Sequence[str], numbers: Sequence[str]) -> Config:
    """Return a configuration with adjusted learning rates and numbers of pictures; a number above 0 stays at least 1."""
    changes: dict[str, float] = {name: getattr(config, name) * adjustment.learning_rate for name in rates}
    for name in numbers:
        number = getattr(config, name)
        changes[name] = max(min(1, number), round(number * adjustment.batch))
    return replace(config, **changes)
