"""How torch draws the initial weights of each layer: the limits of uniform numbers, and constants."""

import math
from typing import NamedTuple

from torch import nn

from mint.recipes.vaegan.networks import VaeGanNetworks


class InitialWeights(NamedTuple):
    """The initial values of one parameter: uniform from ``low`` to ``high``, which are equal for a constant."""

    low: float
    high: float


def initial_weights(networks: VaeGanNetworks) -> dict[str, InitialWeights]:
    """Return the initial values of all parameters by name, ``encoder.conv1.weight`` for instance.

    Convolutions and linear layers draw weights and biases uniformly up to the inverse square root of the number of inputs (torch's
    ``reset_parameters``, after He et al. 2015, arXiv 1502.01852); normalisations begin as the identity. Raises NotImplementedError
    for other layers.
    """
    values: dict[str, InitialWeights] = {}
    for network, name in zip(networks, networks._fields, strict=True):
        for path, module in network.named_modules():
            own = dict(module.named_parameters(recurse=False))
            values |= {f"{name}.{path}.{key}": _of_parameter(module, key) for key in own}
    return values


def _of_parameter(module: nn.Module, key: str) -> InitialWeights:
    match module:
        case nn.GroupNorm():
            constant = 1.0 if key == "weight" else 0.0
            return InitialWeights(constant, constant)
        case nn.Linear() | nn.Conv2d() | nn.ConvTranspose2d():
            # Torch takes the second axis of a weight for the inputs, also where it is that of the outputs.
            limit = 1 / math.sqrt(module.weight[0].numel())
            return InitialWeights(-limit, limit)
    raise NotImplementedError(f"the initial weights of {type(module).__name__} are not known")
