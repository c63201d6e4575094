"""The weights of a network by name: its parameters and buffers, and what tells two architectures apart."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn


def weights_of(network: nn.Module) -> dict[str, Tensor]:
    """Return the parameters and buffers of a network by name."""
    return {**dict(network.named_parameters()), **dict(network.named_buffers())}


def signature(weights: Mapping[str, Tensor]) -> dict[str, tuple[torch.Size, torch.dtype]]:
    """Return the shape and type of each weight by name."""
    return {key: (weight.shape, weight.dtype) for key, weight in weights.items()}
