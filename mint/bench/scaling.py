"""A training of many or large sprites: ``python -m mint.bench.scaling NUMBER SIDE DEVICE`` answers orders as a contestant does."""

import json
import sys
import time
from typing import Any

from mint.training.speed.memory import keep_freed_memory
from mint.training.speed.threads import let_idle_threads_sleep

NUM_COLORS = 16
WARM_UP_STEPS = 12  # in which the number of threads is found


class ScalingWorker:
    """A training of random sprites."""

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

    def run(self, seconds: float) -> dict[str, Any]:
        """Train as ``mint train`` does, past the beginning of every schedule, and then for so long."""
        import torch

        from mint.bench.benchmark_worker import IMAGES_SEEN, peak_memory_mb
        from mint.training.control import Control
        from mint.training.loop import Limits
        from mint.training.progress import Progress
        from mint.training.session import TrainingCallbacks

        def fail(sentence: str) -> None:
            raise SystemExit(sentence)

        follower = TrainingCallbacks(on_stats=lambda _: None, on_step=lambda _: None, on_snapshot=lambda *_: None, on_trouble=fail)
        self._session.position = Progress(images=IMAGES_SEEN)
        self._session.run(Limits(steps=WARM_UP_STEPS), Control(), follower)
        before, started = self._session.position.step, time.perf_counter()
        self._session.run(Limits(seconds=seconds), Control(), follower)
        spent = time.perf_counter() - started
        answer: dict[str, Any] = {
            "steps_per_second": (self._session.position.step - before) / spent,
            "memory_mb": peak_memory_mb(),
        }
        if self._session.device.type == "cuda":
            answer["gpu_memory_mb"] = torch.cuda.max_memory_allocated() / 2**20
        return answer


def main() -> None:
    """Serve the orders on standard input."""
    num_sprites, side, device = sys.argv[1:]
    let_idle_threads_sleep()
    keep_freed_memory()
    growth = ScalingWorker(int(num_sprites), int(side), device)
    print("{}", flush=True)
    for line in sys.stdin:
        order, arguments = json.loads(line)
        print(json.dumps(getattr(growth, order)(**arguments)), flush=True)


if __name__ == "__main__":
    main()
