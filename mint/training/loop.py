"""The training loop: one function that reads from top to bottom.

It trains whatever a recipe hands it. Between two steps it asks a Control what the outside wishes, and tells an Observer what there
is to say; it never waits for a page, a disk or an export.
"""

import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from mint.errors import TrainingError
from mint.recipes.recipe import Learner
from mint.training import stats
from mint.training.checkpoint import Position
from mint.training.control import Control
from mint.training.pace import Metronome
from mint.training.stats import Stats


@dataclass(frozen=True, kw_only=True)
class Limits:
    """When a run ends by itself: after so many steps or seconds of this run; None is never."""

    steps: int | None = None
    seconds: float | None = None

    def reached(self, steps: int, seconds: float) -> bool:
        """Whether a run of so many steps and seconds is over."""
        return (self.steps is not None and steps >= self.steps) or (self.seconds is not None and seconds >= self.seconds)


class Observer(Protocol):
    """Whoever follows a training. Each call is between two steps and should return quickly."""

    def on_step(self, position: Position) -> None:
        """Take note of a finished step."""

    def on_stats(self, stats: Stats) -> None:
        """Take note of new statistics."""


def train(
    learner: Learner,
    sprites: Tensor,
    labels: Tensor | None,
    *,
    seed: int,
    position: Position,
    limits: Limits,
    control: Control,
    observer: Observer,
    metronome: Metronome | None = None,
) -> Position:
    """Train from a position until the limits are reached or a stop is asked for, and return the new position.

    ``sprites`` is (N, H, W) uint8 and ``labels`` (N, num_labels) bool, both on the learner's device. Each step draws its chance
    from (seed, step) alone, so a run that was stopped and resumed repeats what an unbroken one does. A metronome tunes torch's
    threads. Raises TrainingError as soon as a loss is not finite.
    """
    random = torch.Generator(sprites.device)
    first = position
    clock = _Clock(position.seconds)
    lap = position
    sums: dict[str, Tensor] = {}
    while True:
        # Rest or end, if somebody wishes so.
        if control.paused:
            clock.stop()
            control.wait_while_paused()
            clock.start()
        if control.stopping or limits.reached(position.step - first.step, clock.seconds - first.seconds):
            return Position(step=position.step, images=position.images, seconds=clock.seconds)

        # One step, with the chance that belongs to it.
        random.manual_seed(step_seed(seed, position.step))
        with metronome or nullcontext():
            losses = learner.step(sprites, position.images, random, labels)
        position = Position(step=position.step + 1, images=position.images + learner.images_per_step, seconds=clock.seconds)
        for name, loss in losses.items():
            sums[name] = sums[name] + loss if name in sums else loss.clone()
        observer.on_step(position)

        # Statistics, now and then: the only time at which the host reads the device.
        if stats.is_due(position.step):
            num_steps = position.step - lap.step
            means = {name: total.item() / num_steps for name, total in sums.items()}
            if not all(abs(mean) < float("inf") for mean in means.values()):
                raise TrainingError(
                    f"training diverged before step {position.step}: a loss is not finite; train again to go on from the last save"
                )
            accuracy = stats.reconstruction_accuracy(learner.snapshot(), sprites, labels)
            rate = num_steps / max(position.seconds - lap.seconds, 1e-9)
            observer.on_stats(
                Stats(
                    step=position.step,
                    images=position.images,
                    seconds=position.seconds,
                    steps_per_second=rate,
                    losses=means,
                    accuracy=accuracy,
                )
            )
            lap = position
            sums = {}


def step_seed(seed: int, step: int) -> int:
    """Mix a training seed and a step into the 32 bits that torch's Mersenne Twister takes (SplitMix64, Steele et al. 2014)."""
    mask = 0xFFFFFFFFFFFFFFFF
    word = (seed + (step + 1) * 0x9E3779B97F4A7C15) & mask
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & mask
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & mask
    return (word ^ (word >> 31)) & 0xFFFFFFFF


class _Clock:
    """Seconds of training so far, without the pauses."""

    def __init__(self, seconds: float) -> None:
        self._before = seconds
        self._started = time.perf_counter()

    @property
    def seconds(self) -> float:
        return self._before + time.perf_counter() - self._started

    def stop(self) -> None:
        self._before = self.seconds

    def start(self) -> None:
        self._started = time.perf_counter()
