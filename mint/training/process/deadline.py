"""Haste: an end that does not wait for what takes longer than people do."""

import threading
from collections.abc import Callable
from typing import Final

# Of the ten seconds in which a stopped training has ended, those that the last export may take; the rest is for the step, the save
# and the end of the process.
EXPORT_WITHIN_S: Final = 7.0


def finish_within(work: Callable[[], None], seconds: float | None) -> bool:
    """Do something and return whether it was done in so many seconds (None: however long it takes).

    What is not done by then goes on in a thread that ends with the process. What it raises in time is raised here.
    """
    if seconds is None:
        work()
        return True
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="last work", daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    if errors:
        raise errors[0]
    return not thread.is_alive()
