"""Thread tuning: the fastest number of threads is found, also when the machine changes, and finding it costs little."""

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


def simulate(num_steps: int, machine: Callable[[float], dict[int, float]]) -> tuple[list[tuple[float, int]], float]:
    """Return when each step began and its number of threads, and the seconds that slower choices cost."""
    search, now, lost = ThreadSearch([1, 2]), 0.0, 0.0
    steps = []
    for _ in range(num_steps):
        costs = machine(now)
        steps.append((now, search.threads))
        duration = costs[search.threads]
        lost += duration - min(costs.values())
        now += duration
        search.add(duration)
    return steps, lost


@pytest.mark.parametrize(("machine", "threads"), [(QUIET, 2), (BUSY, 1), (NO_GAIN, 1)])
def test_the_fastest_number_is_found_at_once_and_kept(machine: dict[int, float], threads: int) -> None:
    steps, _ = simulate(2000, lambda _: machine)
    assert {used for _, used in steps[10:400]} == {threads}
    assert sum(used != threads for _, used in steps) < 40


def test_it_adapts_to_a_machine_that_changes() -> None:
    """Another process runs from second 20 to second 60."""
    steps, _ = simulate(6000, lambda now: BUSY if 20 <= now < 60 else QUIET)
    threads = {int(now): used for now, used in steps}
    assert (threads[19], threads[23], threads[55]) == (2, 1, 1)
    assert threads[80] == 2


@pytest.mark.parametrize("machine", [QUIET, BUSY])
def test_trials_cost_less_than_a_hundredth(machine: dict[int, float]) -> None:
    steps, lost = simulate(20000, lambda _: machine)
    assert lost <= 1.0 + 0.01 * steps[-1][0]


def test_a_single_choice_is_always_used() -> None:
    search = ThreadSearch([3])
    for seconds in (0.1, 0.5, 9.0) * 20:
        assert search.threads == 3
        search.add(seconds)


@pytest.mark.parametrize(("cores", "choices"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])])
def test_choices_for_a_number_of_cores(cores: int, choices: list[int]) -> None:
    assert thread_choices(cores) == choices


def test_a_tuner_sets_the_number_of_threads() -> None:
    before = torch.get_num_threads()
    try:
        with ThreadTuner(ThreadSearch([3])):
            assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("value", "threads"), [("", None), ("4", 4), ("0", None), ("4,2", None), ("1024", 1024)])
def test_the_environment_fixes_the_number_of_threads(monkeypatch: pytest.MonkeyPatch, value: str, threads: int | None) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    assert fixed_threads() == threads


@pytest.mark.parametrize("value", ["1025", "100000"])
def test_too_many_threads_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    with pytest.raises(
        TrainingError, match=rf"^OMP_NUM_THREADS is {value}, more than 1024; set it to fewer threads, or give --threads$"
    ):
        fixed_threads()
