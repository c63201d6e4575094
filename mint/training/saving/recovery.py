"""Rescue: the last good states of a training in memory, to go back to, and what is changed before it goes on.

A training that diverged goes on with half the learning rates, one that had too little memory with half the pictures a step; each at
most three times, counted over all its runs, since what was changed is a part of every checkpoint.
"""

import gc
from collections import deque
from dataclasses import replace
from typing import Final

import torch
from torch import Tensor

from mint.errors import DivergenceError, TrainingError
from mint.recipes.recipe import Adjustment, Learner
from mint.training.progress import Progress

MAX_HALVINGS: Final = 3
_NUM_STATES: Final = 2
_SMALLEST: Final = 0.5**MAX_HALVINGS
# What torch's allocators and C++ say where they do not raise a class of their own.
_NO_MEMORY: Final = ("can't allocate memory", "not enough memory", "out of memory", "bad_alloc", "bad allocation")


class Recovery:
    """The newest good states of a learner; the oldest is where a training goes that diverges again from the newest."""

    def __init__(self) -> None:
        self._states: deque[tuple[Progress, dict[str, Tensor]]] = deque(maxlen=_NUM_STATES)
        self._was_used = False

    def keep(self, learner: Learner, position: Progress) -> None:
        """Copy a state that is good."""
        self._states.append((position, {name: tensor.detach().cpu().clone() for name, tensor in learner.state().items()}))
        self._was_used = False

    def restore(self, learner: Learner) -> Progress:
        """Give a learner its last good state, and an older one where that was done before; return its position."""
        if self._was_used and len(self._states) > 1:
            self._states.pop()
        self._was_used = True
        position, state = self._states[-1]
        # A copy, since an optimiser may go on with the very tensors that it is given.
        learner.load_state({name: tensor.clone() for name, tensor in state.items()})
        return position


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory did not suffice, on whatever device."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(part in str(error).lower() for part in _NO_MEMORY)


def free_memory() -> None:
    """Give back what nobody uses any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def after_divergence(adjustment: Adjustment, reason: str) -> tuple[Adjustment, str]:
    """Halve the learning rates, and return the sentence that says so. Raises DivergenceError after three times."""
    if adjustment.learning_rate <= _SMALLEST:
        raise DivergenceError(
            f"{reason}, although the learning rate was halved {MAX_HALVINGS} times; "
            "it stands at its last good state: move the training folder away to begin anew with another seed"
        )
    halved = replace(adjustment, learning_rate=adjustment.learning_rate / 2)
    return halved, f"{reason}; it goes on from step {{step}} with {halved.learning_rate:g} of the learning rate"


def after_shortage(adjustment: Adjustment, reason: str) -> tuple[Adjustment, str]:
    """Halve the pictures a step, and return the sentence that says so. Raises TrainingError after three times."""
    if adjustment.batch <= _SMALLEST:
        raise TrainingError(
            f"{reason}, although the pictures of a step were halved {MAX_HALVINGS} times; "
            "end other programs and train again, which goes on from the last good state"
        )
    halved = replace(adjustment, batch=adjustment.batch / 2)
    return halved, f"{reason}; it goes on from step {{step}} with {halved.batch:g} of the pictures in a step"
