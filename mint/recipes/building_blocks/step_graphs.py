"""A learner's step as one CUDA graph: captured once for each kind of step, then started by a single call.

Steps of small networks spend most of their time launching kernels. A graph (torch.cuda.CUDAGraph) launches all of a step's kernels
at once; in exchange every tensor has a fixed address, and nothing may read a number from the device during the capture. So all
that changes from step to step is an input: random draws, and the numbers of schedules.
"""

import logging
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache
from typing import Protocol

import torch
from torch import Tensor

from mint.device_errors import is_out_of_memory

Numbers = Sequence[float | Tensor]
Step = Callable[[Numbers, Sequence[Tensor]], dict[str, Tensor]]

_NUM_WARM_UPS = 3
_LOGGER = logging.getLogger("mint")


class CaptureError(RuntimeError):
    """Report that a step was run and cannot be captured, although there is enough memory; its state is as before."""


class CapturedStep(Protocol):
    """A step that was captured on random draws of certain shapes."""

    def __call__(self, numbers: Numbers, draws: Sequence[Tensor]) -> dict[str, Tensor]:
        """Run the step; its outputs are valid until the next one."""


class CudaGraphStep:
    """A step as a CUDA graph, whose inputs are copied into fixed tensors, and whose outputs are always the same tensors."""

    def __init__(
        self,
        step: Step,
        numbers: Numbers,
        draws: Sequence[Tensor],
        state: Sequence[Tensor],
        earlier: "CapturedStep | None" = None,
    ) -> None:
        """Capture a step on inputs of these shapes; ``state``, which the step changes, is as before afterwards.

        The memory of the graph ``earlier``, which is not used again, serves this one too. Raises CaptureError.
        """
        device = draws[0].device
        self._numbers = [torch.as_tensor(number, dtype=torch.float32, device=device) for number in numbers]
        self._draws = [tensor.clone() for tensor in draws]
        before = [tensor.clone() for tensor in state]
        current, stream = torch.cuda.current_stream(device), _capture_stream(device)
        stream.wait_stream(current)
        # Without this, a capture that fails would leave its stream as the current one.
        with torch.cuda.stream(stream):
            # At their first calls libraries choose algorithms and allocate memory, which cannot be captured.
            for _ in range(_NUM_WARM_UPS):
                step(self._numbers, self._draws)
            with torch.no_grad():
                torch._foreach_copy_(list(state), before)
            self._graph = torch.cuda.CUDAGraph()
            pool = earlier._graph.pool() if isinstance(earlier, CudaGraphStep) else None
            try:
                # So that what other threads do cannot invalidate the capture.
                with torch.cuda.graph(self._graph, pool, stream, capture_error_mode="thread_local"):
                    self._outputs = step(self._numbers, self._draws)
            except RuntimeError as error:
                if is_out_of_memory(error):
                    raise
                raise CaptureError(str(error).strip().split("\n", maxsplit=1)[0]) from error
        current.wait_stream(stream)

    def __call__(self, numbers: Numbers, draws: Sequence[Tensor]) -> dict[str, Tensor]:
        """Run the step. Nothing waits for the device."""
        for fixed, number in zip(self._numbers, numbers, strict=True):
            fixed.fill_(number)
        torch._foreach_copy_(self._draws, list(draws))
        self._graph.replay()
        return self._outputs


Capture = Callable[[Step, Numbers, Sequence[Tensor], Sequence[Tensor], CapturedStep | None], CapturedStep]


class StepGraphs:
    """Runs the steps of one learner: as a graph on a GPU, and as they are elsewhere.

    There is one graph at a time. A training has few kinds of steps, one after the other, and each graph holds memory. Where a step
    cannot be captured, a warning says so, and steps are taken as they are from then on.
    """

    def __init__(
        self, capture: Capture = CudaGraphStep, captures_on: Callable[[torch.device], bool] = lambda device: device.type == "cuda"
    ) -> None:
        self._capture = capture
        self._captures_on = captures_on
        self._kind: Hashable = None
        self._captured: CapturedStep | None = None

    def run(
        self,
        step: Step,
        numbers: Numbers,
        draws: Sequence[Tensor],
        *,
        kind: Hashable,
        device: torch.device,
        state: Callable[[], Iterable[Tensor]],
    ) -> dict[str, Tensor]:
        """Run a step on the numbers of its schedules and on its random draws, and return its losses.

        A graph of the same ``kind`` and shapes is used again: the kind is everything else that the step depends on and that may
        change, such as the addresses of what it reads. ``state`` returns the tensors that the step changes.
        """
        if not self._captures_on(device):
            return step(numbers, draws)
        kind = kind, tuple(tensor.shape for tensor in draws)
        if self._captured is None or kind != self._kind:
            self._kind = None
            try:
                self._captured = self._capture(step, numbers, draws, list(state()), self._captured)
            except CaptureError as error:
                self._captures_on, self._captured = lambda _: False, None
                _LOGGER.warning("steps are slower than they could be: this GPU cannot run them as one CUDA graph (%s)", error)
                return step(numbers, draws)
            self._kind = kind
        return self._captured(numbers, draws)

    def forget(self) -> None:
        """Capture the next step anew, because its networks or settings have changed."""
        self._kind = None


def tensors_of(noise: Iterable[Tensor | None]) -> list[Tensor]:
    """Return the tensors of a step's noise in order; only the last ones can be missing."""
    return [tensor for tensor in noise if tensor is not None]


@cache
def _capture_stream(device: torch.device) -> torch.cuda.Stream:
    """Return the stream on which all graphs of a process are warmed up and captured: cuBLAS takes memory for each stream."""
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
