"""Check a publication: every file's hash, every count, the provenance, the metadata, and the CIDs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mint.collection.folder import FILE_NAME as COLLECTION_NAME
from mint.collection.folder import CollectionFolder, collection_digest
from mint.collection.ipfs.car_reader import read_car
from mint.collection.publication import checksums
from mint.collection.publication.documents import CONTRACT_DOCUMENT
from mint.collection.publication.draft import ANIMATIONS, IMAGES, METADATA, OnProgress, PublicationDraft
from mint.collection.publication.provenance import provenance_record
from mint.collection.publication.publishing import PROVENANCE_NAME
from mint.collection.publication.record import FILE_NAME, Publication
from mint.collection.verification.problem import Problem
from mint.errors import PublicationError
from viewer.regular_file import read_regular_file

Found = Iterator[tuple[str, str]]  # the name of a file and what is wrong with it

_NOT_LISTED: Final = f"it is not listed in {checksums.FILE_NAME}"
_MAX_PROVENANCE_BYTES: Final = 1 << 29
_MAX_DOCUMENT_BYTES: Final = 1 << 22


class PublicationCheck:
    """Checks the publication in a folder against its collection, and against what its publication.json says."""

    def __init__(self, path: Path, publication: Publication, folder: CollectionFolder, on_progress: OnProgress) -> None:
        self._path = path
        self._publication = publication
        self._folder = folder
        self._on_progress = on_progress
        self._draft = PublicationDraft(path, folder, publication.settings, None, on_progress)
        self._digests: dict[str, str] = {}

    def run(self) -> list[Problem]:
        """Return everything that is wrong. Raises OSError where a file cannot be read."""
        place = self._path.relative_to(self._folder.path)
        names = [name for name in checksums.list_files(self._path) if name != checksums.FILE_NAME]
        self._digests = self._draft.hash_files(names)
        checks = [self._check_hashes(), self._check_collection(), self._check_counts(), self._check_provenance()]
        if self._publication.size == len(self._draft.tokens):
            checks.append(self._check_metadata())
        checks.append(self._check_cars())
        return [Problem((place / name).as_posix(), what) for check in checks for name, what in check]

    @property
    def num_files(self) -> int:
        """How many files were hashed."""
        return len(self._digests)

    def _check_hashes(self) -> Found:
        try:
            listed = checksums.read_checksums(self._path)
        except FileNotFoundError:
            yield checksums.FILE_NAME, "it is missing"
            return
        except ValueError as error:
            yield checksums.FILE_NAME, str(error)
            return
        for name in sorted({*listed, *self._digests}):
            if name not in self._digests:
                yield name, "it is missing"
            elif name not in listed:
                yield name, _NOT_LISTED
            elif listed[name] != self._digests[name]:
                yield name, f"its SHA-256 is not the one in {checksums.FILE_NAME}"

    def _check_collection(self) -> Found:
        if self._publication.settings.platform != self._path.name:
            yield FILE_NAME, f"it is of a publication for {self._publication.settings.platform}"
        if self._publication.collection_sha256 != collection_digest(self._folder):
            yield FILE_NAME, f"it is of another {COLLECTION_NAME} than there is now"

    def _check_counts(self) -> Found:
        publication, num_tokens = self._publication, len(self._draft.tokens)
        if publication.size != num_tokens:
            yield FILE_NAME, f"it is of {publication.size} tokens, and the collection has {num_tokens}"
        # Beside the tokens' files there are the picture of the collection, and the metadata of the contract.
        expected = {IMAGES: num_tokens + 1, METADATA: num_tokens + 1, ANIMATIONS: publication.animations}
        for name in (*self._draft.media_folders, METADATA):
            files = self._files_in(name)
            count = expected.get(name, num_tokens)
            if len(files) != count:
                yield name, f"it has {len(files)} files, and {count} are due"
            stated = publication.folders.get(name)
            size = sum((self._path / name / file).stat().st_size for file in files)
            if files and (stated is None or (stated.files, stated.bytes) != (len(files), size)):
                yield FILE_NAME, f"it states other numbers of files or bytes than {name} has"

    def _check_provenance(self) -> Found:
        pictures = {number: self._digests.get(f"{IMAGES}/{number}.png", "") for number, _ in self._draft.tokens}
        record = provenance_record(self._folder.collection, self._publication.settings.starting_index, pictures)
        if self._publication.provenance != record["provenance"]:
            yield FILE_NAME, "its provenance hash is not the one of the pictures"
        try:
            stated = json.loads(read_regular_file(self._path / PROVENANCE_NAME, _MAX_PROVENANCE_BYTES, within=self._path))
        except FileNotFoundError:
            return  # told with the hashes
        except (ValueError, RecursionError):
            stated = None
        if stated != record:
            yield PROVENANCE_NAME, "it does not tell the hashes and the order of the pictures"

    def _check_metadata(self) -> Found:
        """Write every document again, and compare."""
        folders = self._publication.folders
        uris = {name: self._draft.uri(name, folders[name]) for name in self._draft.media_folders if name in folders}
        suffix = self._publication.settings.document_suffix
        for done, (number, drawn) in enumerate(self._draft.tokens, 1):
            path = self._path / METADATA / f"{number}{suffix}"
            try:
                if path.is_file() and self._document(path) != self._draft.token_document(number, drawn, uris):
                    yield f"{METADATA}/{path.name}", "it does not describe the token and its files"
            except (PublicationError, KeyError, FileNotFoundError):
                yield f"{METADATA}/{path.name}", "there is nothing to compare it with, as files of the token are missing"
            self._on_progress("comparing metadata", done, len(self._draft.tokens))
        contract = self._path / METADATA / CONTRACT_DOCUMENT
        if IMAGES in uris and contract.is_file() and self._document(contract) != self._draft.contract_document(uris):
            yield f"{METADATA}/{CONTRACT_DOCUMENT}", "it does not describe the collection"
        if METADATA in folders:
            token_uri = self._draft.uri(METADATA, folders[METADATA]) + "/"
            if (self._publication.token_uri, self._publication.contract_uri) != (token_uri, token_uri + CONTRACT_DOCUMENT):
                yield FILE_NAME, "its addresses of metadata are not those of the folder of metadata"

    def _check_cars(self) -> Found:
        """Read the CAR files, and compare their CIDs and files with the folders."""
        for name, stated in self._publication.folders.items():
            car = self._path / f"{name}.car"
            if stated.cid is None or not car.is_file():
                continue  # a missing one is told with the hashes
            self._on_progress(f"reading {car.name}", 0, 1)
            try:
                contents = read_car(car)
            except PublicationError as error:
                yield car.name, str(error)
                continue
            if contents.cid != stated.cid:
                yield car.name, f"its CID is {contents.cid}, and {FILE_NAME} states {stated.cid}"
            files = {file: self._digests[f"{name}/{file}"] for file in self._files_in(name)}
            if contents.files != files:
                wrong = min(file for file in {*contents.files, *files} if contents.files.get(file) != files.get(file))
                yield car.name, f"it does not hold what {name} holds: {wrong} differs"
            self._on_progress(f"reading {car.name}", 1, 1)

    def _document(self, path: Path) -> bytes:
        return read_regular_file(path, _MAX_DOCUMENT_BYTES, within=self._path)

    def _files_in(self, folder: str) -> list[str]:
        return [name.removeprefix(f"{folder}/") for name in self._digests if name.startswith(f"{folder}/")]
