"""Collections trained on a Ray cluster of which a machine and the driver are killed, and clusters that are not there.

``pytest -m cluster`` runs those that start a cluster, and ``-m 'cluster and slow'`` the larger one.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mint.cli import main
from mint.collection.folder import CollectionFolder
from tests.collection.training.small_collection import OPTIONS, write_small_collection
from tests.collection.training.test_interrupted_runs import STEPS, check_exports

MODULE = "tests.collection.training.cluster_process"


@contextmanager
def ray_cluster() -> Iterator[subprocess.Popen[str]]:
    """Run a cluster; its first line is the address."""
    pipe = subprocess.PIPE
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0"}
    with subprocess.Popen([sys.executable, "-m", MODULE], stdin=pipe, stdout=pipe, text=True, env=environment) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()


def start(folder: Path, address: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "mint",
        "collection",
        "train",
        str(folder),
        "--steps",
        str(STEPS),
        "--cluster",
        address,
        *OPTIONS,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_trained(
    collection: CollectionFolder, count: int, seen: dict[Path, tuple[int, int]], driver: subprocess.Popen[str]
) -> None:
    """Wait until this many tokens are trained."""
    while len(seen) < count:
        assert driver.poll() is None, driver.communicate()
        time.sleep(0.1)
        check_exports(collection, seen)


@pytest.mark.cluster
@pytest.mark.parametrize("num_tokens", [9, pytest.param(60, marks=pytest.mark.slow)])
def test_a_machine_is_killed_and_then_the_driver_and_nothing_is_lost(tmp_path: Path, num_tokens: int) -> None:
    collection = write_small_collection(tmp_path / "small", num_tokens)
    seen: dict[Path, tuple[int, int]] = {}
    with ray_cluster() as cluster:
        assert cluster.stdin is not None
        assert cluster.stdout is not None
        address = cluster.stdout.readline().strip()
        driver = start(collection.path, address)
        wait_for_trained(collection, num_tokens // 5, seen, driver)
        cluster.stdin.write("end one\n")
        cluster.stdin.flush()
        assert cluster.stdout.readline() == "2 left\n"
        wait_for_trained(collection, num_tokens // 2, seen, driver)
        driver.kill()
        driver.communicate()
        assert num_tokens // 2 <= len(seen) < num_tokens
        driver = start(collection.path, address)
        output, messages = driver.communicate()
    print(messages)
    assert (driver.returncode, output) == (0, f"{collection.path}\n"), messages
    check_exports(collection, seen)
    assert len(seen) == num_tokens
    assert not list(collection.path.rglob("*.tmp"))
    assert sorted(path.name for path in (collection.path / "training").iterdir()) == ["lock"]


def test_without_ray_one_sentence_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    collection = write_small_collection(tmp_path / "small", 1)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SystemExit) as end:
        main(["collection", "train", str(collection.path), "--cluster"])
    error = "Error: --cluster needs Ray, which is not installed; install it with: pip install 'pixelmint[cluster]'\n"
    assert (end.value.code, capsys.readouterr()) == (1, ("", error))


def test_a_cluster_that_is_not_there_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ray", reason="the extra cluster is not installed")
    collection = write_small_collection(tmp_path / "small", 1)
    with pytest.raises(SystemExit) as end:
        main(["collection", "train", str(collection.path), "--cluster", "127.0.0.1:1"])
    error = (
        "Error: no Ray cluster answers at 127.0.0.1:1: Connection refused; "
        "start one with: ray start --head, or give the address of one\n"
    )
    assert (end.value.code, capsys.readouterr()) == (1, ("", error))
    assert not (collection.path / "tokens" / "1" / "models").exists()
