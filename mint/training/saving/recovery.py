"""Recovery: the last good states of a training in memory, to go back to, and what is adjusted before it continues.

A training that diverged continues with half the learning rates, one that ran out of memory with half the pictures a step; each at
most three times, counted over all of its runs, since the adjustment is a part of every checkpoint.
"""

import gc
from collections import deque
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

import torch
from torch import Tensor

from mint.errors import DivergenceError, TrainingError
from mint.recipes.recipe import Adjustment, Learner
from mint.training.cpu_copy import state_on_cpu
from mint.training.progress import TrainingProgress
from mint.training.saving.divergence import require_finite

MAX_HALVINGS: Final = 3
_NUM_STATES: Final = 2
_SMALLEST_SHARE: Final = 0.5**MAX_HALVINGS


class Failure(Enum):
    """What went wrong in a training that may continue after an adjustment."""

    DIVERGENCE = "divergence"
    OUT_OF_MEMORY = "out of memory"


@dataclass(frozen=True, kw_only=True)
class _Remedy:
    """What is halved after a failure, and what is said when that has not helped."""

    field: str  # of Adjustment
    noun: str
    halved: str
    repair: str
    error: type[TrainingError]


_REMEDIES: Final = {
    Failure.DIVERGENCE: _Remedy(
        field="learning_rate",
        noun="the learning rate",
        halved="the learning rate was halved",
        repair="the training is back at its last good state; move its folder away to start over with another seed",
        error=DivergenceError,
    ),
    Failure.OUT_OF_MEMORY: _Remedy(
        field="batch",
        noun="the pictures in a step",
        halved="the pictures of a step were halved",
        repair="end other programs and train again: it goes on from the last good state",
        error=TrainingError,
    ),
}


def adjust_after(failure: Failure, adjustment: Adjustment, reason: str, step: int) -> tuple[Adjustment, str]:
    """Return the adjustment with which a training continues from a step after a failure, and the sentence that says so.

    Raises TrainingError, after a divergence DivergenceError, where it was adjusted three times already.
    """
    remedy = _REMEDIES[failure]
    share = getattr(adjustment, remedy.field)
    if share <= _SMALLEST_SHARE:
        raise remedy.error(f"{reason}, although {remedy.halved} {MAX_HALVINGS} times; {remedy.repair}")
    halved = replace(adjustment, **{remedy.field: share / 2})
    return halved, f"{reason}; training goes on from step {step} with {share / 2:g} of {remedy.noun}"


class Recovery:
    """The newest good states of a learner; a training that diverges again right after the newest goes back to the oldest."""

    def __init__(self) -> None:
        self._states: deque[tuple[TrainingProgress, dict[str, Tensor]]] = deque(maxlen=_NUM_STATES)
        self._was_restored = False

    def back_up(self, learner: Learner, progress: TrainingProgress) -> None:
        """Copy the present state. Raises DivergenceError where it is not finite."""
        require_finite(learner, progress.step)
        self._states.append((progress, state_on_cpu(learner.state())))
        self._was_restored = False

    def restore(self, learner: Learner) -> TrainingProgress:
        """Give a learner its last good state, or an older one where that was restored already; return its progress."""
        if self._was_restored and len(self._states) > 1:
            self._states.pop()
        self._was_restored = True
        progress, state = self._states[-1]
        # A copy, since an optimiser may go on with the very tensors that it is given.
        learner.load_state({name: tensor.clone() for name, tensor in state.items()})
        return progress


def free_memory() -> None:
    """Return unused memory to the system."""
    gc.collect()
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.empty_cache()
