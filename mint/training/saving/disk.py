"""The disk: whether a training's folder can be written now, asked often and for little."""

import os
import shutil
from pathlib import Path


def trouble_with(folder: Path, num_bytes: int) -> str | None:
    """Say what stands against writing so many bytes into a folder, None if nothing is known to.

    Takes microseconds and writes nothing: it notices a folder that is gone, rights that were taken, a file system that became
    read-only and one that is full, before the next save fails of it.
    """
    try:
        if not folder.is_dir():
            return f"{folder} is no folder" if folder.exists() else f"{folder} is gone"
        if not os.access(folder, os.W_OK | os.X_OK):
            read_only = hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY
            return f"{folder} is on a read-only file system" if read_only else f"{folder} may not be written any more"
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"{folder} cannot be reached: {error.strerror}"
    if free < num_bytes:
        return f"the disk of {folder} is full: {free / 1e6:.1f} MB are free and {num_bytes / 1e6:.1f} MB are needed"
    return None
