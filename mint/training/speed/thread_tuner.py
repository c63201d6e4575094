"""The pace of a training on the CPU: how many threads compute a step, found by trying, and found again when the machine changes.

The best number depends on what else runs: two threads are faster than one on a quiet machine, and slower where another process
keeps a core busy. So a few steps are made with each number now and then, and the fastest is kept. They are steps of the training:
nothing is lost but the time by which they are slower, and that is kept below a hundredth of the whole.

Another number of threads adds in another order, so it changes the last bits of the weights. Who wants a training that repeats
itself bit for bit fixes the number.
"""

import statistics
import time
from collections import deque
from collections.abc import Iterator, Sequence

import torch

# A trial makes so many steps with each number; the first one warms up and does not count.
_TRIAL_STEPS = 4
# Another number has to be so much faster than the present one.
_GAIN = 1.05
# The machine has changed where the median of so many steps is so much slower or faster than it was.
_WINDOW = 8
_CHANGE = 1.3
# Without a change there is a trial so often, in seconds: a core that became free is not felt by a single thread.
_TRIAL_INTERVAL_S = 15.0
# What trials may cost: a share of all time, with so many seconds in advance.
_SHARE = 0.01
_ADVANCE_S = 1.0


class ThreadSearch:
    """Chooses among numbers of threads; fed with the duration of each step, it names the number for the next.

    It reads no clock and touches no threads: the same durations give the same choices.
    """

    def __init__(self, choices: Sequence[int]) -> None:
        """Begin with the first of the numbers; all are tried at once."""
        self._choices = list(dict.fromkeys(choices))
        self._best = self._choices[0]
        self._usual: float | None = None  # seconds a step took when the best was chosen
        self._recent: deque[float] = deque(maxlen=_WINDOW)
        self._budget_s = _ADVANCE_S
        self._trial_cost_s = 0.0  # of the last one
        self._since_trial_s = 0.0
        self._trial: Iterator[int] = self._begin_trial()
        self.threads = next(self._trial, self._best)

    def note(self, seconds: float) -> None:
        """Take note of a finished step, after which ``threads`` is for the next one."""
        self._budget_s = min(_ADVANCE_S, self._budget_s + _SHARE * seconds)
        self._since_trial_s += seconds
        self._recent.append(seconds)
        following = next(self._trial, None)
        if following is None and self._is_trial_due():
            self._trial = self._begin_trial()
            following = next(self._trial, None)
        self.threads = following or self._best

    def _is_trial_due(self) -> bool:
        if len(self._choices) < 2 or len(self._recent) < _WINDOW or self._budget_s < self._trial_cost_s:
            return False
        now = statistics.median(self._recent)
        if self._usual is None:
            self._usual = now
        changed = not self._usual / _CHANGE <= now <= self._usual * _CHANGE
        return changed or self._since_trial_s >= _TRIAL_INTERVAL_S

    def _begin_trial(self) -> Iterator[int]:
        """Yield the number of threads for each step of a trial; what happens between two is its measurement."""
        if len(self._choices) < 2:
            return
        medians: dict[int, float] = {}
        spent: dict[int, tuple[float, int]] = {}  # seconds and steps
        for threads in [self._best, *(choice for choice in self._choices if choice != self._best)]:
            self._recent.clear()
            for _ in range(_TRIAL_STEPS):
                yield threads
                # More than the others already showed, and no better: a crowded machine punishes many threads severely.
                if len(self._recent) > 1 and medians and min(list(self._recent)[1:]) > 2 * min(medians.values()):
                    break
            medians[threads] = statistics.median(list(self._recent)[1:])
            spent[threads] = sum(self._recent), len(self._recent)
        fastest = min(medians, key=lambda threads: medians[threads])
        if medians[fastest] * _GAIN < medians[self._best]:
            self._best = fastest
        self._trial_cost_s = sum(seconds - steps * medians[fastest] for seconds, steps in spent.values())
        self._budget_s -= max(0.0, self._trial_cost_s)
        self._usual = None
        self._since_trial_s = 0.0
        self._recent.clear()


class ThreadTuner:
    """Sets torch's threads before each step as a pace says."""

    def __init__(self, pace: ThreadSearch) -> None:
        self._pace = pace
        self._started = 0.0

    def __enter__(self) -> None:
        if torch.get_num_threads() != self._pace.threads:
            torch.set_num_threads(self._pace.threads)
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._pace.note(time.perf_counter() - self._started)


def thread_choices(num_cores: int) -> list[int]:
    """Return the numbers of threads worth trying on so many cores: one, its doubles, and all."""
    doubles = [2**power for power in range(num_cores.bit_length()) if 2**power < num_cores]
    return [*doubles, num_cores]
