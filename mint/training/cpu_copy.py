"""Copies on the CPU, which other threads get in place of tensors on a GPU.

Only the training's own thread touches the device: while it captures a CUDA graph, an allocation by any other thread would
invalidate the capture. So what exporters, checkpoints and pages need is copied first, here. Each copy from a GPU waits for all
steps that are queued there, so tensors are joined on the GPU and copied at once.
"""

import copy
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from mint.network_weights import signature, weights_of
from mint.recipes.recipe import Networks


@torch.no_grad()
def on_cpu(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Return tensors on the CPU: those that are there as they are, all others copied in one transfer for each type."""
    results = [tensor.detach() for tensor in tensors]
    groups: dict[torch.dtype, list[int]] = {}
    for index, tensor in enumerate(results):
        if tensor.device.type != "cpu":
            groups.setdefault(tensor.dtype, []).append(index)
    for indices in groups.values():
        joined = torch.cat([results[index].reshape(-1) for index in indices]).cpu()
        parts = torch.split(joined, [results[index].numel() for index in indices])
        for index, part in zip(indices, parts, strict=True):
            results[index] = part.view(results[index].shape)
    return results


def state_on_cpu(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return a state with all its tensors on the CPU; those that are there already share their memory."""
    return dict(zip(state, on_cpu(list(state.values())), strict=True))


def networks_on_cpu(networks: Networks, earlier: Networks | None = None) -> Networks:
    """Return copies of networks on the CPU, without gradients, which do not change when the training goes on.

    What networks share, such as layers that two of them have in common, their copies share too. ``earlier`` is what this function
    returned for the same learner before and nobody uses any more: if it has weights of the same names, shapes and types, it is
    returned with new values, in a fifth of the time.
    """
    weights = _weights(networks)
    if earlier is not None and signature(known := _weights(earlier)) == signature(weights):
        torch._foreach_copy_(list(known.values()), on_cpu(list(weights.values())))
        return earlier
    # The same tensor may occur in several networks.
    tensors = {id(tensor): tensor for tensor in weights.values()}
    copies = on_cpu(list(tensors.values()))
    memo: dict[int, object] = {}
    for original, copied in zip(tensors.values(), copies, strict=True):
        own = copied.clone() if original.device.type == "cpu" else copied
        memo[id(original)] = nn.Parameter(own, requires_grad=False) if isinstance(original, nn.Parameter) else own
    return copy.deepcopy(networks, memo)


def _weights(networks: Networks) -> dict[str, Tensor]:
    """Return each parameter and buffer by the name of its network and its own."""
    return {
        f"{name}.{key}": tensor
        for name, network in networks._asdict().items()
        if network is not None
        for key, tensor in weights_of(network).items()
    }
