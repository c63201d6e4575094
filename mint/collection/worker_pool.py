"""Do tasks in processes of their own, one for each core, and yield the results in the order of the tasks."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
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


def ordered_map(function: Callable[[Task], Result], tasks: Iterable[Task], num_workers: int) -> Iterator[Result]:
    """Yield the results of a function for each task, in order, from ``num_workers`` processes.

    An error in a process is raised here. Raises CollectionError where a process was killed. The processes end with this one,
    however it ends.
    """
    rest = iter(tasks)
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(num_workers, context, initializer=_prepare_worker)
    waiting: deque[Future[Result]] = deque()
    try:
        waiting.extend(pool.submit(function, task) for task in islice(rest, num_workers * _TASKS_AHEAD))
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(pool.submit(function, task) for task in islice(rest, 1))
            yield result
    except BrokenProcessPool as error:
        raise CollectionError(
            "a process that draws tokens was killed, perhaps for lack of memory; run the same command again, which goes on"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def map_over_cores(function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    """Yield the results of a function for each task, in order, from a process for each core; few tasks are done in this process."""
    if len(tasks) < _MIN_TASKS or num_cores() == 1:
        return map(function, tasks)
    return ordered_map(function, tasks, num_cores())


def _prepare_worker() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
