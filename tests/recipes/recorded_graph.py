"""A graph in place of a CUDA graph: it records a step's operations on the CPU, and runs the same ones again on the same memory.

Like a capture, a recording fails where a number is read from the device or a random number is drawn. Whatever else a step takes
from Python, such as a learning rate, is the same in each replay.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from mint.recipes.building_blocks.step_graphs import CapturedStep, Numbers, Step

# What reads the device on the host, has outputs of a size that only the device knows, or draws random numbers.
_FORBIDDEN = (
    "_local_scalar_dense",
    "nonzero",
    "masked_select",
    "unique",
    "rand",
    "normal_",
    "uniform_",
    "bernoulli",
    "multinomial",
)


class HostReads(TorchDispatchMode):
    """Count how often a number is read from the device while this is open."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0

    def __torch_dispatch__(self, func: Any, types: object, args: Any = (), kwargs: Any = None) -> Any:
        """Count and compute."""
        self.count += func is torch.ops.aten._local_scalar_dense.default
        return func(*args, **(kwargs or {}))


class RecordedStep:
    """A step whose operations were recorded."""

    def __init__(
        self, step: Step, numbers: Numbers, draws: Sequence[Tensor], state: Sequence[Tensor], earlier: CapturedStep | None = None
    ) -> None:
        self._numbers = [torch.as_tensor(number, dtype=torch.float32) for number in numbers]
        self._draws = [tensor.clone() for tensor in draws]
        before = [tensor.clone() for tensor in state]
        with _Recorder() as recorder:
            self._outputs = step(self._numbers, self._draws)
        self._operations = recorder.operations
        with torch.no_grad():
            torch._foreach_copy_(list(state), before)

    def __call__(self, numbers: Numbers, draws: Sequence[Tensor]) -> dict[str, Tensor]:
        """Copy the inputs, and run the operations again."""
        for fixed, number in zip(self._numbers, numbers, strict=True):
            fixed.fill_(number)
        for fixed, drawn in zip(self._draws, draws, strict=True):
            fixed.copy_(drawn)
        with torch.no_grad():
            for operation in self._operations:
                operation()
        return self._outputs


class _Recorder(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.operations: list[Callable[[], None]] = []

    def __torch_dispatch__(self, func: Any, types: object, args: Any = (), kwargs: Any = None) -> Any:
        """Compute and record."""
        name, kwargs = func.overloadpacket.__name__, kwargs or {}
        assert not any(name.startswith(part) for part in _FORBIDDEN), f"{func} cannot be captured"
        result = func(*args, **kwargs)
        known = {tensor.untyped_storage().data_ptr() for tensor in _tensors((args, kwargs))}
        fresh = [tensor.untyped_storage().data_ptr() not in known for tensor in _tensors(result)]

        def repeat() -> None:
            for is_new, old, new in zip(fresh, _tensors(result), _tensors(func(*args, **kwargs)), strict=True):
                if is_new:  # not a view, and not changed in place
                    old.copy_(new)

        self.operations.append(repeat)
        return result


def _tensors(tree: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, Tensor)]
