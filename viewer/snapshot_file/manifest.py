"""The manifest of a snapshot file: what it says about itself, in canonical JSON.

Keys sorted, no spaces, UTF-8, integers and texts alone, texts in Unicode's form NFC: so equal manifests have equal bytes, in Python
and in a page, and a signature of the bytes is one of the content. Reading is strict: anything missing, unknown, out of bounds or
written in another way fails.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Final

from viewer.errors import SnapshotError
from viewer.json_fields import JsonFieldError, Printable, Range, parse_json, read_record, shown
from viewer.manifest_fields import Count, RecipeInfo, Sha256, Side, Version
from viewer.snapshot_file.members import MANIFEST, MAX_SNAPSHOT_BYTES, REQUIRED, SIGNATURE, is_member, max_bytes

FORMAT: Final = 1
MAX_TEXT: Final = 200
NUM_DREAMS: Final = 64
TEXTS: Final = ("title", "author", "licence")

_IMPORT: Final = re.compile("import:[0-9a-f]{64}")

_Text = Annotated[str, Printable(MAX_TEXT)]


@dataclass(frozen=True, kw_only=True)
class Credits:
    """What whoever shared a token says of it, each at most MAX_TEXT printable characters, or "" where nothing is said."""

    title: str = ""
    author: str = ""
    licence: str = ""


NO_CREDITS: Final = Credits()


@dataclass(frozen=True, kw_only=True)
class MemberRecord:
    """A member of the zip: its length and its SHA-256 in lower case hex."""

    bytes: Annotated[int, Range(0, MAX_SNAPSHOT_BYTES)]
    sha256: Sha256


@dataclass(frozen=True, kw_only=True)
class Receipts:
    """Which dreams ``mosaic.png`` holds, and how many of its pixels another machine may draw differently.

    Tile i, in row i // 8 and column i % 8, is dream i of the seed. ``margin_ppm`` is the allowed share of differing pixels, in
    parts per million.
    """

    seed: Count
    dreams: Annotated[int, Range(NUM_DREAMS, NUM_DREAMS)]
    margin_ppm: Annotated[int, Range(0, 10**6)]


@dataclass(frozen=True, kw_only=True)
class SnapshotManifest:
    """All of a snapshot's manifest.json; ``title``, ``author`` and ``licence`` are absent from the file where they are empty.

    ``size`` is (H, W) of a tile, ``generator`` the version of the program that drew the token, ``images`` how many pictures the
    networks have seen, and ``files`` describes every member but the manifest itself and the signature.
    """

    hash: Annotated[str, Printable(256)]
    generator: Version
    recipe: RecipeInfo
    step: Count
    images: Count
    size: tuple[Side, Side]
    colors: Annotated[int, Range(2, 256)]
    latent_dim: Annotated[int, Range(1, 4096)]
    files: Mapping[str, MemberRecord]
    receipts: Receipts
    title: _Text = ""
    author: _Text = ""
    licence: _Text = ""

    @property
    def credits(self) -> Credits:
        """Its title, author and licence."""
        return Credits(title=self.title, author=self.author, licence=self.licence)

    @property
    def is_import(self) -> bool:
        """Whether the token is imported art, which no hash draws."""
        return _IMPORT.fullmatch(self.hash) is not None


@dataclass(frozen=True, kw_only=True)
class _Document(SnapshotManifest):
    format: int = field(default=0)


def describe_members(members: Mapping[str, bytes]) -> dict[str, MemberRecord]:
    """Return what a manifest says of its members."""
    return {name: MemberRecord(bytes=len(data), sha256=hashlib.sha256(data).hexdigest()) for name, data in members.items()}


def format_manifest(manifest: SnapshotManifest) -> bytes:
    """Return the canonical JSON of a manifest. Raises SnapshotError where it could not be read back."""
    document = {"format": FORMAT, **asdict(manifest)}
    text = canonical_json({key: value for key, value in document.items() if key not in TEXTS or value})
    parse_manifest(text)
    return text


def parse_manifest(text: bytes) -> SnapshotManifest:
    """Read a manifest. Raises SnapshotError, one sentence that names the key, where anything is not as the format has it."""
    document = read_canonical(text, MANIFEST)
    if document.get("format") != FORMAT:
        raise SnapshotError(f"{MANIFEST} has format {shown(document.get('format'))}; this version reads format {FORMAT}")
    try:
        record = read_record(_Document, document)
    except JsonFieldError as error:
        raise SnapshotError(f"{MANIFEST}: {error}") from error
    for key in ("hash", *TEXTS):
        if not unicodedata.is_normalized("NFC", getattr(record, key)):
            raise SnapshotError(f"{MANIFEST}: {key} is not in the form NFC of Unicode")
    _check_files(record.files)
    values = dict(record.__dict__)
    del values["format"]
    return SnapshotManifest(**values)


def canonical_json(document: object) -> bytes:
    """Return a document of integers and texts as canonical JSON, in UTF-8."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "backslashreplace")


def read_object(text: bytes, name: str) -> dict[str, Any]:
    """Return the object in a member that is JSON. Raises SnapshotError."""
    try:
        document = parse_json(text)
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"{name} is not valid JSON") from error
    if not isinstance(document, dict):
        raise SnapshotError(f"{name} is {shown(document)}, not an object")
    return document


def read_canonical(text: bytes, name: str) -> dict[str, Any]:
    """Return the object in a member that is canonical JSON. Raises SnapshotError."""
    document = read_object(text, name)
    if canonical_json(document) != text:
        raise SnapshotError(f"{name} is not canonical JSON: sorted keys, no spaces, UTF-8, each text in one way")
    return document


def _check_files(files: Mapping[str, MemberRecord]) -> None:
    for name, record in files.items():
        if not is_member(name) or name in (MANIFEST, SIGNATURE):
            raise SnapshotError(f"{MANIFEST}: files has the unknown key {shown(name)}")
        if record.bytes > max_bytes(name):
            raise SnapshotError(f"{MANIFEST}: files.{name}.bytes is {record.bytes}; at most {max_bytes(name)} are read")
    for name in REQUIRED:
        if name != MANIFEST and name not in files:
            raise SnapshotError(f"{MANIFEST}: files lacks the key {name!r}")
