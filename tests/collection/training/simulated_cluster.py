"""A simulated cluster: trainings, failures and deaths in virtual time, behind the interface of a real scheduler.

The loop that hands out jobs is the real one. What it costs its process to check and publish a token passes in virtual time, too, so
the simulation shows where one process that hands out jobs stops scaling: ``python -m tests.collection.training.simulated_cluster``
prints the table of docs/collections.md.
"""

import heapq
import itertools
import resource
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Final, Literal

import numpy as np

from mint.collection.training.failure_log import MAX_FAILURES
from mint.collection.training.job import FailedAttempt, Job, Outcome, TokenTraining, TrainedToken
from mint.collection.training.scheduler import run_jobs

_MAX_FETCHED: Final = 32
_TRAINED: Final = TrainedToken(files={}, dreams=np.zeros((1, 1, 1), np.uint8))


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What a simulation assumes: workers, seconds a token takes on one, what goes wrong, and seconds to publish a token.

    ``failing`` is the share of attempts that fail, ``deaths_per_hour`` how often a worker dies, after which it is gone for
    ``restart_s``.
    """

    num_workers: int
    token_s: float = 60.0
    publish_s: float = 0.05
    failing: float = 0.01
    deaths_per_hour: float = 0.05
    restart_s: float = 120.0
    jobs_per_worker: int = 2


class SimulatedCluster:
    """A scheduler in virtual time; ``now_s`` is its clock."""

    def __init__(self, circumstances: Circumstances, random: Random) -> None:
        self.now_s = 0.0
        self.busy_s = 0.0  # of all workers together
        self.most_handed_over = 0
        self.most_waiting = 0  # results that had ended and were not fetched
        self._circumstances = circumstances
        self._random = random
        self._queue: deque[Job] = deque()
        self._num_free = circumstances.num_workers
        self._order = itertools.count()
        self._events: list[
            tuple[float, int, Job | None, Literal["trained", "failed", "died"]]
        ] = []  # a job ends, or a worker is back
        self._ended: list[Outcome] = []
        self._num_handed_over = 0

    @property
    def window(self) -> int:
        """Some jobs for each worker."""
        return self._circumstances.jobs_per_worker * self._circumstances.num_workers

    def submit(self, job: Job) -> None:
        """Queue a job."""
        self._num_handed_over += 1
        self.most_handed_over = max(self.most_handed_over, self._num_handed_over)
        self._queue.append(job)
        self._start(self.now_s)

    def wait(self, timeout_s: float) -> list[Outcome]:
        """Return what has ended; where nothing has, let time pass until something does."""
        while not self._ended and self._events:
            self.pass_time(max(0.0, self._events[0][0] - self.now_s))
        ended, self._ended = self._ended[:_MAX_FETCHED], self._ended[_MAX_FETCHED:]
        self._num_handed_over -= len(ended)
        return ended

    def stop(self) -> None:
        """Do nothing: no simulation is stopped."""

    def pass_time(self, seconds: float) -> None:
        """Let time pass, in which jobs end and queued ones start."""
        self.now_s += seconds
        while self._events and self._events[0][0] <= self.now_s:
            at_s, _, job, end = heapq.heappop(self._events)
            if job is not None:
                result = _TRAINED if end == "trained" else FailedAttempt(kind=end, reason="simulated")
                self._ended.append(Outcome(job, result))
                self.most_waiting = max(self.most_waiting, len(self._ended))
                if end == "died":
                    heapq.heappush(self._events, (at_s + self._circumstances.restart_s, next(self._order), None, "died"))
                    continue
            self._num_free += 1
            self._start(at_s)

    def _start(self, at_s: float) -> None:
        while self._num_free and self._queue:
            job, assumed = self._queue.popleft(), self._circumstances
            self._num_free -= 1
            takes_s = assumed.token_s * self._random.uniform(0.98, 1.1)
            dies_s = self._random.expovariate(assumed.deaths_per_hour / 3600) if assumed.deaths_per_hour else float("inf")
            end: Literal["trained", "failed", "died"] = "failed" if self._random.random() < assumed.failing else "trained"
            if dies_s < takes_s:
                takes_s, end = dies_s, "died"
            self.busy_s += takes_s
            heapq.heappush(self._events, (at_s + takes_s, next(self._order), job, end))


@dataclass(frozen=True, kw_only=True)
class SimulationResult:
    """What a simulated run came to."""

    hours: float
    trained: dict[int, int]  # how often each token was trained, by number
    num_set_aside: int
    num_deaths: int
    publishing_share: float  # of the time of the process that hands out jobs
    busy_share: float  # of the workers' time
    most_handed_over: int
    most_waiting: int


def simulate(num_tokens: int, circumstances: Circumstances, seed: int = 1) -> SimulationResult:
    """Run all jobs of a collection on a simulated cluster."""
    cluster = SimulatedCluster(circumstances, Random(seed))
    trained: dict[int, int] = {}
    num_set_aside = num_deaths = 0
    publishing_s = 0.0

    def jobs() -> Iterator[Job]:
        training = TokenTraining(seconds=circumstances.token_s)
        for number in range(num_tokens):
            yield Job(number=number, hash=f"token {number}", training=training)

    def finish(outcome: Outcome) -> Job | None:
        nonlocal num_set_aside, num_deaths, publishing_s
        job, result = outcome.job, outcome.result
        if isinstance(result, TrainedToken):
            trained[job.number] = trained.get(job.number, 0) + 1
            publishing_s += circumstances.publish_s
            cluster.pass_time(circumstances.publish_s)
            return None
        if result.kind == "died":
            num_deaths += 1
            return job
        if job.num_failures + 1 == MAX_FAILURES:
            num_set_aside += 1
            return None
        return replace(job, num_failures=job.num_failures + 1)

    run_jobs(cluster, jobs(), finish)
    return SimulationResult(
        hours=cluster.now_s / 3600,
        trained=trained,
        num_set_aside=num_set_aside,
        num_deaths=num_deaths,
        publishing_share=publishing_s / cluster.now_s,
        busy_share=cluster.busy_s / cluster.now_s / circumstances.num_workers,
        most_handed_over=cluster.most_handed_over,
        most_waiting=cluster.most_waiting,
    )


def print_table(num_tokens: int, publish_s: float) -> None:
    """Print a row for each number of workers, in Markdown."""
    print(f"{num_tokens:,} tokens of 60 s, {1000 * publish_s:g} ms to check and publish one")
    print("| workers | hours | workers busy | publishing | handed over | results waiting | deaths | set aside |")
    print("|---|---|---|---|---|---|---|---|")
    for num_workers in (100, 300, 1000, 3000, 10_000):
        result = simulate(num_tokens, Circumstances(num_workers=num_workers, publish_s=publish_s))
        row = (
            f"{num_workers:,}",
            f"{result.hours:.1f}",
            f"{100 * result.busy_share:.0f} %",
            f"{100 * result.publishing_share:.0f} %",
            f"{result.most_handed_over:,}",
            f"{result.most_waiting:,}",
            f"{result.num_deaths:,}",
            f"{result.num_set_aside:,}",
        )
        print(f"| {' | '.join(row)} |")
    print(f"largest process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, {sys.version.split()[0]}")


if __name__ == "__main__":
    print_table(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, float(sys.argv[2]) if len(sys.argv) > 2 else 0.05)
