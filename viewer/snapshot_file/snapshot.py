"""Snapshot files, read and written whole: layout, manifest, signature and members, each checked against the others."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from viewer.atomic_write import atomic_file
from viewer.errors import SnapshotError
from viewer.json_fields import shown
from viewer.snapshot_file.archive import archive_parts, read_archive
from viewer.snapshot_file.manifest import NUM_DREAMS, SnapshotManifest, format_manifest, parse_manifest, read_object
from viewer.snapshot_file.members import (
    HISTORY,
    MANIFEST,
    METADATA,
    MODELS_MANIFEST,
    MOSAIC,
    SIGNATURE,
    TOKEN,
    is_sprite,
)
from viewer.snapshot_file.picture_layout import check_webp, png_size
from viewer.snapshot_file.signature import Signature, can_verify, format_signature, parse_signature

SUFFIX: Final = ".pixelmint"
_MOSAIC_COLUMNS: Final = 8
_MAX_SPRITE_SIDE: Final = 1024  # of a sheet


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A snapshot that holds together: layout, lengths, SHA-256s, and what its parts say of each other.

    ``files`` are all members but the manifest and the signature, by name. A signature is that of ``manifest_bytes`` by its key
    where ``is_signature_checked``; it is not checked where ``cryptography`` is not installed.
    """

    manifest: SnapshotManifest
    manifest_bytes: bytes
    files: Mapping[str, bytes]
    signature: Signature | None
    is_signature_checked: bool

    @property
    def sha256(self) -> str:
        """The SHA-256 of the manifest, in hex: equal for two files with equal content, whoever signed them."""
        return hashlib.sha256(self.manifest_bytes).hexdigest()


def read_snapshot(path: Path) -> Snapshot:
    """Read a snapshot file and check all that can be checked without running or drawing anything.

    Raises SnapshotError, one sentence that says what is wrong, where the file is missing, too long, of another layout, changed
    after it was written, signed by another key than it says, or disagrees with itself. Writes nothing.
    """
    try:
        return _checked(read_archive(path))
    except SnapshotError as error:
        raise SnapshotError(f"{path} is refused: {error}") from error
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read: {error.strerror or error}; give a snapshot file ({SUFFIX})") from error


def write_snapshot(
    path: Path, manifest: SnapshotManifest, files: Mapping[str, bytes], sign: Callable[[bytes], Signature] | None = None
) -> Snapshot:
    """Write a snapshot file, whole or not at all, and return what ``read_snapshot`` returns of it.

    ``files`` has to hold what ``manifest.files`` describes; ``sign`` returns the signature of a manifest's bytes. Equal arguments
    give equal bytes. Raises SnapshotError where the snapshot would be refused, and PictureError where it cannot be written.
    """
    text = format_manifest(manifest)
    members = {MANIFEST: text, **files}
    if sign is not None:
        members[SIGNATURE] = format_signature(sign(text))
    snapshot = _checked(members)
    parts = list(archive_parts(members))
    with atomic_file(path) as file:
        file.writelines(parts)
    return snapshot


def _checked(members: Mapping[str, bytes]) -> Snapshot:
    text = members[MANIFEST]
    manifest = parse_manifest(text)
    signature = parse_signature(members[SIGNATURE]) if SIGNATURE in members else None
    is_checked = signature is not None and can_verify()
    if signature is not None and is_checked and not signature.verify(text):
        raise SnapshotError(f"its signature does not fit: {MANIFEST} was changed after it was signed, or the key was replaced")
    files = {name: data for name, data in members.items() if name not in (MANIFEST, SIGNATURE)}
    for name in files:
        if name not in manifest.files:
            raise SnapshotError(f"{MANIFEST} does not list {name}")
    for name, record in manifest.files.items():
        if name not in files:
            raise SnapshotError(f"{MANIFEST} lists {name}, which is missing")
        if len(files[name]) != record.bytes:
            raise SnapshotError(f"it was changed after it was written: {name} has {len(files[name])} bytes, not {record.bytes}")
        if hashlib.sha256(files[name]).hexdigest() != record.sha256:
            raise SnapshotError(f"it was changed after it was written: {name} has another SHA-256")
    _check_agreement(manifest, files)
    _check_pictures(manifest, files)
    return Snapshot(manifest=manifest, manifest_bytes=text, files=files, signature=signature, is_signature_checked=is_checked)


def _check_agreement(manifest: SnapshotManifest, files: Mapping[str, bytes]) -> None:
    """Raise SnapshotError where token.json or the models' manifest belongs to another snapshot."""
    read_object(files[METADATA], METADATA)
    token, model = read_object(files[TOKEN], TOKEN), read_object(files[MODELS_MANIFEST], MODELS_MANIFEST)
    name_of, recipe = model.get("token"), model.get("recipe")
    named, palette = [entry.get("file") for entry in _entries(token)], token.get("palette")
    stated: tuple[tuple[str, str, object, object], ...] = (
        (TOKEN, "hash", token.get("hash"), manifest.hash),
        (TOKEN, "generator", token.get("generator"), manifest.generator),
        (MODELS_MANIFEST, "token", name_of.get("hash") if isinstance(name_of, dict) else name_of, manifest.hash),
        (MODELS_MANIFEST, "generator_version", model.get("generator_version"), manifest.generator),
        (MODELS_MANIFEST, "recipe", recipe, {"name": manifest.recipe.name, "version": manifest.recipe.version}),
        (MODELS_MANIFEST, "step", model.get("step"), manifest.step),
        (MODELS_MANIFEST, "images_seen", model.get("images_seen"), manifest.images),
        (MODELS_MANIFEST, "size", model.get("size"), list(manifest.size)),
        (MODELS_MANIFEST, "latent_dim", model.get("latent_dim"), manifest.latent_dim),
        (MODELS_MANIFEST, "palette", model.get("palette"), palette),
        (TOKEN, "number of colours", len(palette) if isinstance(palette, list) else palette, manifest.colors),
    )
    for name, key, found, expected in stated:
        if found != expected:
            raise SnapshotError(f"{name} belongs to another snapshot: its {key} is {shown(found)}, not {shown(expected)}")
    sprites = {name for name in files if is_sprite(name)}
    if sprites != {name for name in named if isinstance(name, str)}:
        raise SnapshotError(f"{TOKEN} belongs to another snapshot: it names other sprites than there are")


def _entries(token: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = token.get("sprites")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _check_pictures(manifest: SnapshotManifest, files: Mapping[str, bytes]) -> None:
    height, width = manifest.size
    for name, data in files.items():
        if is_sprite(name) and max(png_size(name, data)) > _MAX_SPRITE_SIDE:
            raise SnapshotError(f"{name} is larger than {_MAX_SPRITE_SIDE} pixels a side")
    expected = (NUM_DREAMS // _MOSAIC_COLUMNS * height, _MOSAIC_COLUMNS * width)
    found = png_size(MOSAIC, files[MOSAIC])
    if found != expected:
        raise SnapshotError(f"{MOSAIC} is {found[1]}x{found[0]}; {NUM_DREAMS} dreams are {expected[1]}x{expected[0]}")
    if HISTORY in files:
        check_webp(HISTORY, files[HISTORY])
