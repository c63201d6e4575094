"""The log of failures: which attempts at which tokens failed, and why. A token that has failed three times is set aside.

``training/failures.jsonl`` in the folder of the collection has a line for each failure, with its own checksum: the token's number
and hash, and the reason. A line is appended and synced before the token is tried again, so a run that is killed forgets none; the
last line may be torn then, and is left out when the log is read.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mint import atomic_write
from mint.checksummed_json import dump_checksummed, load_checksummed
from mint.collection.training.job import Job
from mint.errors import CollectionError
from viewer.regular_file import read_regular_file, update_regular_file

FILE_NAME: Final = "failures.jsonl"
MAX_FAILURES: Final = 3
MAX_BYTES: Final = 1 << 30


@dataclass(frozen=True)
class Failures:
    """How often a token has failed since it was last retried, and why the last time."""

    count: int
    reason: str

    @property
    def is_set_aside(self) -> bool:
        """Whether the token has failed too often to be tried again by itself."""
        return self.count >= MAX_FAILURES


class FailureLog:
    """Reads the log of a collection's training folder, and appends to it."""

    def __init__(self, folder: Path) -> None:
        """Read the log; a missing one is empty. Raises CollectionError where it cannot be read."""
        self._path = folder / FILE_NAME
        self._failures: dict[str, Failures] = {}
        try:
            lines = read_regular_file(self._path, MAX_BYTES, within=folder).splitlines(keepends=True)
        except FileNotFoundError:
            return
        except OSError as error:
            raise CollectionError(f"{self._path} cannot be read: {error.strerror}; see that this user may read it") from error
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):
                record = load_checksummed(line, indent=None)
                self._count(str(record["hash"]), str(record["reason"]))

    def of(self, token_hash: str) -> Failures:
        """Return the failures of a token."""
        return self._failures.get(token_hash, Failures(0, ""))

    def add(self, job: Job, reason: str) -> Failures:
        """Record that an attempt failed, and return the token's failures. Raises CollectionError where that cannot be written."""
        line = dump_checksummed({"number": job.number, "hash": job.hash, "reason": reason}, indent=None)
        try:
            # A line that an earlier run left torn must not swallow this one.
            with update_regular_file(self._path) as file:
                if file.tell():
                    file.seek(-1, os.SEEK_END)
                    line = line if file.read(1) == b"\n" else b"\n" + line
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise CollectionError(
                f"{self._path} cannot be written: {error.strerror}; make room, and run the command again"
            ) from error
        return self._count(job.hash, reason)

    def clear(self) -> None:
        """Forget all failures, so that every token is tried again. Raises CollectionError where the log cannot be written."""
        try:
            if self._path.exists():
                atomic_write.write_bytes(self._path, b"")
        except OSError as error:
            raise CollectionError(
                f"{self._path} cannot be written: {error.strerror}; make room, and run the command again"
            ) from error
        self._failures.clear()

    def _count(self, token_hash: str, reason: str) -> Failures:
        failures = Failures(self.of(token_hash).count + 1, reason)
        self._failures[token_hash] = failures
        return failures
