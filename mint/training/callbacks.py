"""What a training reports while it runs: the one interface between a training and everyone who watches it. Loads no torch."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mint.training.progress import TrainingProgress
from mint.training.stats import Stats

if TYPE_CHECKING:  # loads torch
    from mint.recipes.recipe import Networks


def _ignore(*_: object) -> None:
    """Do nothing."""


@dataclass(frozen=True, kw_only=True)
class TrainingCallbacks:
    """Functions that a training calls between two steps, in its own thread; each should return quickly.

    ``on_step`` gets the progress after each step, and ``on_stats`` each new line of statistics. ``on_snapshot`` gets the networks
    with averaged weights now and then; it must copy what it keeps. ``on_warning`` gets a sentence about something that failed while
    the training goes on; by default it is logged. ``on_out_of_memory`` is called when memory ran out: what computes beside the
    training should use less from then on.
    """

    on_step: Callable[[TrainingProgress], None] = _ignore
    on_stats: Callable[[Stats], None] = _ignore
    on_snapshot: "Callable[[Networks, TrainingProgress], None]" = _ignore
    on_warning: Callable[[str], None] = logging.getLogger("mint").warning
    on_out_of_memory: Callable[[], None] = _ignore
