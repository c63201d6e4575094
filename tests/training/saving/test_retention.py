"""Retention: the checkpoints that a long training leaves on the disk are few, and spread over its history."""

from itertools import pairwise

import pytest

from mint.training.saving.retention import DAY, HOUR, WEEK, steps_to_keep


def simulate(total_s: float, interval_s: float) -> dict[int, float]:
    """Save at an interval, each time dropping what is not kept, and return what remains: seconds by step."""
    remaining: dict[int, float] = {}
    for step in range(int(total_s / interval_s) + 1):
        remaining[step] = step * interval_s
        kept = steps_to_keep(remaining)
        remaining = {number: seconds for number, seconds in remaining.items() if number in kept or number == step}
    return remaining


def test_one_checkpoint_an_hour_of_the_last_day_is_kept() -> None:
    remaining = simulate(10 * HOUR, 120)
    assert sorted(int(seconds // HOUR) for seconds in remaining.values() if seconds % HOUR == 0) == list(range(11))
    assert len(remaining) <= 12


@pytest.mark.parametrize(("total_s", "most"), [(30 * DAY, 40), (365 * DAY, 53)])
def test_long_trainings_leave_few_checkpoints(total_s: float, most: int) -> None:
    remaining = simulate(total_s, HOUR / 2)
    assert len(remaining) <= most
    for reach, period in ((DAY, HOUR), (WEEK, DAY), (4 * WEEK, WEEK)):
        ages = sorted(total_s - seconds for seconds in remaining.values() if total_s - seconds < reach)
        assert all(later - sooner <= period for sooner, later in pairwise(ages))
    assert 0 in remaining


def test_without_checkpoints_nothing_is_kept() -> None:
    assert steps_to_keep({}) == set()
