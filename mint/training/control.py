"""What others may request of a running training: pause, resume, stop."""

import threading
import time


class Control:
    """Requests that the loop polls between two steps. Safe from any thread and from a signal handler."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self.stop_requested_s: float | None = None  # when a stop was first requested, by time.monotonic

    @property
    def stopping(self) -> bool:
        """Whether a stop was requested."""
        return self._stopping.is_set()

    @property
    def paused(self) -> bool:
        """Whether a pause was requested."""
        return not self._running.is_set()

    def stop(self) -> None:
        """Request that the loop finishes its step and ends."""
        if self.stop_requested_s is None:
            self.stop_requested_s = time.monotonic()
        self._stopping.set()
        self._running.set()

    def pause(self) -> None:
        """Request that the loop pauses after its step."""
        self._running.clear()

    def resume(self) -> None:
        """Let the loop continue."""
        self._running.set()

    def wait_while_paused(self) -> None:
        """Return at once while running, else when training is resumed or stopped."""
        self._running.wait()
