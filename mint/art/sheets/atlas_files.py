"""Files of texture atlases beside sheets: which file describes which picture."""

import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Final

from mint.art.labels.label_json import JsonPairs
from mint.art.sheets.atlas_json import json_atlases
from mint.art.sheets.atlas_tiles import tsx_atlas
from mint.art.sheets.texture_atlas import TextureAtlas
from mint.errors import ArtError
from mint.picture_files.source_files import SourceFile, find_source_files
from mint.picture_files.zip_archive import open_archive
from viewer.printable import printable
from viewer.regular_file import read_regular_file

SUFFIXES: Final = (".json", ".tsx", ".tsj")
MAX_BYTES: Final = 1 << 24
# Of the files in a folder that are named otherwise than its pictures, this many are looked into.
_MAX_OTHERS: Final = 32


@dataclass(frozen=True)
class _AtlasFile:
    """A file that may be an atlas: its name, its name in messages, and how its bytes are read."""

    name: str
    display_name: str
    read: Callable[[], bytes]


def find_atlases(paths: Sequence[Path], atlas: Path | None) -> dict[str, TextureAtlas]:
    """Return the atlases of the pictures of sources, by the name of the picture's file below its source.

    A given ``atlas`` is read alone; else the files beside each picture are, if their names or what they name fits it. Raises
    ArtError for an atlas that is damaged, or one that is given and describes none of the pictures.
    """
    files = find_source_files(paths)
    if atlas is not None:
        return _given_atlases(files, atlas)
    found: dict[str, TextureAtlas] = {}
    load = cache(_load)
    beside = cache(_files_beside)
    for file in files:
        name = PurePosixPath(file.name).name
        candidates = beside(*_folder_of(file, paths))
        stem = PurePosixPath(name).stem
        own = [candidate for candidate in candidates if PurePosixPath(candidate.name).stem in (stem, name)]
        others = [candidate for candidate in candidates if candidate not in own][:_MAX_OTHERS]
        for candidate in [*own, *others]:
            for entry in load(candidate):
                image = PurePosixPath(entry.image.replace("\\", "/")).name
                if image == name or (candidate in own and not image):
                    found.setdefault(file.name, entry)
    return found


def _given_atlases(files: Sequence[SourceFile], atlas: Path) -> dict[str, TextureAtlas]:
    try:
        entries = _load(_AtlasFile(atlas.name, str(atlas), partial(read_regular_file, atlas, MAX_BYTES)))
    except OSError as error:
        raise ArtError(f"the atlas {atlas} cannot be read: {error.strerror or error}; give a .json or .tsx file") from error
    if not entries:
        raise ArtError(f"{atlas} is no atlas of Aseprite, TexturePacker or Tiled; give one, or cut the sheet with --cell")
    if len(files) == len(entries) == 1:
        return {files[0].name: entries[0]}
    images = {PurePosixPath(entry.image.replace("\\", "/")).name: entry for entry in entries}
    found = {file.name: images[name] for file in files if (name := PurePosixPath(file.name).name) in images}
    if not found:
        raise ArtError(f"{atlas} describes {', '.join(images) or 'no picture'}, which is not among the pictures; give it, too")
    return found


def _folder_of(file: SourceFile, paths: Sequence[Path]) -> tuple[Path, str | None]:
    """Return the folder of a picture file; of one in an archive, the archive and the folder in it."""
    for path in paths:
        if file.display_name.startswith(f"{path}: "):
            return path, file.display_name[len(f"{path}: ") :].rpartition("/")[0]
    return Path(file.display_name).parent, None


def _files_beside(folder: Path, inner: str | None) -> list[_AtlasFile]:
    """Return the files of a folder, or of a folder in an archive, that may be atlases."""
    if inner is not None:
        return list(_archive_entries(folder, inner))
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
        return [
            _AtlasFile(path.name, str(path), partial(read_regular_file, path, MAX_BYTES, within=folder))
            for path in paths
            if path.stat().st_size <= MAX_BYTES
        ]
    except OSError:
        return []


def _archive_entries(path: Path, folder: str) -> Iterator[_AtlasFile]:
    with open_archive(path) as archive:
        entries = archive.infolist()
    for entry in entries:
        parent, _, name = entry.filename.replace("\\", "/").rpartition("/")
        if parent == folder and PurePosixPath(name).suffix.lower() in SUFFIXES and entry.file_size <= MAX_BYTES:

            def read(entry: zipfile.ZipInfo = entry) -> bytes:
                with open_archive(path) as archive, archive.open(entry) as file:
                    return file.read(MAX_BYTES)

            yield _AtlasFile(name, printable(f"{path}: {entry.filename}"), read)


def _load(file: _AtlasFile) -> list[TextureAtlas]:
    """Return the atlases of a file; none where it is something else. Raises ArtError for one that is damaged."""
    data = file.read()
    try:
        if file.name.lower().endswith(".tsx"):
            atlas = tsx_atlas(data, file.display_name)
            return [] if atlas is None else [atlas]
        try:
            document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=JsonPairs)
        except (ValueError, RecursionError):
            return []  # JSON that is damaged or something else says nothing about a sheet
        return json_atlases(document, file.display_name)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise ArtError(
            f"{file.display_name} is no atlas that can be read ({reason}); export it again, or import without it by --atlas none"
        ) from error
