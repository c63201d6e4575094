"""Retention: which of the older checkpoints of a training are kept.

One checkpoint is kept for each hour of the last day, each day of the last week, each week of the last four, and each four weeks
before (a grandfather-father-son rotation). Hours are hours of training. A month of training leaves at most 25 + 8 + 5 + 2
checkpoints this way, and each further year 13.
"""

from collections.abc import Mapping
from typing import Final

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY

# Each period is a whole number of those before it. So the first checkpoint of a long period is also the first of a short one, and
# still exists when the long one needs it.
_PERIODS: Final = ((HOUR, DAY), (DAY, WEEK), (WEEK, 4 * WEEK), (4 * WEEK, float("inf")))


def steps_to_keep(seconds: Mapping[int, float]) -> set[int]:
    """Return which steps to keep, given the seconds of training at each."""
    newest = max(seconds.values(), default=0.0)
    kept: set[int] = set()
    for period, reach in _PERIODS:
        firsts: dict[int, int] = {}
        for step in sorted(seconds):
            if newest - seconds[step] < reach:
                firsts.setdefault(int(seconds[step] // period), step)
        kept |= set(firsts.values())
    return kept
