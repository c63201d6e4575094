"""The training loop: one function that reads from top to bottom.

It trains whatever learner a recipe builds. Between two steps it polls a Control and reports to TrainingCallbacks; it never waits
for a page, a disk or an export.
"""

import time
from contextlib import nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor

from mint.recipes.recipe import Learner
from mint.training import stats
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.progress import TrainingProgress
from mint.training.saving.divergence import DivergenceMonitor
from mint.training.speed.thread_tuner import ThreadTuner
from mint.training.stats import Stats


@dataclass(frozen=True, kw_only=True)
class Limits:
    """When a run ends by itself: after this many steps or seconds of this run; None is never."""

    steps: int | None = None
    seconds: float | None = None

    def reached(self, steps: int, seconds: float) -> bool:
        """Whether a run of this many steps and seconds is over."""
        return (self.steps is not None and steps >= self.steps) or (self.seconds is not None and seconds >= self.seconds)


def train(
    learner: Learner,
    sprites: Tensor,
    labels: Tensor | None,
    *,
    seed: int,
    progress: TrainingProgress,
    first: TrainingProgress,
    limits: Limits,
    control: Control,
    callbacks: TrainingCallbacks,
    thread_tuner: ThreadTuner | None = None,
) -> TrainingProgress:
    """Train from ``progress`` until the limits are reached or a stop is requested, and return the new progress.

    ``sprites`` is (N, H, W) uint8 and ``labels`` (N, num_labels) bool, both on the learner's device. The limits count from
    ``first``, where the run began: earlier than ``progress`` where the training went back since. Each step draws its randomness
    from (seed, step) alone, so a run that was stopped and resumed repeats what an unbroken one does. A thread tuner sets the number
    of torch's threads. Raises DivergenceError where losses or weights are not finite or explode.
    """
    random = torch.Generator(sprites.device)
    clock = _Clock(progress.seconds)
    reported = progress
    monitor = DivergenceMonitor()
    sums: dict[str, float] = {}
    while True:
        # Pause or end on request.
        if control.paused:
            clock.stop()
            control.wait_while_paused()
            clock.start()
        if control.stopping or limits.reached(progress.step - first.step, clock.seconds - first.seconds):
            monitor.check(learner, progress.step)
            return TrainingProgress(step=progress.step, images=progress.images, seconds=clock.seconds)

        # One step, with the randomness that belongs to it.
        random.manual_seed(step_seed(seed, progress.step))
        with thread_tuner or nullcontext():
            losses = learner.step(sprites, progress.images, random, labels)
        images = progress.images + learner.images_per_step
        progress = TrainingProgress(step=progress.step + 1, images=images, seconds=clock.seconds)
        monitor.add(losses)
        callbacks.on_step(progress)

        # A check for divergence and statistics, now and then: the only times at which the host reads the device.
        if monitor.is_due(progress.step) or stats.is_due(progress.step):
            for name, total in monitor.check(learner, progress.step).items():
                sums[name] = sums.get(name, 0.0) + total
        if stats.is_due(progress.step):
            num_steps = progress.step - reported.step
            accuracy = stats.reconstruction_accuracy(learner.snapshot(), sprites, labels)
            rate = num_steps / max(progress.seconds - reported.seconds, 1e-9)
            losses_per_step = {name: total / num_steps for name, total in sums.items()}
            callbacks.on_stats(Stats.at(progress, steps_per_second=rate, losses=losses_per_step, accuracy=accuracy))
            reported = progress
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
