"""A device in place of a GPU: tensors that say they are on ``cuda:0``, compute on the CPU, and log which thread touches them."""

import copy
import threading
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from mint.recipes.recipe import Networks
from mint.training.session import Session


class FakeDevice:
    """Counts transfers to the CPU, and the operations that other threads than its owner's ask for."""

    def __init__(self) -> None:
        self.owner = threading.get_ident()
        self.num_transfers = 0
        self.strangers: list[str] = []

    def tensor(self, tensor: Tensor) -> "DeviceTensor":
        """Return a tensor on this device with the values of one on the CPU."""
        return DeviceTensor(tensor.detach().clone(), self)

    def networks(self, networks: Networks) -> Networks:
        """Return copies of networks with all their parameters and buffers on this device."""
        memo: dict[int, object] = {}
        for network in networks:
            for tensor in (*network.parameters(), *network.buffers()) if network is not None else ():
                moved = self.tensor(tensor)
                memo[id(tensor)] = nn.Parameter(moved, requires_grad=False) if isinstance(tensor, nn.Parameter) else moved
        return copy.deepcopy(networks, memo)


class DeviceTensor(Tensor):
    """A tensor on a fake device."""

    held: Tensor
    fake_device: FakeDevice

    @staticmethod
    def __new__(cls, inner: Tensor, device: FakeDevice) -> "DeviceTensor":
        self: DeviceTensor = Tensor._make_wrapper_subclass(
            cls, inner.shape, strides=inner.stride(), dtype=inner.dtype, device=torch.device("cuda", 0)
        )
        self.held, self.fake_device = inner, device
        return self

    def __init__(self, inner: Tensor, device: FakeDevice) -> None:
        pass

    def __deepcopy__(self, memo: dict[int, object]) -> Tensor:
        """Return a copy on the same device, which is a parameter if this is one."""
        copied: Tensor = self.clone()
        memo[id(self)] = copied = nn.Parameter(copied, requires_grad=False) if isinstance(self, nn.Parameter) else copied
        return copied

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # type: ignore[override]
        """Compute on the CPU, and log the thread that asks."""
        found: list[FakeDevice] = []

        def unwrap(value: Any) -> Any:
            if isinstance(value, DeviceTensor):
                found.append(value.fake_device)
                return value.held
            return value

        inner_args, inner_kwargs = tree_map(unwrap, args), tree_map(unwrap, dict(kwargs or {}))
        device = found[0]
        if threading.get_ident() != device.owner:
            device.strangers.append(f"{func} in {threading.current_thread().name}")
        target = inner_kwargs.get("device")
        leaves = func is torch.ops.aten._to_copy.default and target is not None and torch.device(target).type == "cpu"
        if target is not None:
            inner_kwargs["device"] = torch.device("cpu")
        result = func(*inner_args, **inner_kwargs)
        if leaves:
            device.num_transfers += 1
            return result
        return tree_map(lambda value: DeviceTensor(value, device) if isinstance(value, Tensor) else value, result)


class DeviceSession(Session):
    """A session whose networks with averaged weights are on a fake device, as far as those are concerned who export them."""

    fake_device = FakeDevice()

    @property
    def networks(self) -> Networks:
        """The networks on the fake device."""
        return self.fake_device.networks(super().networks)


def touch(networks: Networks) -> None:
    """Read every weight, as an export does."""
    for network in networks:
        for tensor in network.parameters() if network is not None else ():
            assert tensor.isfinite().all()
