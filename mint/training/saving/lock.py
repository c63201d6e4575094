"""The lock: one training per token.

It is the operating system's own lock on the file ``lock`` in the training's folder (flock, on Windows LockFile), held by an open
file. So it is released the moment its holder ends, however it ends, and a leftover file locks nothing. The file names its holder,
for people to read.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from mint.errors import TrainingError
from viewer.regular_file import UnsuitableFileError, update_regular_file

FILE_NAME: Final = "lock"
# Windows keeps others from reading locked bytes, so the locked byte lies beyond those that are read.
_WINDOWS_OFFSET: Final = 1 << 20


@contextmanager
def training_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a training's folder while open; a missing folder is made.

    Raises TrainingError at once where another process holds it, naming that process, and where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = update_regular_file(folder / FILE_NAME)
    except UnsuitableFileError as error:
        raise TrainingError(f"{folder / FILE_NAME} cannot be locked: {error.strerror}; remove it") from error
    except OSError as error:
        raise TrainingError(
            f"nothing can be written in {folder}: {error.strerror}; give the token a folder with space and write permission"
        ) from error
    with file:
        descriptor = file.fileno()
        if not try_lock(descriptor):
            process, since = _describe_holder(descriptor)
            raise TrainingError(f"{process} trains {folder.parent.name}{since}; end it, or watch its page")
        note = f"{os.getpid()} {datetime.now().isoformat(timespec='seconds')}\n".encode()
        try:
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, note, 0) if sys.platform != "win32" else os.write(descriptor, note)
        except OSError:
            pass  # a full disk; the lock is held all the same
        yield


def require_unlocked(folder: Path) -> None:
    """Raise TrainingError where another process trains in this folder; nothing is made or locked."""
    if (folder / FILE_NAME).exists():
        with training_lock(folder):
            pass


def try_lock(descriptor: int) -> bool:
    """Lock an open file for this process; return False where another holds its lock. Closing the file unlocks it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _WINDOWS_OFFSET, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            os.lseek(descriptor, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _describe_holder(descriptor: int) -> tuple[str, str]:
    """Return the process that the file names and since when it holds the lock, as parts of a sentence."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    pid, _, text = os.read(descriptor, 100).decode(errors="replace").strip().partition(" ")
    try:
        began, now = datetime.fromisoformat(text), datetime.now()
        when = f"{began:%H:%M}" if began.date() == now.date() else f"{began:%Y-%m-%d %H:%M}"
        return f"process {int(pid)}", f" since {when}"
    except ValueError:
        return "another process", ""  # it has locked the file but not written it yet
