"""Durable writes: a reader sees the old state or the new one, also after a crash or a power failure.

Written is beside the target under a temporary name, synced, renamed over it, and the folder synced. A write that fails leaves no
temporary file behind.
"""

import ctypes
import errno
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_SYNC_THREADS = 8
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h
_RENAME_SWAP = 2  # macOS, stdio.h
_CANNOT_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file durably. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_folder(path: Path, fill: Callable[[Path], None], *, replace: bool = False) -> None:
    """Make a folder durably: ``fill`` writes into a temporary one, which then takes the name ``path``.

    With ``replace`` it takes the place of a folder that is there. Raises OSError, among them, without ``replace``, FileExistsError
    where ``path`` is a folder that is not empty.
    """
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}-", suffix=".tmp", dir=path.parent))
    try:
        temporary.chmod(0o755)
        fill(temporary)
        _sync_tree(temporary)
        if replace:
            put_in_place(temporary, path)
        else:
            temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    try:
        sync_folder(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)  # what was replaced


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are missing. Raises OSError: NotADirectoryError where a file is in the way."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path)) from error


def remove_folder(path: Path) -> None:
    """Remove a folder as far as it can be: its name goes first, so that nobody finds half of it under that name."""
    doomed = path.with_name(f".{path.name}-{secrets.token_hex(4)}.tmp")
    try:
        path.rename(doomed)
    except OSError:
        return  # rather all of it than a part
    shutil.rmtree(doomed, ignore_errors=True)


def put_in_place(new: Path, folder: Path) -> None:
    """Give the new folder the name of the old one; afterwards the old one, if any, has the new one's former name.

    In one step where the system has one, else there is a moment without any. Raises OSError.
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
    """Let two folders change places in one step; return False where the system or the file system has none."""
    paths = os.fsencode(one), os.fsencode(other)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            failed = libc.renamex_np(*paths, _RENAME_SWAP)
        else:
            failed = libc.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE)
    except (AttributeError, TypeError):  # no such function; Windows has no library of that kind
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code))


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable, where the platform can (Windows cannot open folders)."""
    if os.name == "posix":
        _sync(path, os.O_RDONLY)


def _sync_tree(folder: Path) -> None:
    """Sync a folder and all in it, at once: the file system commits them together, which takes a token 5 ms instead of 50."""
    paths = [folder, *folder.rglob("*")]
    with ThreadPoolExecutor(_SYNC_THREADS) as pool:
        # The list asks for each result, which raises what went wrong.
        list(pool.map(lambda path: sync_folder(path) if path.is_dir() else _sync(path, os.O_RDWR), paths))


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
