"""What runs jobs somewhere, and the loop that keeps a bounded number of jobs there until all are done."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from mint.collection.training.job import Job, Outcome

# How long the loop waits at most before it looks whether it should stop, and shows its progress.
TICK_S: Final = 0.25


class Scheduler(Protocol):
    """Runs jobs in other processes, on this machine or on others."""

    @property
    def window(self) -> int:
        """How many jobs to hand over at a time, at least 1; it may change as machines come and go."""

    def submit(self, job: Job) -> None:
        """Hand a job over. Returns at once. Raises CollectionError where nothing can run it."""

    def wait(self, timeout_s: float) -> list[Outcome]:
        """Return the jobs that have ended, each once; where none has, wait for one until the timeout.

        A job whose process or machine ended has "died". Raises CollectionError where nothing more can be run.
        """

    def stop(self) -> None:
        """Let every running job end soon, so that ``wait`` returns it as "stopped" unless it is done. Returns at once."""


def run_jobs(
    scheduler: Scheduler,
    jobs: Iterator[Job],
    finish: Callable[[Outcome], Job | None],
    *,
    should_stop: Callable[[], bool] = lambda: False,
    on_tick: Callable[[], None] = lambda: None,
) -> None:
    """Run all jobs, with at most the scheduler's window of them handed over at a time.

    ``finish`` gets each job that has ended, and may return one to run after all others. Of a million jobs only those in the window
    and those to run again are in memory. When ``should_stop`` says so, running jobs are stopped and no more are handed over.
    """
    again: deque[Job] = deque()
    ended: list[Outcome] = []
    num_running = 0
    is_stopping = False
    while True:
        if not is_stopping and should_stop():
            is_stopping = True
            scheduler.stop()
        while not is_stopping and num_running < scheduler.window:
            job = next(jobs, None) or (again.popleft() if again else None)
            if job is None:
                break
            scheduler.submit(job)
            num_running += 1
        # Only now, when the workers have their next jobs: publishing takes a moment.
        for outcome in ended:
            retried = finish(outcome)
            if retried is not None:
                again.append(retried)
        on_tick()
        if not num_running and (is_stopping or not again):
            return
        ended = scheduler.wait(TICK_S) if num_running else []
        num_running -= len(ended)
