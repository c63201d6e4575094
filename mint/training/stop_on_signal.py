"""Stop a training by Ctrl-C, or because its terminal was closed."""

import signal
import threading
from collections.abc import Callable
from types import FrameType

from mint.training.control import Control


class StopOnSignal:
    """A context in which the first SIGINT, SIGTERM or SIGHUP requests a stop of the training, the second raises KeyboardInterrupt.

    Only the main thread can handle signals; in another one it changes nothing.
    """

    def __init__(self, control: Control) -> None:
        self._control = control
        self._before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}

    def __enter__(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        for number in [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]:
            self._before[number] = signal.signal(number, self._stop)

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self._control.stopping:
            raise KeyboardInterrupt
        self._control.stop()
