"""Atomic, durable writes: a reader sees the old state or the new one, also after a crash or a power failure.

Data is written beside the target under a temporary name, synced and renamed over the target; then the folder is synced. A write
that fails leaves no temporary file behind.
"""

import ctypes
import errno
import os
import secrets
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_SYNC_THREADS = 8
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h
_RENAME_SWAP = 2  # macOS, stdio.h
_CANNOT_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file, or replace one. Raises OSError."""
    temporary = _temporary(path)
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_folder(path: Path, fill: Callable[[Path], None], *, replace: bool = False) -> None:
    """Write a folder: ``fill`` writes into a temporary one, which is then renamed to ``path``.

    With ``replace`` it replaces an existing folder. Raises OSError; without ``replace`` FileExistsError where ``path`` is a folder
    that is not empty.
    """
    temporary = _temporary(path)
    temporary.mkdir()
    try:
        fill(temporary)
        _sync_tree(temporary)
        if replace:
            replace_folder(temporary, path)
        else:
            temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    try:
        sync_folder(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)  # the folder that was replaced


def _temporary(path: Path) -> Path:
    """Return a name beside a path; what is made there has the permissions that the user's umask leaves it."""
    return path.with_name(f".{path.name}-{secrets.token_hex(4)}.tmp")


def make_folder(path: Path) -> None:
    """Make a folder and its missing parents. Raises OSError, and NotADirectoryError where a file is in the way."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path)) from error


def write_problem(path: Path, error: OSError) -> str:
    """Return why a path cannot be written: the file that stands where a folder is expected, or else the system's words."""
    in_the_way = next((parent for parent in path.parents if parent.is_file()), None)
    return str(error.strerror or error) if in_the_way is None else f"{in_the_way} is a file and no folder"


def remove_folder(path: Path) -> None:
    """Remove a folder, as far as possible; it is renamed first, so that no reader finds half of it under its name."""
    renamed = path.with_name(f".{path.name}-{secrets.token_hex(4)}.tmp")
    try:
        path.rename(renamed)
    except OSError:
        return  # a complete folder is better than a part of it
    shutil.rmtree(renamed, ignore_errors=True)


def replace_folder(new: Path, folder: Path) -> None:
    """Rename ``new`` to ``folder``; an existing ``folder`` is renamed to the former name of ``new``.

    That is one step where the system supports it; elsewhere there is no ``folder`` for a moment. Raises OSError.
    """
    if not folder.exists():
        new.rename(folder)
        return
    if _exchange(new, folder):
        return
    old = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}.tmp")
    folder.rename(old)
    try:
        new.rename(folder)
    except BaseException:
        old.rename(folder)
        raise
    old.rename(new)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return False where the system or the file system cannot."""
    paths = os.fsencode(one), os.fsencode(other)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            failed = libc.renamex_np(*paths, _RENAME_SWAP)
        else:
            failed = libc.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE)
    except (AttributeError, TypeError):  # no such function, or, on Windows, no such library
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code))


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable, where the platform can (on Windows folders cannot be opened)."""
    if os.name == "posix":
        _sync(path, os.O_RDONLY)


def _sync_tree(folder: Path) -> None:
    """Sync a folder and everything in it concurrently: the file system commits them together, in 5 ms for a token instead of 50."""
    paths = [folder, *folder.rglob("*")]
    with ThreadPoolExecutor(_SYNC_THREADS) as pool:
        # The list fetches each result, which raises its error, if any.
        list(pool.map(lambda path: sync_folder(path) if path.is_dir() else _sync(path, os.O_RDWR), paths))


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
