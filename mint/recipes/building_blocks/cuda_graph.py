"""A training step as one CUDA graph: captured once, then started by a single call.

Steps of small networks spend most of their time launching kernels. A graph (torch.cuda.CUDAGraph) launches all of a step's kernels
at once; in exchange every tensor has a fixed address, and nothing may read a number from the device during the capture.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

_NUM_WARM_UPS = 3


class CudaGraphStep:
    """A step whose inputs are copied into fixed tensors, and whose outputs are always the same tensors."""

    def __init__(
        self, step: Callable[[Sequence[Tensor]], dict[str, Tensor]], inputs: Sequence[Tensor], state: Sequence[Tensor]
    ) -> None:
        """Capture a step on inputs of these shapes; ``state``, which the step changes, is restored afterwards."""
        self._inputs = [tensor.clone() for tensor in inputs]
        before = [tensor.clone() for tensor in state]
        # At their first calls libraries choose algorithms and allocate memory, which cannot be captured.
        stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(_NUM_WARM_UPS):
                step(self._inputs)
        torch.cuda.current_stream().wait_stream(stream)
        with torch.no_grad():
            torch._foreach_copy_(list(state), before)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._outputs = step(self._inputs)

    def __call__(self, inputs: Sequence[Tensor | float]) -> dict[str, Tensor]:
        """Run the step; its outputs are valid until the next one. Nothing waits for the device."""
        for fixed, new in zip(self._inputs, inputs, strict=True):
            fixed.copy_(new) if isinstance(new, Tensor) else fixed.fill_(new)
        self._graph.replay()
        return self._outputs
