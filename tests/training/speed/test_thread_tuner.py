"""The pace of a training: the fastest number of threads is found, also when the machine changes, and finding it costs little."""

from collections.abc import Callable

import pytest
import torch

from mint.errors import TrainingError
from mint.training.speed.thread_tuner import ThreadSearch, ThreadTuner, thread_choices
from mint.training.speed.threads import fixed_threads

# Seconds a step by number of threads, on machines of two cores.
QUIET = {1: 0.020, 2: 0.013}
BUSY = {1: 0.024, 2: 0.2}
NO_GAIN = {1: 0.020, 2: 0.0195}


def paced(steps: int, machine: Callable[[float], dict[int, float]]) -> tuple[list[tuple[float, int]], float]:
    """Return when each of so many steps began and with how many threads, and the seconds that slower choices have cost."""
    pace, now, lost = ThreadSearch([1, 2]), 0.0, 0.0
    course = []
    for _ in range(steps):
        costs = machine(now)
        course.append((now, pace.threads))
        duration = costs[pace.threads]
        lost += duration - min(costs.values())
        now += duration
        pace.note(duration)
    return course, lost


@pytest.mark.parametrize(("machine", "threads"), [(QUIET, 2), (BUSY, 1), (NO_GAIN, 1)])
def test_the_fastest_number_is_found_at_once_and_kept(machine: dict[int, float], threads: int) -> None:
    course, _ = paced(2000, lambda _: machine)
    assert {used for _, used in course[10:400]} == {threads}
    assert sum(used != threads for _, used in course) < 40


def test_it_follows_a_machine_that_changes() -> None:
    """A neighbour comes after 20 seconds and leaves after 60."""
    course, _ = paced(6000, lambda now: BUSY if 20 <= now < 60 else QUIET)
    threads = {int(now): used for now, used in course}
    assert (threads[19], threads[23], threads[55]) == (2, 1, 1)
    assert threads[80] == 2


@pytest.mark.parametrize("machine", [QUIET, BUSY])
def test_trials_cost_less_than_a_hundredth(machine: dict[int, float]) -> None:
    course, lost = paced(20000, lambda _: machine)
    assert lost <= 1.0 + 0.01 * course[-1][0]


def test_a_single_choice_is_never_left() -> None:
    pace = ThreadSearch([3])
    for seconds in (0.1, 0.5, 9.0) * 20:
        assert pace.threads == 3
        pace.note(seconds)


@pytest.mark.parametrize(("cores", "choices"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])])
def test_numbers_worth_trying(cores: int, choices: list[int]) -> None:
    assert thread_choices(cores) == choices


def test_a_metronome_sets_torch_as_the_pace_says() -> None:
    before = torch.get_num_threads()
    try:
        with ThreadTuner(ThreadSearch([3])):
            assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("value", "threads"), [("", None), ("4", 4), ("0", None), ("4,2", None), ("1024", 1024)])
def test_threads_that_the_user_fixed(monkeypatch: pytest.MonkeyPatch, value: str, threads: int | None) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    assert fixed_threads() == threads


@pytest.mark.parametrize("value", ["1025", "100000"])
def test_more_threads_than_torch_can_have_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    with pytest.raises(
        TrainingError, match=rf"^OMP_NUM_THREADS is {value}, more than 1024; set it to fewer threads, or give --threads$"
    ):
        fixed_threads()
