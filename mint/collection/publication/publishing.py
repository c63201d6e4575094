"""Publish a collection: pictures, films, metadata, hashes and CAR files, in one folder that appears whole.

Everything is made in a folder with a temporary name, which then takes the place of an earlier publication. A run that was stopped
leaves that folder, and the next one with the same settings goes on there. What need not be made anew is linked from the earlier
publication.
"""

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from mint import atomic_write
from mint.collection.folder import CollectionFolder, collection_digest
from mint.collection.ipfs.car_packer import find_packer
from mint.collection.publication import checksums
from mint.collection.publication.documents import CONTRACT_DOCUMENT
from mint.collection.publication.draft import ANIMATIONS, IMAGES, METADATA, OnProgress, PublicationDraft
from mint.collection.publication.provenance import provenance_record
from mint.collection.publication.record import FILE_NAME, Publication, format_publication, publication_path, read_publication
from mint.collection.publication.schema_check import require_jsonschema
from mint.collection.publication.settings import PublicationSettings
from mint.errors import PublicationError
from viewer.regular_file import UnsuitableFileError, read_regular_file

PROVENANCE_NAME: Final = "provenance.json"
_PURPOSE_NAME: Final = "unfinished.json"  # in the temporary folder: what it is to become


@dataclass(frozen=True, kw_only=True)
class Published:
    """What was published where, how many files it has but for their checksums, and how many are new or differ from before."""

    path: Path
    publication: Publication
    num_files: int
    changed_files: int


def publish_collection(
    folder: CollectionFolder, settings: PublicationSettings, only: frozenset[int] | None, on_progress: OnProgress
) -> Published:
    """Publish a collection into ``published/`` and the name of the marketplace, within its folder.

    With ``only``, pictures and films are made anew for the tokens with these numbers alone; metadata, hashes and CAR files always
    are. Equal collections and settings give equal bytes. Raises PublicationError; TokenError, ViewerError or HistoryError where a
    token cannot be shown as the settings say. Then an earlier publication stays as it is.
    """
    target = publication_path(folder.path, settings.platform)
    _check(folder, settings, only)
    try:
        collection_sha256 = collection_digest(folder)
        if only is not None and read_publication(target).collection_sha256 != collection_sha256:
            raise PublicationError(f"{target} publishes what {folder.path} held before; leave out --only to publish all of it anew")
        packer = find_packer() if settings.car else None
        require_jsonschema()
        numbers = None if only is None else sorted(only)
        purpose = {"settings": asdict(settings), "only": numbers, "collection": collection_sha256}
        draft = PublicationDraft(_unfinished(target, json.dumps(purpose).encode()), folder, settings, packer, on_progress)
        if only is not None:
            draft.link_media(target, except_numbers=only)
        publication, digests = _fill(draft, collection_sha256)
        changed = _num_changed(target, digests)
        _replace(draft.path, target)
    except OSError as error:
        raise PublicationError(
            f"the publication {target} cannot be written: {error.strerror or error}; make room, and publish again to go on"
        ) from error
    return Published(path=target, publication=publication, num_files=len(digests), changed_files=changed)


def _check(folder: CollectionFolder, settings: PublicationSettings, only: frozenset[int] | None) -> None:
    """Raise what can be foreseen before the work begins."""
    collection = folder.collection
    if settings.starting_index >= len(collection.tokens):
        raise PublicationError(
            f"the starting index {settings.starting_index} is beyond the {len(collection.tokens)} tokens; "
            f"give 0 to {len(collection.tokens) - 1}"
        )
    if settings.starting_index and collection.seed is None:
        raise PublicationError("the hashes of this collection were given in the order of their tokens; leave out --starting-index")
    for number in only or ():
        folder.token(number)
    if settings.animation != "none":
        from viewer.pictures.film import check_film

        check_film(Path("animation.mp4"))


def _unfinished(target: Path, purpose: bytes) -> Path:
    """Return the temporary folder: that of a stopped run with the same purpose, or a new one."""
    path = target.with_name(f".{target.name}.unfinished")
    with suppress(FileNotFoundError, UnsuitableFileError):
        if read_regular_file(path / _PURPOSE_NAME, len(purpose), within=path) == purpose:
            for stale in path.glob(".*.tmp"):
                shutil.rmtree(stale) if stale.is_dir() and not stale.is_symlink() else stale.unlink()
            return path
    shutil.rmtree(path, ignore_errors=True)
    atomic_write.make_folder(path)
    atomic_write.write_bytes(path / _PURPOSE_NAME, purpose)
    return path


def _fill(draft: PublicationDraft, collection_sha256: str) -> tuple[Publication, dict[str, str]]:
    """Make all files of a publication, and return its record and the SHA-256 of each file."""
    draft.make_media()
    digests = draft.hash_files(f"{name}/{file}" for name in draft.media_folders for file in checksums.list_files(draft.path / name))
    pictures = {number: digests[f"{IMAGES}/{number}.png"] for number, _ in draft.tokens}
    provenance = provenance_record(draft.folder.collection, draft.settings.starting_index, pictures)
    packed = {name: found for name in draft.media_folders if (found := draft.pack(name))}
    draft.write_metadata({name: draft.uri(name, found) for name, found in packed.items()})
    documents = draft.pack(METADATA)
    assert documents is not None
    packed[METADATA] = documents
    token_uri = draft.uri(METADATA, documents) + "/"
    publication = Publication(
        settings=draft.settings,
        collection_sha256=collection_sha256,
        size=len(draft.tokens),
        animations=packed[ANIMATIONS].files if ANIMATIONS in packed else 0,
        provenance=str(provenance["provenance"]),
        token_uri=token_uri,
        contract_uri=token_uri + CONTRACT_DOCUMENT,
        folders=packed,
    )
    atomic_write.write_bytes(draft.path / PROVENANCE_NAME, (json.dumps(provenance, indent=1) + "\n").encode())
    atomic_write.write_bytes(draft.path / FILE_NAME, format_publication(publication))
    others = {*checksums.list_files(draft.path)} - {*digests, _PURPOSE_NAME, checksums.FILE_NAME}
    digests |= draft.hash_files(sorted(others))
    atomic_write.write_bytes(draft.path / checksums.FILE_NAME, checksums.format_checksums(digests))
    return publication, digests


def _replace(draft: Path, target: Path) -> None:
    (draft / _PURPOSE_NAME).unlink()
    atomic_write.replace_folder(draft, target)
    atomic_write.sync_folder(target.parent)
    shutil.rmtree(draft, ignore_errors=True)  # the earlier publication, which has exchanged names with the new one


def _num_changed(target: Path, digests: Mapping[str, str]) -> int:
    """Return how many files are new or differ from the publication in a folder."""
    try:
        earlier = checksums.read_checksums(target)
    except (OSError, ValueError):
        earlier = {}
    return sum(earlier.get(name) != digest for name, digest in digests.items())
