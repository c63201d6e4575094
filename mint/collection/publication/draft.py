"""A publication while it is made: the steps from pictures to hashes, each of which goes on with the files of the one before."""

import json
import os
import shutil
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from mint import atomic_write
from mint.collection.folder import CollectionFolder, CollectionToken
from mint.collection.ipfs.car_packer import CarPacker
from mint.collection.publication import checksums
from mint.collection.publication.documents import (
    COLLECTION_PICTURE,
    CONTRACT_DOCUMENT,
    MediaFile,
    TokenMedia,
    contract_document,
    token_document,
)
from mint.collection.publication.pictures import ANIMATION_SUFFIX, PictureJob, collection_picture, make_pictures
from mint.collection.publication.provenance import published_tokens
from mint.collection.publication.record import PublishedFolder
from mint.collection.publication.settings import PublicationSettings
from mint.collection.worker_pool import map_over_cores
from mint.errors import PublicationError
from mint.token.folder import MAX_JSON_BYTES
from viewer.regular_file import open_regular_file, read_regular_file

OnProgress = Callable[[str, int, int], None]  # stage, done, total

METADATA: Final = "metadata"
IMAGES, THUMBNAILS, ANIMATIONS = "images", "thumbnails", "animations"
# Width and height in the header of a PNG (PNG specification, third edition, 11.2.1).
_PNG_SIZE: Final = struct.Struct(">16xII")


