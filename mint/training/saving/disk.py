"""The disk: whether a training's folder can be written now, checked often and cheaply."""

import os
import shutil
from pathlib import Path


def find_write_problem(folder: Path, num_bytes: int) -> str | None:
    """Return what prevents writing this many bytes into a folder, as a part of a sentence; None if nothing is known to.

    Takes microseconds and writes nothing. It notices a missing folder, lost permissions, a file system that became read-only and a
    full one before the next save fails.
    """
    try:
        if not folder.is_dir():
            return f"{folder} is not a folder" if folder.exists() else f"{folder} is gone"
        if not os.access(folder, os.W_OK | os.X_OK):
            read_only = hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY
            return f"{folder} is on a read-only file system" if read_only else f"{folder} is no longer writable"
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"{folder} cannot be reached: {error.strerror}"
    if free < num_bytes:
        return f"the disk of {folder} is full: {free / 1e6:.1f} MB are free and {num_bytes / 1e6:.1f} MB are needed"
    return None
