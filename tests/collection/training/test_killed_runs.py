"""Runs of which workers and drivers are killed at any moment: nothing is lost, trained twice or half-written.

``pytest -m slow tests/collection/training/test_killed_runs.py`` kills 20 times.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mint.collection.folder import CollectionFolder, read_collection
from mint.collection.training.publication import is_trained
from tests.collection.training.small_collection import OPTIONS, write_small_collection
from viewer.exported.folder import read_export

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it finds the workers in /proc")

STEPS = 3


def start(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mint", "collection", "train", str(folder), "--steps", str(STEPS), "--workers", "2", *OPTIONS]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def workers_of(driver: int) -> list[int]:
    """Return the processes that a driver has spawned."""
    try:
        children = [int(pid) for pid in Path(f"/proc/{driver}/task/{driver}/children").read_text().split()]
    except OSError:
        return []
    return [pid for pid in children if b"spawn_main" in command_of(pid)]


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def check_exports(collection: CollectionFolder, seen: dict[Path, tuple[int, int]]) -> None:
    """Check that what is there is whole, and the same as when it was first seen."""
    for token in collection.collection.tokens:
        folder = collection.token_path(token.number)
        if is_trained(folder):
            origin = read_export(folder).manifest.origin
            assert (origin.token.hash, origin.step) == (token.hash, STEPS)
            status = (folder / "models" / "manifest.json").stat()
            assert seen.setdefault(folder, (status.st_ino, status.st_mtime_ns)) == (status.st_ino, status.st_mtime_ns)
        else:
            assert not (folder / "models").exists()
            assert folder not in seen


@pytest.mark.parametrize(("num_kills", "num_tokens"), [(4, 8), pytest.param(20, 40, marks=pytest.mark.slow)])
def test_a_run_survives_the_death_of_workers_and_drivers(tmp_path: Path, num_kills: int, num_tokens: int) -> None:
    collection = write_small_collection(tmp_path / "small", num_tokens)
    chance = random.Random(num_kills)
    seen: dict[Path, tuple[int, int]] = {}
    driver = start(collection.path)
    num_killed = {"worker": 0, "driver": 0}
    while sum(num_killed.values()) < num_kills and len(seen) < num_tokens:
        # Any moment: while workers start, train, export, or while a result is published.
        time.sleep(chance.uniform(0.2, 4))
        check_exports(collection, seen)
        workers = workers_of(driver.pid)
        if workers and chance.random() < 0.6:
            os.kill(chance.choice(workers), signal.SIGKILL)
            num_killed["worker"] += 1
        else:
            driver.kill()
            driver.communicate()
            num_killed["driver"] += 1
            check_exports(collection, seen)
            driver = start(collection.path)
    output, messages = driver.communicate()
    print(num_killed, messages)
    assert (driver.returncode, output) == (0, f"{collection.path}\n"), messages
    check_exports(read_collection(collection.path), seen)
    assert len(seen) == num_tokens
    assert f"{num_tokens} of {num_tokens} trained" in messages
    assert not list(collection.path.rglob("*.tmp"))
    assert sorted(path.name for path in (collection.path / "training").iterdir()) == ["lock"]
