"""Retention: which of the older states of a training are worth their place on the disk.

Kept is one of each hour of the last day, one of each day of the last week, one of each week of the last four, and one of each four
weeks before (a grandfather-father-son rotation). Hours are those of training. A month of it leaves at most 25 + 8 + 5 + 2 states
this way, and each further year 13.
"""

from collections.abc import Mapping
from typing import Final

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY

# Each period holds a whole number of those above it. So the first state of a long one is the first of a short one, too, and is
# still there when it is due.
_PERIODS: Final = ((HOUR, DAY), (DAY, WEEK), (WEEK, 4 * WEEK), (4 * WEEK, float("inf")))


def worth_keeping(seconds: Mapping[int, float]) -> set[int]:
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
