"""Durable files: a reader sees the old one or the new one, whole, also after a crash or a power failure."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from viewer.errors import PictureError


@contextmanager
def durable_file(path: Path) -> Iterator[BinaryIO]:
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
        raise PictureError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)
