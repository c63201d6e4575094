"""Durable files: a reader sees the old one or the new one, whole, also after a crash or a power failure."""

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
    """Open a file to be written (and read again) that takes the name ``path`` when all has gone well, and else disappears.

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
        with suppress(OSError):  # where it could not be made, there is nothing to remove
            temporary.unlink()


def unwritable(path: Path, error: OSError, option: str = "-o") -> str:
    """Return the sentence about a file, given with an option, that cannot be written. No folder is made for a single file."""
    repair = f"make the folder {path.parent} first" if error.errno == errno.ENOENT else f"give another place with {option}"
    return f"{path} cannot be written: {error.strerror or error}; {repair}"
