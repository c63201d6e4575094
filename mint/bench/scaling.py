"""A training of many or large sprites, as a worker: ``python -m mint.bench.scaling NUMBER SIDE DEVICE``."""

import sys
import time

from mint.bench.worker_process import Result, serve
from mint.training.speed.memory import keep_freed_memory
from mint.training.speed.threads import let_idle_threads_sleep

NUM_COLORS = 16
WARM_UP_STEPS = 12  # enough to find the number of threads


class ScalingWorker:
    """A training of random sprites; ``run`` is its command."""

    def __init__(self, num_sprites: int, side: int, device: str) -> None:
        import tempfile
        from pathlib import Path

        import numpy as np

        from mint.recipes.vaegan import VaeGan
        from mint.training.session import Session
        from mint.training.speed.device import choose_device
        from mint.training.sprites import TrainingSprites

        coarse = np.random.default_rng(1).integers(0, NUM_COLORS, (num_sprites, side // 4, side // 4), np.uint8)
        pixels = coarse.repeat(4, 1).repeat(4, 2)
        self._folder = tempfile.TemporaryDirectory(prefix="pixelmint-bench-")
        sprites = TrainingSprites(pixels=pixels, num_colors=NUM_COLORS)
        self._session = Session(Path(self._folder.name), sprites, VaeGan(), choose_device(device), 1)
        self._session.tune(None)

    def run(self, seconds: float) -> Result:
        """Train as ``mint train`` does, when every schedule has begun, and measure for a number of seconds."""
        import torch

        from mint.bench.benchmark_worker import IMAGES_SEEN, peak_memory_mb
        from mint.training.control import Control
        from mint.training.loop import Limits
        from mint.training.progress import Progress
        from mint.training.session import TrainingCallbacks

        def exit_with(message: str) -> None:
            raise SystemExit(message)

        callbacks = TrainingCallbacks(
            on_stats=lambda _: None, on_step=lambda _: None, on_snapshot=lambda *_: None, on_trouble=exit_with
        )
        self._session.position = Progress(images=IMAGES_SEEN)
        self._session.run(Limits(steps=WARM_UP_STEPS), Control(), callbacks)
        first, started = self._session.position.step, time.perf_counter()
        self._session.run(Limits(seconds=seconds), Control(), callbacks)
        elapsed = time.perf_counter() - started
        result: Result = {
            "steps_per_second": (self._session.position.step - first) / elapsed,
            "memory_mb": peak_memory_mb(),
        }
        if self._session.device.type == "cuda":
            result["gpu_memory_mb"] = torch.cuda.max_memory_allocated() / 2**20
        return result


def main() -> None:
    """Run the worker that the command line names."""
    num_sprites, side, device = sys.argv[1:]
    let_idle_threads_sleep()
    keep_freed_memory()
    serve(lambda: ScalingWorker(int(num_sprites), int(side), device))


if __name__ == "__main__":
    main()
