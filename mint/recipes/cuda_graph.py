"""A training step as one CUDA graph: recorded once, then started by a single call.

Steps of small networks spend most of their time starting kernels. A graph (torch.cuda.CUDAGraph) starts all of a step's kernels at
once; in exchange every tensor has a fixed place, and nothing may ask the device for a number while the step is recorded.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

_NUM_WARM_UPS = 3


class CudaGraphStep:
    """A step whose inputs are copied into fixed places, and whose answers are always the same tensors."""

    def __init__(
        self, step: Callable[[Sequence[Tensor]], dict[str, Tensor]], inputs: Sequence[Tensor], state: Sequence[Tensor]
    ) -> None:
        """Record a step on inputs of these shapes; ``state``, which the step changes, is afterwards as it was before."""
        self._inputs = [tensor.clone() for tensor in inputs]
        before = [tensor.clone() for tensor in state]
        # Libraries choose algorithms and take memory at their first calls, which cannot be recorded.
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
            self._answers = step(self._inputs)

    def __call__(self, inputs: Sequence[Tensor | float]) -> dict[str, Tensor]:
        """Do the step; the answers hold until the next one. Nothing waits for the device."""
        for place, given in zip(self._inputs, inputs, strict=True):
            place.copy_(given) if isinstance(given, Tensor) else place.fill_(given)
        self._graph.replay()
        return self._answers
