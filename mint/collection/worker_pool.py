"""Processes that do tasks, one for each core; results come in the order of the tasks."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from mint.errors import CollectionError

# So many tasks for each process wait, so that none is idle and few results wait for their turn.
_TASKS_AHEAD = 3
# To start processes takes a second, in which one process draws some fifty tokens.
_MIN_TASKS = 64

Task = TypeVar("Task")
Result = TypeVar("Result")


def num_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def worker_pool(num_workers: int) -> Iterator["WorkerPool"]:
    """Open a pool of processes. They start when they are needed, and end with this process, however it ends."""
    pool = ProcessPoolExecutor(num_workers, multiprocessing.get_context("spawn"), initializer=_prepare_worker)
    try:
        yield WorkerPool(pool, num_workers)
    finally:
        pool.shutdown(cancel_futures=True)


class WorkerPool:
    """Processes that do tasks."""

    def __init__(self, pool: ProcessPoolExecutor, num_workers: int) -> None:
        self._pool, self._num_workers = pool, num_workers

    def ordered_map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield the results of a function for each task, in order.

        An error in a process is raised here. Raises CollectionError where a process was killed.
        """
        rest = iter(tasks)
        waiting: deque[Future[Result]] = deque()
        try:
            waiting.extend(self._pool.submit(function, task) for task in islice(rest, self._num_workers * _TASKS_AHEAD))
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(self._pool.submit(function, task) for task in islice(rest, 1))
                yield result
        except BrokenProcessPool as error:
            raise CollectionError(
                "a process that draws tokens was killed, perhaps for lack of memory; run the same command again, which goes on"
            ) from error


def map_over_cores(function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    """Yield the results of a function for each task, in order, from a process for each core; few tasks are done in this process."""
    if len(tasks) < _MIN_TASKS or num_cores() == 1:
        yield from map(function, tasks)
        return
    with worker_pool(num_cores()) as pool:
        yield from pool.ordered_map(function, tasks)


def _prepare_worker() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
