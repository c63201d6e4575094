"""How much longer a collection takes than its trainings alone.

``pytest -s -m slow tests/collection/training/test_training_speed.py`` trains 100 tokens for 10 s each with two workers, and prints
the ratio. PIXELMINT_TOKENS and PIXELMINT_SECONDS change both numbers. Graphs are traced anew, once for each number of colours.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.collection.training.small_collection import write_small_collection

WORKERS = 2


@pytest.mark.slow
def test_a_collection_takes_little_longer_than_its_trainings(tmp_path: Path) -> None:
    num_tokens = int(os.environ.get("PIXELMINT_TOKENS", "100"))
    seconds = float(os.environ.get("PIXELMINT_SECONDS", "10"))
    collection = write_small_collection(tmp_path / "small", num_tokens, any_palette=True)
    command = [sys.executable, "-m", "mint", "collection", "train", str(collection.path), "--workers", str(WORKERS)]
    load = os.getloadavg()
    started = time.perf_counter()
    done = subprocess.run([*command, "--seconds", str(seconds)], capture_output=True, text=True, check=False)
    took = time.perf_counter() - started
    assert done.returncode == 0, done.stderr
    ideal = num_tokens * seconds / WORKERS
    print(f"{num_tokens} tokens of {seconds:g} s, {WORKERS} workers: {took:.0f} s, {took / ideal:.2f} x {ideal:g} s; load:")
    print(*load, *os.getloadavg())
    print(done.stderr.splitlines()[-1])
    assert f"{num_tokens} of {num_tokens} trained" in done.stderr
