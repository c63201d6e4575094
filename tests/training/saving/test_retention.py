"""Retention: what a long training leaves on the disk is bounded, and spread over its past."""

from itertools import pairwise

import pytest

from mint.training.saving.retention import DAY, HOUR, WEEK, worth_keeping


def after(total_s: float, interval_s: float) -> dict[int, float]:
    """Save at an interval, dropping each time what is not worth keeping, and return what is left."""
    left: dict[int, float] = {}
    for step in range(int(total_s / interval_s) + 1):
        left[step] = step * interval_s
        kept = worth_keeping(left)
        left = {number: seconds for number, seconds in left.items() if number in kept or number == step}
    return left


def test_one_an_hour_of_the_last_day_is_kept() -> None:
    left = after(10 * HOUR, 120)
    assert sorted(int(seconds // HOUR) for seconds in left.values() if seconds % HOUR == 0) == list(range(11))
    assert len(left) <= 12


@pytest.mark.parametrize(("total_s", "most"), [(30 * DAY, 40), (365 * DAY, 53)])
def test_long_trainings_leave_few(total_s: float, most: int) -> None:
    left = after(total_s, HOUR / 2)
    assert len(left) <= most
    for reach, period in ((DAY, HOUR), (WEEK, DAY), (4 * WEEK, WEEK)):
        ages = sorted(total_s - seconds for seconds in left.values() if total_s - seconds < reach)
        assert all(later - sooner <= period for sooner, later in pairwise(ages))
    assert 0 in left


def test_nothing_is_kept_of_nothing() -> None:
    assert worth_keeping({}) == set()
