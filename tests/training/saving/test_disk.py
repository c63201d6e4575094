"""A disk that fails while a training runs: a warning at once, training goes on, and it is saved as soon as possible."""

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
from mint.training.progress import TrainingProgress
from mint.training.recorder import RecordingIntervals
from mint.training.saving.checkpoint import load_newest
from mint.training.saving.disk import find_write_problem
from tests.training.tiny import CallbackLog, open_session

REPOSITORY = Path(__file__).parents[3]


def run(folder: Path, steps: int, after_step: Callable[[CallbackLog], None]) -> CallbackLog:
    """Train for some steps, saving and checking the disk at each step, and call ``after_step`` after each."""

    class Log(CallbackLog):
        def on_step(self, progress: TrainingProgress) -> None:
            super().on_step(progress)
            after_step(self)

    log = Log()
    open_session(folder).run(Limits(steps=steps), Control(), log.callbacks(), RecordingIntervals(checkpoint_s=0))
    return log


@pytest.fixture(autouse=True)
def checks_at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "DISK_CHECK_INTERVAL_S", 0)


@pytest.mark.parametrize("call", ["fsync", "rename", "write_bytes"])
def test_after_a_call_that_fails_once_saving_succeeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    owner: object = Path if call == "write_bytes" else os
    original: Callable[..., object] = getattr(owner, call)
    saved_steps: list[tuple[int, list[str]]] = []

    def fail(*_: object, **__: object) -> object:
        monkeypatch.setattr(owner, call, original)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if call == "rename":
        monkeypatch.setattr(atomic_write, "replace_folder", lambda new, path: new.rename(path))

    def after_step(log: CallbackLog) -> None:
        if log.steps[-1] == 2:
            monkeypatch.setattr(owner, call, fail)
        if log.steps[-1] == 3:
            saved, skipped = load_newest(tmp_path / "checkpoints")
            assert saved is not None
            saved_steps.append((saved.progress.step, skipped))
            assert not list(tmp_path.rglob("*.tmp"))

    log = run(tmp_path, 5, after_step)
    assert log.steps == [1, 2, 3, 4, 5]
    assert saved_steps == [(2, [])]
    assert log.warnings == [
        f"step 3 could not be saved in {tmp_path / 'checkpoints'}: No space left on device; "
        "training goes on, and saving is tried again",
        "step 4 is saved: the disk is writable again",
    ]


def test_a_deleted_folder_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "token" / "training"

    def after_step(log: CallbackLog) -> None:
        if log.steps[-1] == 3:
            shutil.rmtree(folder.parent)

    log = run(folder, 6, after_step)
    assert log.warnings[0].startswith(f"nothing can be saved: {folder / 'checkpoints'} is gone")
    assert log.warnings[1].endswith("is saved: the disk is writable again")
    assert len(log.warnings) == 2
    assert open_session(folder).progress.step == 6


def test_on_a_disk_that_stays_broken_nothing_is_reported_as_saved(tmp_path: Path) -> None:
    def after_step(log: CallbackLog) -> None:
        if log.steps[-1] == 3:
            shutil.rmtree(tmp_path / "checkpoints")
            (tmp_path / "checkpoints").write_text("a file where the folder should be")

    with pytest.raises(
        CheckpointError, match=r"step 6 could not be saved in .*; see that there is room and that .*, and train again$"
    ):
        run(tmp_path, 6, after_step)


# Permissions do not bind root, so root becomes nobody once all modules are loaded.
_READ_ONLY = """
import os, sys
from pathlib import Path
import torch._dynamo
from tests.training.saving.test_disk import recorder, run
recorder.DISK_CHECK_INTERVAL_S = 0
folder = Path(sys.argv[1])
os.chmod(folder, 0o777)
if os.geteuid() == 0:
    try:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    except OSError:
        raise SystemExit(77)
def after_step(log):
    if log.steps[-1] in (3, 6):
        os.chmod(folder / "training/checkpoints", 0o555 if log.steps[-1] == 3 else 0o755)
log = run(folder / "training", 8, after_step)
print(*log.warnings, sep="\\n")
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_without_write_permission_saving_waits_until_it_is_back(tmp_path: Path) -> None:
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
    failed, saved = done.stdout.splitlines()
    assert failed.startswith(f"nothing can be saved: {tmp_path / 'training' / 'checkpoints'} is no longer writable; training goes")
    assert saved == "step 7 is saved: the disk is writable again"
    assert open_session(tmp_path / "training").progress.step == 8


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 2 MB, and return its folder."""
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


def test_a_full_disk_of_two_megabytes(small_disk: Path) -> None:
    filler, folder = small_disk / "filler", small_disk / "training"
    saved_steps: list[int] = []

    def after_step(log: CallbackLog) -> None:
        if log.steps[-1] == 3:
            with pytest.raises(OSError, match="No space"):
                fill(filler)
        if log.steps[-1] == 6:
            saved, skipped = load_newest(folder / "checkpoints")
            assert saved is not None
            assert skipped == []
            saved_steps.append(saved.progress.step)
            assert not list(small_disk.rglob("*.tmp"))
            filler.unlink()

    log = run(folder, 8, after_step)
    assert saved_steps == [3]
    assert "is full: " in log.warnings[0] or "No space left on device" in log.warnings[0]
    assert log.warnings[-1] == "step 7 is saved: the disk is writable again"


_LIMITED = """
import resource, signal, sys
from pathlib import Path
from tests.training.saving.test_disk import run
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def after_step(log):
    if log.steps[-1] in (2, 4):
        limit = 1500 if log.steps[-1] == 2 else resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
log = run(Path(sys.argv[1]), 6, after_step)
print(*log.warnings, sep="\\n")
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX can limit the size of files")
def test_without_space_saving_waits_until_there_is_space(tmp_path: Path) -> None:
    code = _LIMITED
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    failed, saved = done.stdout.splitlines()
    assert "step 3 could not be saved" in failed
    assert "File too large" in failed
    assert saved == "step 5 is saved: the disk is writable again"
    assert not list(tmp_path.rglob("*.tmp"))


def test_write_problems(tmp_path: Path) -> None:
    assert find_write_problem(tmp_path, 1) is None
    assert find_write_problem(tmp_path / "gone", 1) == f"{tmp_path / 'gone'} is gone"
    full = find_write_problem(tmp_path, 1 << 60)
    assert full is not None
    assert "is full: " in full
