"""The loop that hands out jobs: a bounded window, every token once, and where it stops scaling, on a simulated cluster."""

from collections.abc import Iterator

import pytest

from mint.collection.training.job import FailedAttempt, Job, Outcome, TokenTraining
from mint.collection.training.scheduler import run_jobs
from tests.collection.training.simulated_cluster import Circumstances, simulate


@pytest.mark.parametrize("deaths_per_hour", [0.0, 3.0, 30.0])
@pytest.mark.parametrize("failing", [0.0, 0.3])
def test_every_token_is_trained_once_or_set_aside_whatever_dies(failing: float, deaths_per_hour: float) -> None:
    circumstances = Circumstances(num_workers=7, failing=failing, deaths_per_hour=deaths_per_hour)
    result = simulate(500, circumstances)
    assert set(result.trained.values()) == {1}
    assert len(result.trained) + result.num_set_aside == 500
    assert (result.num_set_aside > 0, result.num_deaths > 0) == (failing > 0, deaths_per_hour > 0)


def test_no_more_jobs_are_handed_over_than_the_window_holds() -> None:
    result = simulate(2000, Circumstances(num_workers=10, failing=0.1, deaths_per_hour=5))
    assert result.most_handed_over == 20


def test_workers_stay_busy_until_publishing_takes_all_the_time() -> None:
    few = simulate(20_000, Circumstances(num_workers=300, failing=0, deaths_per_hour=0))
    many = simulate(20_000, Circumstances(num_workers=5000, failing=0, deaths_per_hour=0))
    # 300 workers deliver 4.8 tokens a second, which take a quarter of this process's time; 5,000 would deliver 80.
    assert few.busy_share > 0.95
    assert 0.2 < few.publishing_share < 0.3
    assert many.publishing_share > 0.9
    assert many.busy_share < 0.4


class OneAtATime:
    """A scheduler that runs each job when it is waited for, and records what is asked of it."""

    window = 2

    def __init__(self) -> None:
        self.log: list[str] = []
        self._jobs: list[Job] = []
        self._is_stopped = False

    def submit(self, job: Job) -> None:
        self.log.append(f"submit {job.number}")
        self._jobs.append(job)
        assert len(self._jobs) <= self.window

    def wait(self, timeout_s: float) -> list[Outcome]:
        job = self._jobs.pop(0)
        kind = "stopped" if self._is_stopped else "failed"
        return [Outcome(job, FailedAttempt(kind="stopped" if kind == "stopped" else "failed", reason=""))]

    def stop(self) -> None:
        self.log.append("stop")
        self._is_stopped = True


def jobs(count: int) -> Iterator[Job]:
    for number in range(count):
        yield Job(number=number, hash=str(number), training=TokenTraining(steps=1))


def test_a_worker_gets_its_next_job_before_a_result_is_published() -> None:
    scheduler = OneAtATime()

    def finish(outcome: Outcome) -> None:
        scheduler.log.append(f"finish {outcome.job.number}")

    run_jobs(scheduler, jobs(4), finish)
    assert scheduler.log == [
        *("submit 0", "submit 1"),
        *("submit 2", "finish 0"),
        *("submit 3", "finish 1"),
        *("finish 2", "finish 3"),
    ]


def test_what_is_to_run_again_runs_after_all_others() -> None:
    scheduler = OneAtATime()
    run_jobs(
        scheduler,
        jobs(3),
        lambda outcome: (
            None
            if outcome.job.number or outcome.job.num_failures
            else Job(number=0, hash="0", training=TokenTraining(steps=1), num_failures=1)
        ),
    )
    assert scheduler.log == ["submit 0", "submit 1", "submit 2", "submit 0"]


def test_a_stop_ends_what_runs_and_hands_over_nothing_more() -> None:
    scheduler = OneAtATime()
    finished: list[str] = []

    def finish(outcome: Outcome) -> None:
        assert isinstance(outcome.result, FailedAttempt)
        finished.append(outcome.result.kind)

    run_jobs(scheduler, jobs(9), finish, should_stop=lambda: bool(finished))
    assert scheduler.log == ["submit 0", "submit 1", "submit 2", "stop"]
    assert finished == ["failed", "failed", "stopped"]
