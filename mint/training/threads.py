"""Threads: how torch's own behave beside other work."""

import os


def let_idle_threads_sleep() -> None:
    """Let threads that wait for others sleep; call it before torch is loaded, later it has no effect.

    By default they spin (OpenMP's OMP_WAIT_POLICY=ACTIVE), so that one busy core stops all of them: beside two busy processes on
    two cores, two spinning threads made 4.9 steps/s and two sleeping ones 10.2. What the user has set is left as it is.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def fixed_threads() -> int | None:
    """Return the number of threads that the user has fixed by OMP_NUM_THREADS, if that is so."""
    text = os.environ.get("OMP_NUM_THREADS", "")
    return int(text) if text.isdecimal() and int(text) > 0 else None
