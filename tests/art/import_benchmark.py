"""Time and memory of an import of 10,000 sprites: ``python -m tests.art.import_benchmark`` prints seconds and megabytes as JSON."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

NUM_SPRITES, SIDE, NUM_COLORS = 10_000, 24, 222
REPOSITORY = Path(__file__).parents[2]


def write_sprites(folder: Path) -> None:
    """Write the sprites as RGBA files: random rectangles in random colours of one palette."""
    random = np.random.default_rng(1)
    palette = np.concatenate([random.integers(0, 256, (NUM_COLORS, 3)), np.full((NUM_COLORS, 1), 255)], 1).astype(np.uint8)
    palette[0] = 0
    for number in range(NUM_SPRITES):
        pixels = np.zeros((SIDE, SIDE), np.intp)
        for _ in range(6):
            y, x, height, width = random.integers(1, 16, 4)
            pixels[y : y + height, x : x + width] = random.integers(NUM_COLORS)
        pixels[random.integers(SIDE, size=9), random.integers(SIDE, size=9)] = random.integers(NUM_COLORS, size=9)
        Image.fromarray(palette[pixels]).save(folder / f"{number:05}.png")


def measure(folder: Path) -> dict[str, float]:
    """Import the sprites in a separate process and return its time and memory."""
    command = [sys.executable, "-c", "from mint.cli import main; main()", "import", "art", "--name", "many"]
    started = time.monotonic()
    subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": round(seconds, 2),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 2),
        "megabytes": round(used.ru_maxrss / 1000, 1),  # KiB on Linux
    }


def main() -> None:
    """Write and import the sprites, and print the measurements."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "art").mkdir()
        write_sprites(folder / "art")
        print(json.dumps(measure(folder)))


if __name__ == "__main__":
    main()
