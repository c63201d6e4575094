"""The lock: one training per token, and a leftover file locks nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mint.errors import TrainingError
from mint.training.saving.lock import require_unlocked, training_lock

_HOLD = """
import sys
from pathlib import Path
from mint.training.saving.lock import training_lock
with training_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_training_is_refused_until_the_first_one_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "a-token" / "training"
    with hold(folder) as process:
        sentence = rf"^process {process.pid} trains a-token since \d\d:\d\d; end it, or watch its page$"
        with pytest.raises(TrainingError, match=sentence), training_lock(folder):
            pytest.fail("two processes hold the lock")
        with pytest.raises(TrainingError, match=sentence):
            require_unlocked(folder)
        process.kill()
        process.wait()
        require_unlocked(folder)
        with training_lock(folder):
            assert (folder / "lock").exists()


def test_a_leftover_file_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("1 2020-01-01T00:00:00\n")
    require_unlocked(tmp_path)
    with training_lock(tmp_path), pytest.raises(TrainingError, match="trains"), training_lock(tmp_path):
        pytest.fail("two processes hold the lock")


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes of POSIX")
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_is_no_file_is_not_locked(kind: str, tmp_path: Path) -> None:
    """The lock names its holder in the file, so a link would overwrite another one."""
    (tmp_path / "elsewhere").write_text("keep this")
    if kind == "link":
        (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(tmp_path / "lock")
    with (
        pytest.raises(TrainingError, match=r"lock cannot be locked: it is (a link|not a regular).*; remove it"),
        training_lock(tmp_path),
    ):
        pytest.fail("it was locked")
    assert (tmp_path / "elsewhere").read_text() == "keep this"


def test_a_check_makes_nothing(tmp_path: Path) -> None:
    require_unlocked(tmp_path / "training")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a-token").write_text("a file")
    with (
        pytest.raises(TrainingError, match=r"nothing can be written in .*; give the token a folder"),
        training_lock(tmp_path / "a-token" / "training"),
    ):
        pytest.fail("held")
