"""Run a function for many tokens on all cores."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

# Starting processes costs a second, in which one process draws some fifty tokens.
MIN_JOBS: Final = 64
_CHUNK: Final = 8


def num_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_over_cores(function: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
    """Yield the results of a function in the order of its jobs, which must be picklable; few jobs run in this process."""
    workers = num_cores()
    if len(jobs) < MIN_JOBS or workers == 1:
        yield from map(function, jobs)
        return
    executor = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield from executor.map(function, jobs, chunksize=_CHUNK)
    finally:
        executor.shutdown(cancel_futures=True)
