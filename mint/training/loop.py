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

from mint.recipes.recipe import Learner
from mint.training import stats
from mint.training.control import Control
from mint.training.progress import Progress
from mint.training.saving.divergence import DivergenceMonitor
from mint.training.speed.thread_tuner import ThreadTuner
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

    def on_step(self, position: Progress) -> None:
        """Take note of a finished step."""

    def on_stats(self, stats: Stats) -> None:
        """Take note of new statistics."""


def train(
    learner: Learner,
    sprites: Tensor,
    labels: Tensor | None,
    *,
    seed: int,
    position: Progress,
    first: Progress,
    limits: Limits,
    control: Control,
    observer: Observer,
    metronome: ThreadTuner | None = None,
) -> Progress:
    """Train from a position until the limits are reached or a stop is asked for, and return the new position.

    ``first`` is where the run began, from which its limits count: earlier than ``position`` where the training went back since.

    ``sprites`` is (N, H, W) uint8 and ``labels`` (N, num_labels) bool, both on the learner's device. Each step draws its chance
    from (seed, step) alone, so a run that was stopped and resumed repeats what an unbroken one does. A metronome tunes torch's
    threads. Raises DivergenceError where losses or weights are not finite or explode.
    """
    random = torch.Generator(sprites.device)
    clock = _Clock(position.seconds)
    lap = position
    health = DivergenceMonitor()
    sums: dict[str, float] = {}
    while True:
        # Rest or end, if somebody wishes so.
        if control.paused:
            clock.stop()
            control.wait_while_paused()
            clock.start()
        if control.stopping or limits.reached(position.step - first.step, clock.seconds - first.seconds):
            health.check(learner, position.step)
            return Progress(step=position.step, images=position.images, seconds=clock.seconds)

        # One step, with the chance that belongs to it.
        random.manual_seed(step_seed(seed, position.step))
        with metronome or nullcontext():
            losses = learner.step(sprites, position.images, random, labels)
        position = Progress(step=position.step + 1, images=position.images + learner.images_per_step, seconds=clock.seconds)
        health.note(losses)
        observer.on_step(position)

        # Health and statistics, now and then: the only times at which the host reads the device.
        if health.is_due(position.step) or stats.is_due(position.step):
            for name, total in health.check(learner, position.step).items():
                sums[name] = sums.get(name, 0.0) + total
        if stats.is_due(position.step):
            num_steps = position.step - lap.step
            accuracy = stats.reconstruction_accuracy(learner.snapshot(), sprites, labels)
            rate = num_steps / max(position.seconds - lap.seconds, 1e-9)
            observer.on_stats(
                Stats(
                    step=position.step,
                    images=position.images,
                    seconds=position.seconds,
                    steps_per_second=rate,
                    losses={name: total / num_steps for name, total in sums.items()},
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
