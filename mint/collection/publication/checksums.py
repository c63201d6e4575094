"""SHA256SUMS: the SHA-256 of every file of a publication, in the format that ``sha256sum --check`` reads."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from mint.collection.worker_pool import num_cores
from viewer.regular_file import open_regular_file, read_regular_file

FILE_NAME: Final = "SHA256SUMS"
_MAX_BYTES: Final = 1 << 29  # of five million files
_LINE: Final = re.compile(r"([0-9a-f]{64})  (\S+)")


def hash_files(folder: Path, names: Iterable[str], on_done: Callable[[int], None] = lambda done: None) -> dict[str, str]:
    """Return the SHA-256 of files by their names, relative to a folder. ``on_done`` gets the number so far. Raises OSError."""
    listed = list(names)
    digests: dict[str, str] = {}
    # hashlib releases the interpreter while it hashes.
    with ThreadPoolExecutor(num_cores()) as pool:
        for name, digest in zip(listed, pool.map(lambda name: _hash_file(folder, name), listed), strict=True):
            digests[name] = digest
            on_done(len(digests))
    return digests


def _hash_file(folder: Path, name: str) -> str:
    with open_regular_file(folder / name, within=folder) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_files(folder: Path) -> list[str]:
    """Return the names of all files in a folder and the folders in it, relative to it and with "/", in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def format_checksums(digests: Mapping[str, str]) -> bytes:
    """Return SHA256SUMS; names hold no spaces."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()


def read_checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 by name, as the SHA256SUMS of a folder says. Raises ValueError where a line is malformed, and OSError."""
    digests = {}
    for line in read_regular_file(folder / FILE_NAME, _MAX_BYTES, within=folder).decode("ascii").splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"its line {line[:80]!r} is not a SHA-256 and a name")
        digests[match[2]] = match[1]
    return digests
