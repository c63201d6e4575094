"""The deadline of a stopped training: the last export may take a while, but the end does not wait for it for ever."""

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Final, NoReturn

# Of the ten seconds within which a stopped training ends, those in which the last export has to be done; the rest is for the step,
# the save and the end of the process.
EXPORT_WITHIN_S: Final = 7.0


def export_before_deadline(export: Callable[[], None], stop_requested_s: float | None) -> bool:
    """Export the last state of a training, and return whether that was done in time.

    ``stop_requested_s`` is when its stop was requested, by time.monotonic; None, where it ended by itself, sets no deadline. An
    export that is late goes on in a thread: end the process with ``exit_process`` then. Raises what the export raises in time.
    """
    return _finish_within(export, None if stop_requested_s is None else stop_requested_s + EXPORT_WITHIN_S - time.monotonic())


def exit_process() -> NoReturn:
    """End the process at once, with exit code 0.

    An export that is still computed in a thread would abort an interpreter that ends as usual.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _finish_within(work: Callable[[], None], seconds: float | None) -> bool:
    if seconds is None:
        work()
        return True
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="last export", daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    if errors:
        raise errors[0]
    return not thread.is_alive()
