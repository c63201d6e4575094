"""The one way in which files of others are opened: regular files only, inside their folder, and read no longer than is good.

A folder from a stranger may hold a pipe that nobody writes to, a device that never ends, or a link to a file elsewhere. Opening
those waits, fills the memory, shows what nobody asked for, or changes another file than is meant.
"""

import errno
import os
import stat
from io import BufferedRandom, BufferedReader
from pathlib import Path


class UnsuitableFileError(OSError):
    """Report a file that is no regular file, lies elsewhere, or is too long; ``strerror`` says which."""


def read_regular_file(path: Path, max_bytes: int, *, within: Path | None = None) -> bytes:
    """Return the content of a file, as ``open_regular_file`` opens it. Raises OSError, also where it has more than max_bytes."""
    with open_regular_file(path, within=within) as file:
        num_bytes = os.fstat(file.fileno()).st_size
        if num_bytes > max_bytes:
            raise UnsuitableFileError(errno.EFBIG, f"it is larger than {_size(max_bytes)}", str(path))
        # Not until the end, which may move; and a larger number would reserve memory for nothing.
        return file.read(num_bytes)


def open_regular_file(path: Path, *, within: Path | None = None) -> BufferedReader:
    """Open a regular file for reading, without waiting.

    ``within`` is the folder that it is a part of: a link that leads out of that is not followed. Raises OSError, whose ``strerror``
    follows "cannot be read:".
    """
    real = os.path.realpath(path)
    if within is not None and not Path(real).is_relative_to(os.path.realpath(within)):
        raise UnsuitableFileError(errno.ELOOP, "it is a link to another place", str(path))
    return os.fdopen(_open(path, real, os.O_RDONLY), "rb")


def update_regular_file(path: Path) -> BufferedRandom:
    """Open a regular file for reading and writing at its end, without waiting; a missing one is made.

    A link is not followed, wherever it leads. Raises OSError.
    """
    return os.fdopen(_open(path, path, os.O_RDWR | os.O_APPEND | os.O_CREAT), "ab+")


def _open(path: Path, real: str | Path, flags: int) -> int:
    """Return the descriptor of a regular file; ``path`` is its name in errors."""
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(real, flags, 0o666)
    except OSError as error:
        error.filename = str(path)
        if error.errno in (errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP):  # a socket, or a device without a driver
            raise UnsuitableFileError(error.errno, "it is not a regular file", str(path)) from error
        if error.errno == errno.ELOOP:
            raise UnsuitableFileError(errno.ELOOP, "it is a link to another place", str(path)) from error
        raise
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise UnsuitableFileError(errno.EINVAL, "it is not a regular file", str(path))
    return descriptor


def _size(num_bytes: int) -> str:
    if num_bytes % 2**20 == 0:
        return f"{num_bytes >> 20} MiB"
    return f"{num_bytes >> 10} KiB" if num_bytes % 2**10 == 0 else f"{num_bytes} bytes"
