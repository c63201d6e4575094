"""Tune the number of CPU threads while training: measure each number for a few steps, and again when the machine changes.

The best number depends on what else runs: two threads are faster than one on a quiet machine, and slower where another process
keeps a core busy. So now and then a trial makes a few steps with each number, and the fastest is kept. These are steps of the
training: a trial only costs the time by which its steps are slower, and that stays below a hundredth of the whole.

Another number of threads adds in another order, which changes the last bits of the weights. To make a training repeat itself bit
for bit, fix the number.
"""

import statistics
import time
from collections import deque
from collections.abc import Iterator, Sequence

import torch

# Steps of a trial with each number; the first one warms up and does not count.
_TRIAL_STEPS = 4
# Another number is chosen only where it is this many times as fast as the present one.
_MIN_SPEEDUP = 1.05
# The machine has changed where the median of the last _WINDOW steps is this many times slower or faster than it was.
_WINDOW = 8
_CHANGE = 1.3
# Without a change a trial is due this often: a single thread does not notice that another core became free.
_TRIAL_INTERVAL_S = 15.0
# What trials may cost: a share of all time, and some seconds in advance.
_COST_SHARE = 0.01
_MAX_BUDGET_S = 1.0


class ThreadSearch:
    """Chooses a number of threads for each step from the durations of the steps before.

    It reads no clock and changes no threads: the same durations give the same choices.
    """

    def __init__(self, choices: Sequence[int]) -> None:
        """Begin with the first of the numbers, and with a trial of all of them."""
        self._choices = list(dict.fromkeys(choices))
        self._best = self._choices[0]
        self._usual_s: float | None = None  # the duration of a step after the last trial
        self._recent: deque[float] = deque(maxlen=_WINDOW)
        self._budget_s = _MAX_BUDGET_S
        self._trial_cost_s = 0.0  # of the last trial
        self._since_trial_s = 0.0
        self._trial: Iterator[int] = self._begin_trial()
        self.threads = next(self._trial, self._best)

    def add(self, seconds: float) -> None:
        """Add the duration of a step; ``threads`` is then the number for the next step."""
        self._budget_s = min(_MAX_BUDGET_S, self._budget_s + _COST_SHARE * seconds)
        self._since_trial_s += seconds
        self._recent.append(seconds)
        threads = next(self._trial, None)
        if threads is None and self._is_trial_due():
            self._trial = self._begin_trial()
            threads = next(self._trial, None)
        self.threads = threads or self._best

    def _is_trial_due(self) -> bool:
        if len(self._choices) < 2 or len(self._recent) < _WINDOW or self._budget_s < self._trial_cost_s:
            return False
        median_s = statistics.median(self._recent)
        if self._usual_s is None:
            self._usual_s = median_s
        changed = not self._usual_s / _CHANGE <= median_s <= self._usual_s * _CHANGE
        return changed or self._since_trial_s >= _TRIAL_INTERVAL_S

    def _begin_trial(self) -> Iterator[int]:
        """Yield the number of threads for each step of a trial; ``add`` adds its duration before the next one."""
        if len(self._choices) < 2:
            return
        medians: dict[int, float] = {}
        spent: dict[int, tuple[float, int]] = {}  # seconds and steps
        for threads in [self._best, *(choice for choice in self._choices if choice != self._best)]:
            self._recent.clear()
            for _ in range(_TRIAL_STEPS):
                yield threads
                # Clearly slower than another number already: with many threads a step is extremely slow on a busy machine.
                if len(self._recent) > 1 and medians and min(list(self._recent)[1:]) > 2 * min(medians.values()):
                    break
            medians[threads] = statistics.median(list(self._recent)[1:])
            spent[threads] = sum(self._recent), len(self._recent)
        fastest = min(medians, key=lambda threads: medians[threads])
        if medians[fastest] * _MIN_SPEEDUP < medians[self._best]:
            self._best = fastest
        self._trial_cost_s = sum(seconds - steps * medians[fastest] for seconds, steps in spent.values())
        self._budget_s -= max(0.0, self._trial_cost_s)
        self._usual_s = None
        self._since_trial_s = 0.0
        self._recent.clear()


class ThreadTuner:
    """Surrounds each step as a context manager: sets the number of torch's threads, and measures the step."""

    def __init__(self, search: ThreadSearch) -> None:
        self._search = search
        self._started = 0.0

    def __enter__(self) -> None:
        if torch.get_num_threads() != self._search.threads:
            torch.set_num_threads(self._search.threads)
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._search.add(time.perf_counter() - self._started)


def thread_choices(num_cores: int) -> list[int]:
    """Return the numbers of threads worth trying on this many cores: the powers of two, and all cores."""
    doubles = [2**power for power in range(num_cores.bit_length()) if 2**power < num_cores]
    return [*doubles, num_cores]
