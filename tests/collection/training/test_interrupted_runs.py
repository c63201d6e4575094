"""Trainings that are stopped or killed go on where they were: nothing is lost, trained twice or half-written.

``pytest -m slow tests/collection/training/test_interrupted_runs.py`` kills 20 times.
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
from tests.collection.training.small_collection import OPTIONS, write_small_collection
from viewer.exported.folder import read_export

STEPS = 3


@pytest.mark.integration
def test_ctrl_c_saves_and_the_same_command_goes_on(tmp_path: Path) -> None:
    collection = write_small_collection(tmp_path / "small", 2)
    driver = start(collection.path, steps=1_000_000)
    checkpoints = collection.path / "training" / "tokens"
    while not list(checkpoints.rglob("config.json")):
        assert driver.poll() is None, driver.communicate()
        time.sleep(0.1)
    driver.send_signal(signal.SIGINT)
    output, messages = driver.communicate(timeout=60)
    assert (driver.returncode, output) == (0, f"{collection.path}\n"), messages
    assert messages.endswith("0 of 2 trained\nstopped; run the same command again to go on\n")
    saved = sorted(path.name for path in checkpoints.rglob("step-*"))
    assert saved
    assert not list(collection.path.rglob("*.tmp"))


def start(folder: Path, *, steps: int = STEPS) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mint", "collection", "train", str(folder), "--steps", str(steps), "--workers", "2", *OPTIONS]
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
        if (folder / "models").exists():
            origin = read_export(folder).manifest.origin
            assert (origin.token.hash, origin.step) == (token.hash, STEPS)
            status = (folder / "models" / "manifest.json").stat()
            assert seen.setdefault(folder, (status.st_ino, status.st_mtime_ns)) == (status.st_ino, status.st_mtime_ns)
        else:
            assert folder not in seen


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it finds the workers in /proc")
@pytest.mark.parametrize(
    ("num_kills", "num_tokens"), [pytest.param(3, 6, marks=pytest.mark.integration), pytest.param(20, 26, marks=pytest.mark.slow)]
)
def test_a_run_survives_the_death_of_workers_and_drivers(tmp_path: Path, num_kills: int, num_tokens: int) -> None:
    collection = write_small_collection(tmp_path / "small", num_tokens)
    chance = random.Random(num_kills)
    seen: dict[Path, tuple[int, int]] = {}
    driver = start(collection.path)
    num_killed = {"worker": 0, "driver": 0}
    while sum(num_killed.values()) < num_kills and len(seen) < num_tokens:
        # Any moment: now and then while workers start, else soon after a token was published, when others train or export.
        if chance.random() < 0.8:
            num_seen = len(seen)
            while len(seen) == num_seen:
                assert driver.poll() in (None, 0), driver.communicate()
                check_exports(collection, seen)
                time.sleep(0.02)
        time.sleep(chance.uniform(0, 1))
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
