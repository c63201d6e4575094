"""Candidates: hashes made of a seed, and the traits of their tokens, in a file that grows while they are drawn.

The file has one line of JSON with a checksum for its header and for each batch of candidates, in order. So a draw that was stopped
goes on after the last whole line, and the file is the same however often it was stopped and however many processes drew.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from mint.checksummed_json import dump_checksummed, load_checksummed
from mint.collection.trait_tables import TraitTable, Value, trait_values
from mint.collection.worker_pool import WorkerPool
from mint.errors import CollectionError
from mint.token.hash import parse_hash
from mint.token.token import GENERATOR_VERSION, draw_token
from mint.training.saving.lock import try_lock
from viewer.regular_file import update_regular_file

FORMAT: Final = 1
FILE_NAME: Final = "candidates.jsonl"
BATCH_SIZE: Final = 64


@dataclass(frozen=True)
class HashSource:
    """Where the hashes of candidates come from: a seed, or a list."""

    seed: str | None
    hashes: Sequence[str] | None = None

    def hash(self, number: int) -> str:
        """Return the hash of a candidate, counted from 0: in the form of EVM hashes, if it is made of the seed."""
        if self.hashes is not None:
            return self.hashes[number]
        return "0x" + hashlib.sha256(f"pixelmint collection/{FORMAT}\0{self.seed}\0{number}".encode()).hexdigest()

    @property
    def header(self) -> dict[str, object]:
        """What the file begins with: candidates are only used again where it is the same."""
        digest = None if self.hashes is None else hashlib.sha256("\n".join(self.hashes).encode()).hexdigest()
        return {"format": FORMAT, "generator": GENERATOR_VERSION, "seed": self.seed, "hashes_sha256": digest}


@contextmanager
def open_candidates(path: Path, source: HashSource) -> Iterator["CandidateFile"]:
    """Open the file of candidates, or begin it, and hold its lock.

    Raises CollectionError where another process draws into it, or where it was made of another seed; OSError.
    """
    with update_regular_file(path) as file:
        if not try_lock(file.fileno()):
            raise CollectionError(f"another process draws the collection {path.parent}; wait for it, or end it")
        yield CandidateFile(path, file, source)


class CandidateFile:
    """A file of candidates that is open for drawing more."""

    def __init__(self, path: Path, file: BinaryIO, source: HashSource) -> None:
        self._path, self._file, self._source = path, file, source
        self._batches: list[NDArray[np.int16]] = []
        self.num_drawn = 0
        file.seek(0)
        end = self._read_header()
        for line in file:
            batch = self._read_batch(line)
            if batch is None:
                break  # written in part, or changed: it is drawn anew
            self._batches.append(batch)
            self.num_drawn += len(batch)
            end += len(line)
        file.seek(end)
        file.truncate()

    def _read_header(self) -> int:
        line, header = self._file.readline(), dump_checksummed(self._source.header, indent=None)
        if line == header:
            return len(line)
        if line.endswith(b"\n"):
            raise CollectionError(
                f"{self._path.parent} holds candidates of another seed, list or version; "
                f"give another folder, or remove {self._path.name}"
            )
        self._file.seek(0)
        self._file.truncate()
        self._append(header)
        return len(header)

    def _read_batch(self, line: bytes) -> NDArray[np.int16] | None:
        try:
            record = load_checksummed(line, indent=None)
        except ValueError:
            return None
        return np.array(record["codes"], np.int16) if record.get("first") == self.num_drawn else None

    def draw(self, number: int, pool: WorkerPool, on_progress: Callable[[int], None]) -> TraitTable:
        """Draw candidates until there are ``number``, and return the traits of the first so many. Raises OSError."""
        starts = range(self.num_drawn, number, BATCH_SIZE)
        tasks = ([self._source.hash(each) for each in range(start, min(start + BATCH_SIZE, number))] for start in starts)
        if starts:
            for traits in pool.ordered_map(draw_traits, tasks):
                batch = encode(traits)
                self._append(dump_checksummed({"first": self.num_drawn, "codes": batch.tolist()}, indent=None))
                self._batches.append(batch)
                self.num_drawn += len(batch)
                on_progress(self.num_drawn)
            os.fsync(self._file.fileno())
        return table_of_codes(np.concatenate(self._batches)[:number])

    def _append(self, line: bytes) -> None:
        self._file.write(line)
        self._file.flush()


def draw_traits(hashes: Sequence[str]) -> list[list[Value]]:
    """Draw tokens and return the values of their traits, in the order of ``trait_values``."""
    return [list(draw_token(parse_hash(text)).features.values()) for text in hashes]


def encode(traits: Sequence[Sequence[Value]]) -> NDArray[np.int16]:
    """Return the codes of traits in the order of ``trait_values``, (num_tokens, num_traits) int16."""
    places = [{value: code for code, value in enumerate(values)} for values in trait_values().values()]
    return np.array([[place[value] for place, value in zip(places, each, strict=True)] for each in traits], np.int16)


def table_of_codes(codes: NDArray[np.int16]) -> TraitTable:
    """Return the table of tokens with the codes (num_tokens, num_traits)."""
    return TraitTable(trait_values(), dict(zip(trait_values(), codes.T, strict=True)), None)
