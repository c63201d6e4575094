"""Threads: how torch's threads behave beside other processes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mint.errors import TrainingError

# The limit of --threads; with a hundred thousand torch crashes.
MAX_THREADS: Final = 1024


def let_idle_threads_sleep() -> None:
    """Let threads that wait for other threads sleep soon; call it before torch is loaded, later it has no effect.

    By default they spin for milliseconds (OpenMP's OMP_WAIT_POLICY), so that one busy core stops all of them: beside two busy
    processes on two cores, two spinning threads made 4.9 steps/s and two sleeping ones 10.2. Sleeping at once is as costly where
    nothing else runs, since a step has hundreds of short waits: two threads took 40 ms a step, and 22 ms where they spin through
    the short waits first (GOMP_SPINCOUNT, in rounds of the GNU library's loop). Values set by the user are left as they are.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
        os.environ.setdefault("GOMP_SPINCOUNT", "10000")


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute on the calling thread alone, so that work beside a training does not start threads of its own."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)  # only for the calling thread
    try:
        yield
    finally:
        torch.set_num_threads(before)


def fixed_threads() -> int | None:
    """Return the number of threads fixed with OMP_NUM_THREADS, None without one. Raises TrainingError for too many."""
    text = os.environ.get("OMP_NUM_THREADS", "")
    if not text.isdecimal() or int(text) == 0:
        return None
    if int(text) > MAX_THREADS:
        raise TrainingError(f"OMP_NUM_THREADS is {text}, more than {MAX_THREADS}; set it to fewer threads, or give --threads")
    return int(text)
