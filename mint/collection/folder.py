"""Collection folders: which tokens a collection has, and where their folders are.

collection.json  name, seed, digest of the rules, and the tokens in order, each with its hash and traits; it is written last
rules.toml       the rules as they were given
tokens/0001/     a token folder (mint.token.folder) for each token, named by its number, with as many digits as the last has

A folder without collection.json is a draw that was stopped: ``mint.collection.drawing`` goes on with it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

from mint import atomic_write
from mint.checksummed_json import dump_checksummed, load_checksummed
from mint.errors import CollectionError
from viewer.json_fields import JsonFieldError, Length, Pattern, Printable, Range, read_record
from viewer.regular_file import read_regular_file

FORMAT: Final = 1
FILE_NAME: Final = "collection.json"
RULES_NAME: Final = "rules.toml"
MAX_SIZE: Final = 1_000_000
MAX_BYTES: Final = 1 << 30

Traits = Mapping[str, str | int]


@dataclass(frozen=True, kw_only=True)
class CollectionToken:
    """A token of a collection: its number, its hash, and its traits in display order."""

    number: Annotated[int, Range(0)]
    hash: Annotated[str, Printable(256)]
    traits: Traits


@dataclass(frozen=True, kw_only=True)
class Collection:
    """What collection.json says.

    ``generator`` is the version of the drawing of tokens. ``seed`` is what the candidates were made of, and ``candidates`` how many
    there were; both are None where the hashes were given. ``rules_sha256`` is the digest of rules.toml. Numbers are consecutive.
    """

    format: Annotated[int, Range(FORMAT, FORMAT)] = FORMAT
    generator: Annotated[int, Range(1)]
    name: Annotated[str, Printable(100)]
    seed: str | None
    candidates: int | None
    rules_sha256: Annotated[str, Pattern("[0-9a-f]{64}")]
    tokens: Annotated[tuple[CollectionToken, ...], Length(1, MAX_SIZE)]


@dataclass(frozen=True)
class CollectionFolder:
    """A collection and the folder that it is in."""

    path: Path
    collection: Collection

    @cached_property
    def num_digits(self) -> int:
        """How many digits the names of the token folders have."""
        return len(str(self.collection.tokens[-1].number))

    def token_path(self, number: int) -> Path:
        """Return the folder of the token with a number."""
        return token_path(self.path, number, self.num_digits)

    def token(self, number: int) -> CollectionToken:
        """Return the token with a number. Raises CollectionError where there is none."""
        first, last = (self.collection.tokens[place].number for place in (0, -1))
        if not first <= number <= last:
            raise CollectionError(f"{self.path} has no token {number}; give a number from {first} to {last}")
        return self.collection.tokens[number - first]


def token_path(folder: Path, number: int, num_digits: int) -> Path:
    """Return where the folder of a token is in the folder of its collection."""
    return folder / "tokens" / f"{number:0{num_digits}}"


def rules_digest(rules: bytes) -> str:
    """Return the digest of a file of rules."""
    return hashlib.sha256(rules).hexdigest()


def collection_digest(folder: CollectionFolder) -> str:
    """Return the digest of the collection.json that is in the folder now. Raises OSError."""
    return hashlib.sha256(read_regular_file(folder.path / FILE_NAME, MAX_BYTES, within=folder.path)).hexdigest()


def write_collection(folder: Path, collection: Collection) -> None:
    """Write collection.json. Raises OSError."""
    atomic_write.write_bytes(folder / FILE_NAME, dump_checksummed(asdict(collection)))


def read_collection(folder: Path) -> CollectionFolder:
    """Read the folder of a collection; the folders of its tokens are not looked at.

    Raises CollectionError where collection.json is missing, changed, or of another format.
    """
    path = folder / FILE_NAME
    try:
        collection = read_record(Collection, load_checksummed(read_regular_file(path, MAX_BYTES, within=folder)))
        numbers = [token.number for token in collection.tokens]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            raise ValueError("its tokens are not numbered one after the other")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CollectionError(
            f"{folder} is not a collection: it has no {FILE_NAME}; draw one with: mint collection draw RULES.toml -o {folder}"
        ) from error
    except OSError as error:
        raise CollectionError(f"{path} cannot be read: {error.strerror}; see that this user may read it") from error
    except (JsonFieldError, ValueError) as error:
        raise CollectionError(f"{path} cannot be read: {error}; draw the collection again into another folder") from error
    return CollectionFolder(folder, collection)
