"""What others may ask of a running training: go on, pause, stop."""

import threading
import time


class Control:
    """The wishes of the outside, polled by the loop between two steps. Safe from any thread and from a signal handler."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self.stopped_s: float | None = None  # when a stop was asked for first, by time.monotonic

    @property
    def stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self._stopping.is_set()

    @property
    def paused(self) -> bool:
        """Whether training is to rest."""
        return not self._running.is_set()

    def stop(self) -> None:
        """Ask the loop to finish its step, and end."""
        if self.stopped_s is None:
            self.stopped_s = time.monotonic()
        self._stopping.set()
        self._running.set()

    def pause(self) -> None:
        """Ask the loop to rest after its step."""
        self._running.clear()

    def resume(self) -> None:
        """Let the loop go on."""
        self._running.set()

    def wait_while_paused(self) -> None:
        """Return at once while running, else when training goes on or stops."""
        self._running.wait()
