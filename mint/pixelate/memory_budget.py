"""A budget of memory that pictures in parallel share: a large picture waits until the others have left it room."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


class MemoryBudget:
    """Lets pictures in as long as their pixels fit together; one that does not fit at all is let in alone."""

    def __init__(self, pixels: int) -> None:
        self._pixels: Final = pixels
        self._used = 0
        self._changed: Final = threading.Condition()

    @contextmanager
    def reserved(self, pixels: int) -> Iterator[None]:
        """Wait until so many pixels fit beside the others, and keep them reserved while open."""
        pixels = min(pixels, self._pixels)
        with self._changed:
            self._changed.wait_for(lambda: self._used + pixels <= self._pixels)
            self._used += pixels
        try:
            yield
        finally:
            with self._changed:
                self._used -= pixels
                self._changed.notify_all()
