"""Weights of networks: drawn from a generator of their own, and averaged over steps (EMA)."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


@contextmanager
def weights_from(random: torch.Generator) -> Iterator[None]:
    """Draw the weights of networks that are built inside from ``random``, and leave the global random state as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(torch.randint(2**31, (), generator=random)))
        yield


def averaged_copy(network: Network) -> Network:
    """Return a copy of a network that holds averaged weights: without gradients, in evaluation mode."""
    return copy.deepcopy(network).requires_grad_(False).eval()


@torch.no_grad()
def update_average(average: nn.Module, trained: nn.Module, weight: float | Tensor) -> None:
    """Move averaged weights the share ``weight`` of the way to those in training; a tensor is read on its device."""
    averages: list[Tensor] = list(average.parameters())
    parameters: list[Tensor] = list(trained.parameters())
    if isinstance(weight, Tensor):
        for mean, parameter in zip(averages, parameters, strict=True):
            mean.lerp_(parameter, weight)
    else:
        torch._foreach_lerp_(averages, parameters, weight)
