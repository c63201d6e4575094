"""Time and memory of imports of many or large pictures: ``python -m tests.art.import_benchmark [KIND...]`` prints JSON."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

NUM_SPRITES, SIDE, NUM_COLORS = 10_000, 24, 222
NUM_PICTURES, PICTURE_PX = 500, 1000
REPOSITORY = Path(__file__).parents[2]


def _write_sprites(folder: Path) -> None:
    """Write 10,000 sprites as RGBA files."""
    for number, rgba in enumerate(_random_sprites(NUM_SPRITES, SIDE)):
        rgba.save(folder / f"{number:05}.png")


def _write_pictures(folder: Path, side: int, suffix: str, **options: Any) -> None:
    """Write 500 sprites, each enlarged to a picture of 1000 x 1000."""
    for number, rgba in enumerate(_random_sprites(NUM_PICTURES, side)):
        enlarged = rgba.resize((PICTURE_PX, PICTURE_PX), Image.Resampling.NEAREST)
        (enlarged.convert("RGB") if suffix == "jpg" else enlarged).save(folder / f"{number:05}.{suffix}", **options)


def _random_sprites(count: int, side: int) -> list[Image.Image]:
    """Return random rectangles and specks in random colours of one palette, as RGBA."""
    random = np.random.default_rng(1)
    palette = np.concatenate([random.integers(0, 256, (NUM_COLORS, 3)), np.full((NUM_COLORS, 1), 255)], 1).astype(np.uint8)
    palette[0] = 0
    sprites = []
    for _ in range(count):
        pixels = np.zeros((side, side), np.intp)
        for _ in range(6):
            y, x, height, width = random.integers(1, side * 2 // 3, 4)
            pixels[y : y + height, x : x + width] = random.integers(NUM_COLORS)
        specks = side * side // 64
        pixels[random.integers(side, size=specks), random.integers(side, size=specks)] = random.integers(NUM_COLORS, size=specks)
        sprites.append(Image.fromarray(palette[pixels]))
    return sprites


WRITERS: Final[dict[str, Callable[[Path], None]]] = {
    "sprites": _write_sprites,
    "pictures": lambda folder: _write_pictures(folder, 25, "png"),
    "uneven-pictures": lambda folder: _write_pictures(folder, 48, "png"),
    "jpeg-pictures": lambda folder: _write_pictures(folder, 50, "jpg", quality=85),
}


def measure(folder: Path) -> dict[str, float]:
    """Import the pictures in ``folder``/art in a separate process and return its time and memory."""
    command = [sys.executable, "-c", "from mint.cli import main; main()", "import", "art", "--name", "many", "--colors", "256"]
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return {
        "seconds": round(seconds, 2),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 2),
        "megabytes": round(used.ru_maxrss / 1000, 1),  # KiB on Linux
    }


def run(kind: str) -> dict[str, float]:
    """Write pictures of a kind, import them, and return the measurements."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "art").mkdir()
        WRITERS[kind](folder / "art")
        return measure(folder)


if __name__ == "__main__":
    for chosen in sys.argv[1:] or WRITERS:
        print(json.dumps({"kind": chosen, **run(chosen)}))
