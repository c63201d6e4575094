"""Frozen copies: networks on the CPU whose weights do not change while they are exported."""

import copy

import torch
from torch import nn
from torch.nn.utils import parametrize

from mint.errors import ExportError
from mint.network_weights import first_not_finite, signature, weights_of
from viewer.exported.manifest import GraphName


def frozen_copy(name: GraphName, network: nn.Module, earlier: nn.Module | None = None) -> nn.Module:
    """Return a copy of a network on the CPU in evaluation mode, without parametrizations.

    ``earlier`` is a copy that this function returned before. If the network has the same architecture, only the weights are copied
    again, into ``earlier``. Raises ExportError where a weight is not finite.
    """
    # The graph is compared with this copy, so it must not change while training continues.
    if earlier is None or _architecture(earlier) != _architecture(network):
        frozen = copy.deepcopy(network).to(device="cpu", dtype=torch.float32).eval().requires_grad_(False)
        for module in list(frozen.modules()):
            _remove_parametrizations(module)
    else:
        frozen = earlier
        weights = [weight.detach() for weight in weights_of(network).values()]
        torch._foreach_copy_(list(weights_of(frozen).values()), weights)
    if (key := first_not_finite(weights_of(frozen))) is not None:
        raise ExportError(f"the {name}'s weight {key} is not finite; go back to an earlier checkpoint")
    return frozen


def _architecture(network: nn.Module) -> tuple[object, ...]:
    """Return what is equal for two networks that differ only in the values of their weights."""
    return signature(weights_of(network)), [(key, type(module)) for key, module in network.named_modules()]


def _remove_parametrizations(module: nn.Module) -> None:
    """Replace parametrizations (spectral norm) by the weights that they compute.

    A graph needs nothing more, and torch cannot pickle parametrized modules. torch's ``remove_parametrizations`` would also remove
    the property from a class that this copy shares with the network in training.
    """
    if not parametrize.is_parametrized(module):
        return
    assert isinstance(module.parametrizations, nn.ModuleDict)
    computed = {key: getattr(module, key).detach() for key in module.parametrizations}
    del module.parametrizations
    module.__class__ = type(module).__bases__[0]
    for key, weight in computed.items():
        module.register_parameter(key, nn.Parameter(weight, requires_grad=False))
