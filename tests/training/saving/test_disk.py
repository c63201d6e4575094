"""A disk that fails while a training runs: told at once, training goes on, and saved when it can be."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mint import atomic_write
from mint.errors import CheckpointError
from mint.training import recorder
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.progress import Progress
from mint.training.saving.checkpoint import load_newest
from mint.training.saving.disk import trouble_with
from tests.training.tiny import Diary, open_session

REPOSITORY = Path(__file__).parents[3]


def run(folder: Path, steps: int, when: Callable[[Diary], None]) -> Diary:
    """Train a while, saving and looking at the disk after each step, and call ``when`` after each."""
    session, diary = open_session(folder), Diary()
    note = diary.on_step

    def on_step(position: Progress) -> None:
        note(position)
        when(diary)

    diary.on_step = on_step  # type: ignore[method-assign]
    session.run(Limits(steps=steps), Control(), diary.follower(checkpoint_interval_s=0))
    return diary


@pytest.fixture(autouse=True)
def attentive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "WATCH_INTERVAL_S", 0)


@pytest.mark.parametrize("call", ["fsync", "rename", "write"])
def test_a_call_that_fails_once_is_told_and_made_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    original: Callable[..., object] = getattr(os, call) if call != "write" else Path.write_bytes
    kept: list[tuple[int, list[str]]] = []

    def fail(*_: object, **__: object) -> object:
        monkeypatch.setattr(*target, original)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    target = (Path, "write_bytes") if call == "write" else (os, call)
    if call == "rename":
        monkeypatch.setattr(atomic_write, "put_in_place", lambda new, path: new.rename(path))

    def when(diary: Diary) -> None:
        if diary.steps[-1] == 2:
            monkeypatch.setattr(*target, fail)
        if diary.steps[-1] == 3:
            found, skipped = load_newest(tmp_path / "checkpoints")
            assert found is not None
            kept.append((found.position.step, skipped))
            assert not list(tmp_path.rglob("*.tmp"))

    diary = run(tmp_path, 5, when)
    assert diary.steps == [1, 2, 3, 4, 5]
    assert kept == [(2, [])]
    assert diary.troubles == [
        f"step 3 could not be saved in {tmp_path / 'checkpoints'}: No space left on device; "
        "training goes on, and it is tried again",
        "step 4 is saved: the disk can be written again",
    ]


def test_a_folder_that_is_deleted_is_told_and_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "token" / "training"

    def when(diary: Diary) -> None:
        if diary.steps[-1] == 3:
            shutil.rmtree(folder.parent)

    diary = run(folder, 6, when)
    assert diary.troubles[0].startswith(f"nothing can be saved: {folder / 'checkpoints'} is gone")
    assert diary.troubles[1].endswith("is saved: the disk can be written again")
    assert len(diary.troubles) == 2
    assert open_session(folder).position.step == 6


def test_a_disk_that_stays_broken_is_never_called_saved(tmp_path: Path) -> None:
    def when(diary: Diary) -> None:
        if diary.steps[-1] == 3:
            shutil.rmtree(tmp_path / "checkpoints")
            (tmp_path / "checkpoints").write_text("a file where the folder should be")

    with pytest.raises(CheckpointError, match="step 6 could not be saved"):
        run(tmp_path, 6, when)


# As whoever may not write: rights do not bind root, who becomes nobody once all modules are loaded.
_READ_ONLY = """
import os, sys
from pathlib import Path
import torch._dynamo
from tests.training.saving.test_disk import recorder, run
recorder.WATCH_INTERVAL_S = 0
folder = Path(sys.argv[1])
os.chmod(folder, 0o777)
if os.geteuid() == 0:
    try:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    except OSError:
        raise SystemExit(77)
def when(diary):
    if diary.steps[-1] in (3, 6):
        os.chmod(folder / "training/checkpoints", 0o555 if diary.steps[-1] == 3 else 0o755)
diary = run(folder / "training", 8, when)
print(*diary.troubles, sep="\\n")
"""


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX's")
def test_rights_that_are_taken_are_told_and_saved_when_they_are_back(tmp_path: Path) -> None:
    for parent in tmp_path.parents[:3]:
        if parent.stat().st_uid == os.getuid() and parent != Path("/tmp"):
            parent.chmod(0o755)
    tmp_path.chmod(0o777)
    code = _READ_ONLY
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("root cannot become nobody here")
    assert done.returncode == 0, done.stderr
    told, well = done.stdout.splitlines()
    assert told.startswith(
        f"nothing can be saved: {tmp_path / 'training' / 'checkpoints'} may not be written any more; training goes"
    )
    assert well == "step 7 is saved: the disk can be written again"
    assert open_session(tmp_path / "training").position.step == 8


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a file system of 2 MB."""
    place = tmp_path / "small"
    place.mkdir()
    if (
        os.name != "posix"
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, check=False).returncode
    ):
        pytest.skip("no file system can be mounted here; root may, in a container with CAP_SYS_ADMIN")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_disk_of_two_megabytes_fills_and_is_freed(small_disk: Path) -> None:
    ballast, folder = small_disk / "ballast", small_disk / "training"
    kept: list[int] = []

    def when(diary: Diary) -> None:
        if diary.steps[-1] == 3:
            with pytest.raises(OSError, match="No space"):
                fill(ballast)
        if diary.steps[-1] == 6:
            found, skipped = load_newest(folder / "checkpoints")
            assert found is not None
            assert skipped == []
            kept.append(found.position.step)
            assert not list(small_disk.rglob("*.tmp"))
            ballast.unlink()

    diary = run(folder, 8, when)
    assert kept == [3]
    assert "is full: " in diary.troubles[0] or "No space left on device" in diary.troubles[0]
    assert diary.troubles[-1] == "step 7 is saved: the disk can be written again"


_LIMITED = """
import resource, signal, sys
from pathlib import Path
from tests.training.saving.test_disk import run
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def when(diary):
    if diary.steps[-1] in (2, 4):
        limit = 1500 if diary.steps[-1] == 2 else resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
diary = run(Path(sys.argv[1]), 6, when)
print(*diary.troubles, sep="\\n")
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX can limit the size of files")
def test_a_disk_without_room_is_told_and_saved_when_there_is_room(tmp_path: Path) -> None:
    code = _LIMITED
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told, well = done.stdout.splitlines()
    assert "step 3 could not be saved" in told
    assert "File too large" in told
    assert well == "step 5 is saved: the disk can be written again"
    assert not list(tmp_path.rglob("*.tmp"))


def test_what_stands_against_writing(tmp_path: Path) -> None:
    assert trouble_with(tmp_path, 1) is None
    assert trouble_with(tmp_path / "gone", 1) == f"{tmp_path / 'gone'} is gone"
    full = trouble_with(tmp_path, 1 << 60)
    assert full is not None
    assert "is full: " in full
