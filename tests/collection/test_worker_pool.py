"""Processes that do tasks: in order, with their errors, and without those that were killed."""

import os
import signal
import time

import pytest

from mint.collection.worker_pool import num_cores, worker_pool
from mint.errors import CollectionError


def square(number: int) -> int:
    time.sleep(0.02 * (number % 3))  # later tasks end earlier
    return number * number


def fail(number: int) -> int:
    raise ValueError(f"{number} is wrong")


def end(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_results_come_in_the_order_of_the_tasks() -> None:
    with worker_pool(2) as pool:
        assert list(pool.ordered_map(square, range(20))) == [number * number for number in range(20)]
        assert list(pool.ordered_map(square, [])) == []


def test_errors_are_raised_here() -> None:
    with worker_pool(1) as pool:
        with pytest.raises(ValueError, match="7 is wrong"):
            list(pool.ordered_map(fail, [7]))
        with pytest.raises(CollectionError, match=r"a process that draws tokens was killed.*run the same command again"):
            list(pool.ordered_map(end, [1]))


def test_there_are_cores() -> None:
    assert 1 <= num_cores() <= (os.cpu_count() or 1)
