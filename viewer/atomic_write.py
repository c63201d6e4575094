"""Atomic writes: a reader sees the whole old file or the whole new one, even after a crash or a power failure."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from viewer.errors import PictureError


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing and reading; it replaces ``path`` if the block succeeds, and is removed otherwise.

    Raises PictureError where the disk refuses.
    """
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise PictureError(unwritable(path, error)) from error
    finally:
        with suppress(OSError):  # it may never have been created
            temporary.unlink()


def unwritable(path: Path, error: OSError, option: str = "-o") -> str:
    """Return the error sentence for a file, given by an option, that cannot be written. Its folder is not created."""
    repair = f"make the folder {path.parent} first" if error.errno == errno.ENOENT else f"give another place with {option}"
    in_the_way = next((str(parent) for parent in path.parents if parent.is_file()), None)
    problem = error.strerror or error if in_the_way is None else f"{in_the_way} is a file and no folder"
    return f"{path} cannot be written: {problem}; {repair}"
