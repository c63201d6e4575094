"""The keys whose snapshots were seen before: trust on first use, as SSH has it.

A signature proves that two snapshots come from the same key. Who that is, nobody can tell from a file; so what is told is whether a
key was seen before, and with how many other snapshots. ``known_keys.json`` in the user's configuration folder holds it, readable by
the user alone.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from viewer.atomic_write import atomic_file
from viewer.config_folder import config_folder
from viewer.errors import SnapshotError, ViewerError
from viewer.json_fields import JsonFieldError, Length, Pattern, parse_json, read_record
from viewer.regular_file import read_regular_file

FORMAT: Final = 1
_MAX_BYTES: Final = 1 << 24
# Of one key: which snapshots they were, so that none counts twice. And of all keys, which are 7 MB.
_MAX_SNAPSHOTS: Final = 1000
_MAX_ALL_SNAPSHOTS: Final = 100_000

_Hex = Annotated[str, Pattern("[0-9a-f]{64}")]


@dataclass(frozen=True, kw_only=True)
class _KnownKey:
    public_key: _Hex
    snapshots: Annotated[tuple[_Hex, ...], Length(1, _MAX_SNAPSHOTS)]


@dataclass(frozen=True, kw_only=True)
class _Document:
    format: int
    keys: tuple[_KnownKey, ...]


class KnownKeys:
    """The keys that were seen before, read from a file and written to it."""

    def __init__(self, path: Path | None = None) -> None:
        """Read the keys; by default those of the user. Raises SnapshotError where the file is damaged or cannot be read."""
        self.path = path or config_folder() / "known_keys.json"
        self._keys = _read(self.path)

    def describe(self, public_key: str, snapshot: str) -> str:
        """Return in words how a key is known that has signed a snapshot, the SHA-256 of whose manifest is given in hex."""
        seen = self._keys.get(public_key, ())
        return describe_key(len([other for other in seen if other != snapshot]), snapshot in seen)

    def add(self, public_key: str, snapshot: str) -> None:
        """Remember that a key has signed a snapshot. Raises SnapshotError where that cannot be written."""
        seen = self._keys.get(public_key, ())
        if snapshot in seen or len(seen) >= _MAX_SNAPSHOTS:
            return
        if sum(map(len, self._keys.values())) >= _MAX_ALL_SNAPSHOTS:
            raise SnapshotError(
                f"{self.path} holds {_MAX_ALL_SNAPSHOTS:,} snapshots, the most there may be; move it away to begin anew"
            )
        self._keys[public_key] = (*seen, snapshot)
        keys = [{"public_key": key, "snapshots": [*self._keys[key]]} for key in sorted(self._keys)]
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with atomic_file(self.path) as file:
                os.chmod(file.name, 0o600)
                file.write((json.dumps({"format": FORMAT, "keys": keys}, indent=1) + "\n").encode())
        except (OSError, ViewerError) as error:
            problem = error.strerror if isinstance(error, OSError) else "its folder cannot be written"
            raise SnapshotError(
                f"the key cannot be remembered in {self.path}: {problem}; make room, or name another XDG_CONFIG_HOME"
            ) from error


def describe_key(num_others: int, is_seen: bool) -> str:
    """Return in words how a key is known: from how many other snapshots, and whether this one was seen before."""
    if num_others:
        return f"the same key as the {num_others} snapshots before" if num_others > 1 else "the same key as 1 snapshot before"
    return "a key seen with this snapshot alone" if is_seen else "a key not seen before"


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        document = read_record(_Document, parse_json(read_regular_file(path, _MAX_BYTES)))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except JsonFieldError as error:
        raise _unreadable(path, str(error)) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, "it is no JSON") from error
    if document.format != FORMAT:
        raise SnapshotError(f"{path} has format {document.format}; this version reads format {FORMAT}")
    return {known.public_key: known.snapshots for known in document.keys}


def _unreadable(path: Path, reason: str) -> SnapshotError:
    return SnapshotError(f"the known keys in {path} cannot be read: {reason}; move the file away to begin anew")