@dataclass(frozen=True)
class PublicationDraft:
    """A publication of a collection in the folder ``path``, which is not complete yet. All its methods raise OSError."""

    path: Path
    folder: CollectionFolder
    settings: PublicationSettings
    packer: CarPacker | None
    on_progress: OnProgress

    @cached_property
    def tokens(self) -> list[tuple[int, CollectionToken]]:
        """The numbers of the tokens, each with the token of the collection that it shows."""
        return published_tokens(self.folder.collection, self.settings.starting_index)

    @property
    def media_folders(self) -> list[str]:
        """The names of the folders of pictures and films."""
        names = [IMAGES]
        if self.settings.platform == "tezos":
            names.append(THUMBNAILS)
        if self.settings.animation != "none":
            names.append(ANIMATIONS)
        return names

    def link_media(self, earlier: Path, except_numbers: frozenset[int]) -> None:
        """Take the pictures and films of an earlier publication, except those of some tokens."""
        for name in self.media_folders:
            atomic_write.make_folder(self.path / name)
            for source in sorted((earlier / name).glob("*")):
                copy = self.path / name / source.name
                is_file = source.is_file() and not source.is_symlink()
                if is_file and source.stem.isdecimal() and int(source.stem) not in except_numbers and not copy.exists():
                    _link(source, copy)

    def make_media(self) -> None:
        """Make the pictures and films that are not there yet. Raises what ``make_pictures`` does."""
        for name in self.media_folders:
            atomic_write.make_folder(self.path / name)
        jobs = [
            PictureJob(
                token=self.folder.token_path(drawn.number),
                hash=drawn.hash,
                settings=self.settings,
                image=self._media(IMAGES, number, ".png"),
                thumbnail=self._media(THUMBNAILS, number, ".png"),
                animation=self._media(ANIMATIONS, number, ANIMATION_SUFFIX),
            )
            for number, drawn in self.tokens
        ]
        for done, _ in enumerate(map_over_cores(make_pictures, jobs), 1):
            self.on_progress("pictures", done, len(jobs))
        self._remove_others({path for job in jobs for path in (job.image, job.thumbnail, job.animation)})
        first = [self.folder.token_path(token.number) for token in self.folder.collection.tokens[:36]]
        atomic_write.write_bytes(self.path / IMAGES / COLLECTION_PICTURE, collection_picture(first))

    def _remove_others(self, expected: set[Path | None]) -> None:
        """Remove from the media folders what is of no token, such as half a file of a run that was killed."""
        for name in self.media_folders:
            for path in (self.path / name).iterdir():
                if path not in expected:
                    path.unlink()

    def hash_files(self, names: Iterable[str]) -> dict[str, str]:
        """Return the SHA-256 of files by name."""
        listed = list(names)
        return checksums.hash_files(self.path, listed, lambda done: self.on_progress("hashing", done, len(listed)))

    def pack(self, name: str) -> PublishedFolder | None:
        """Pack a folder as a CAR file beside it, and return what it holds; None where it has no files."""
        folder = self.path / name
        sizes = [(folder / file).stat().st_size for file in checksums.list_files(folder)]
        if not sizes:
            return None
        self.on_progress(f"packing {name}", 0, 1)
        cid = self.packer.pack(folder, self.path / f"{name}.car") if self.packer else None
        self.on_progress(f"packing {name}", 1, 1)
        return PublishedFolder(files=len(sizes), bytes=sum(sizes), cid=cid)

    def uri(self, name: str, packed: PublishedFolder) -> str:
        """Return the address of a folder, without a slash at its end."""
        return f"ipfs://{packed.cid}" if self.settings.base_uri is None else f"{self.settings.base_uri}/{name}"

    def write_metadata(self, uris: dict[str, str]) -> None:
        """Write the metadata of all tokens and of the contract; ``uris`` are the addresses of the folders with media.

        Raises PublicationError where a document does not conform to its standard, or the metadata of a token's folder cannot be
        read.
        """

        def fill(target: Path) -> None:
            for done, (number, drawn) in enumerate(self.tokens, 1):
                (target / f"{number}{self.settings.document_suffix}").write_bytes(self.token_document(number, drawn, uris))
                self.on_progress("metadata", done, len(self.tokens))
            (target / CONTRACT_DOCUMENT).write_bytes(self.contract_document(uris))

        atomic_write.write_folder(self.path / METADATA, fill, replace=True)

    def token_document(self, number: int, drawn: CollectionToken, uris: dict[str, str]) -> bytes:
        """Return the metadata of a token. Raises PublicationError as ``write_metadata`` does."""
        media = TokenMedia(
            image=self._media_file(IMAGES, f"{number}.png", uris),
            thumbnail=self._optional_media_file(THUMBNAILS, f"{number}.png", uris),
            animation=self._optional_media_file(ANIMATIONS, f"{number}{ANIMATION_SUFFIX}", uris),
        )
        description = _read_description(self.folder.token_path(drawn.number))
        return token_document(self.folder.collection, number, drawn, description, media, self.settings)

    def contract_document(self, uris: dict[str, str]) -> bytes:
        """Return the metadata of the contract."""
        return contract_document(self.folder.collection, f"{uris[IMAGES]}/{COLLECTION_PICTURE}", self.settings)

    def _media(self, name: str, number: int, suffix: str) -> Path | None:
        return self.path / name / f"{number}{suffix}" if name in self.media_folders else None

    def _optional_media_file(self, name: str, file: str, uris: dict[str, str]) -> MediaFile | None:
        return self._media_file(name, file, uris) if (self.path / name / file).exists() else None

    def _media_file(self, name: str, file: str, uris: dict[str, str]) -> MediaFile:
        path = self.path / name / file
        with open_regular_file(path, within=self.path) as opened:
            start = opened.read(_PNG_SIZE.size)
            size = os.fstat(opened.fileno()).st_size
        if path.suffix == ".png" and len(start) < _PNG_SIZE.size:
            raise PublicationError(f"{path} is damaged; make it anew by publishing with --only {path.stem}")
        dimensions = _PNG_SIZE.unpack(start) if path.suffix == ".png" else None
        return MediaFile(uri=f"{uris[name]}/{file}", num_bytes=size, dimensions=dimensions)


def _link(source: Path, copy: Path) -> None:
    try:
        os.link(source, copy)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, copy)


def _read_description(token: Path) -> str:
    path = token / "metadata.json"
    try:
        description = json.loads(read_regular_file(path, MAX_JSON_BYTES, within=token))["description"]
        if not isinstance(description, str):
            raise ValueError("its description is not a text")
        return description
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PublicationError(f"{path} cannot be read: {error}; look what has changed with: mint collection verify") from error
