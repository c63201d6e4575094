"""A long training with a page and exports: its memory and its open files do not grow.

``PIXELMINT_MINUTES=20 pytest -m slow -s tests/browser/test_long_run.py`` trains for twenty minutes, and prints the figures.
"""

import os
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from urllib.request import Request, urlopen

import pytest

from tests.browser.bare_page import BarePage, connect_page, log_in
from tests.browser.training_process import TrainingProcess, resident_memory

EXPORT_INTERVAL_S = 15.0
MEASURE_INTERVAL_S = 1.0
MIB = 1024 * 1024

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory and open files are read from Linux's /proc"),
]


def test_memory_and_open_files_do_not_grow(tmp_path: Path) -> None:
    seconds = 60 * float(os.environ.get("PIXELMINT_MINUTES", "20"))
    training = TrainingProcess(tmp_path, "a long day", threads="")
    measured: dict[str, list[tuple[int, int]]] = {"server": [], "trainer": []}
    num_exports = 0
    try:
        with ExitStack() as stack:
            cookie = log_in(training.url)
            page = BarePage(connect_page(training, cookie, stack))
            assert page.has_tiles.wait(60)
            began = exported = time.monotonic()
            while (now := time.monotonic()) - began < seconds:
                trainer = training.trainer
                assert trainer is not None
                for name, process in (("server", training.process.pid), ("trainer", trainer)):
                    measured[name].append((resident_memory(process), len(os.listdir(f"/proc/{process}/fd"))))
                if now - exported >= EXPORT_INTERVAL_S:
                    exported = now
                    with urlopen(Request(f"{training.base}export.zip", headers={"Cookie": cookie})) as response:
                        assert response.read().startswith(b"PK")
                    num_exports += 1
                time.sleep(MEASURE_INTERVAL_S)
    finally:
        training.end()
    print(f"\n{page.tiles} tiles shown, {num_exports} exports")
    for name, states in measured.items():
        # The first quarter loads, traces and fills caches.
        quarter = len(states) // 4
        early, late = states[quarter : 2 * quarter], states[-quarter:]
        first, last = (median(memory for memory, _ in part) / MIB for part in (early, late))
        files = [max(files for _, files in part) for part in (early, late)]
        print(f"{name}: memory {first:.1f} MiB, then {last:.1f} MiB; open files {files[0]}, then {files[1]}")
        assert last < 1.05 * first, name
        assert files[1] <= files[0], name
