"""How busy the processor is that trains: the GPU, or the CPU where there is none."""

import os
import time
from collections import deque
from typing import Final

from mint.live.gpu import gpu_utilization


class ProcessorUsage:
    """The last measurements, in percent, oldest first: ``gpu`` of the GPU, or ``cpu``, the share of all cores."""

    def __init__(self, gpu: str, max_values: int) -> None:
        """Measure the GPU of this UUID; "" is none. Of each processor at most ``max_values`` are kept."""
        self.gpu: Final[deque[float]] = deque(maxlen=max_values)
        self.cpu: Final[deque[float]] = deque(maxlen=max_values)
        self._gpu_utilization = gpu_utilization(gpu) if gpu else lambda: None
        self._before: tuple[float, float] | None = None  # seconds of all threads, and when that was

    def measure(self, cpu_seconds: float) -> None:
        """Add a measurement. ``cpu_seconds`` is what all threads of the training have taken since it began.

        Where a GPU tells nothing, the CPU is measured, from the second time on.
        """
        now = time.monotonic()
        if (utilization := self._gpu_utilization()) is not None:
            self.gpu.append(utilization)
        elif self._before is not None:
            seconds_before, before = self._before
            share = (cpu_seconds - seconds_before) / (now - before) / (os.cpu_count() or 1)
            self.cpu.append(100 * min(1.0, max(0.0, share)))
        self._before = cpu_seconds, now
