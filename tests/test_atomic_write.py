"""Atomic writes: all or nothing, also when writing fails or its process is killed."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mint import atomic_write

REPOSITORY = Path(__file__).parents[1]


def _fill(text: str, num_files: int = 3) -> Callable[[Path], None]:
    def fill(folder: Path) -> None:
        (folder / "inner").mkdir()
        for number in range(num_files):
            (folder / "inner" / f"{number}.txt").write_text(text)

    return fill


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    for data in (b"old", b"new"):
        atomic_write.write_bytes(tmp_path / "a.bin", data)
        assert (tmp_path / "a.bin").read_bytes() == data
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]
    assert (tmp_path / "a.bin").stat().st_mode & 0o777 == 0o644


def test_a_file_that_cannot_be_replaced_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="directory"):
        atomic_write.write_bytes(tmp_path / "folder", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_folder_appears_complete(tmp_path: Path) -> None:
    atomic_write.write_folder(tmp_path / "a", _fill("text"))
    assert {path.read_text() for path in (tmp_path / "a" / "inner").iterdir()} == {"text"}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt(), ValueError("wrong")])
def test_a_folder_that_cannot_be_filled_leaves_nothing(error: BaseException, tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        _fill("text")(folder)
        raise error

    with pytest.raises(type(error)):
        atomic_write.write_folder(tmp_path / "a", fill)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_kept(tmp_path: Path) -> None:
    atomic_write.write_folder(tmp_path / "a", _fill("old"))
    with pytest.raises(OSError, match="not empty"):
        atomic_write.write_folder(tmp_path / "a", _fill("new"))
    assert {path.read_text() for path in (tmp_path / "a" / "inner").iterdir()} == {"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


_WRITE_FOR_EVER = """
from itertools import count
from pathlib import Path
from mint import atomic_write
def fill(folder):
    for number in range(10):
        (folder / f"{number}.bin").write_bytes(b"x" * 20_000)
for number in count():
    atomic_write.write_folder(Path(f"folder {number}"), fill)
    atomic_write.write_bytes(Path("file"), str(number).encode() * 5_000)
"""


def test_a_writer_that_is_killed_leaves_old_or_new(tmp_path: Path) -> None:
    delays = random.Random(1)
    for attempt in range(4):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with subprocess.Popen([sys.executable, "-c", _WRITE_FOR_EVER], cwd=folder, env={"PYTHONPATH": str(REPOSITORY)}) as process:
            try:
                # At least one write of each kind, and then a moment that may lie anywhere in the next ones.
                while not (folder / "file").exists():
                    assert process.poll() is None
                    time.sleep(0.01)
                time.sleep(delays.random() / 10)
            finally:
                process.kill()
        complete = [path for path in folder.glob("folder *") if not path.name.endswith(".tmp")]
        assert complete
        for path in complete:
            assert [file.stat().st_size for file in path.iterdir()] == [20_000] * 10
        data = (folder / "file").read_bytes()
        assert len(data) == 5_000 * len(str(int(data[: len(data) // 5_000])))


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
@pytest.mark.parametrize(("umask", "file", "folder"), [(0o077, 0o600, 0o700), (0o022, 0o644, 0o755), (0o002, 0o664, 0o775)])
def test_the_umask_is_obeyed(tmp_path: Path, umask: int, file: int, folder: int) -> None:
    before = os.umask(umask)
    try:
        atomic_write.write_bytes(tmp_path / "file", b"a")
        atomic_write.write_folder(tmp_path / "folder", lambda path: atomic_write.write_bytes(path / "inner", b"a"))
    finally:
        os.umask(before)
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("file", "folder", "folder/inner")]
    assert modes == [file, folder, file]
