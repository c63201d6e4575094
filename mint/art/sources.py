"""Sources of art: files, folders and zip archives, walked in a fixed order and never left by links or paths that point out."""

import os
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from mint.art.grid_detection import Rgba
from mint.art.picture_reader import MAX_FILE_BYTES, SUFFIXES, frames
from mint.errors import ArtError

MAX_FILES: Final = 100_000
MAX_TOTAL_PIXELS: Final = 1 << 27
MAX_UNPACKED_BYTES: Final = 1 << 29


@dataclass(frozen=True, kw_only=True)
class SourcePicture:
    """A picture as it was found: ``file`` is its path below the source, ``name`` that without suffix and with ``#`` the frame."""

    name: str
    file: str
    rgba: Rgba

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of the folders it lies in, the outermost first."""
        return PurePosixPath(self.file).parts[:-1]


class _File(NamedTuple):
    name: str  # below the source, with /
    shown: str  # for messages
    read: Callable[[], bytes]


def read_pictures(paths: Sequence[Path], advance: Callable[[int, int], None]) -> list[SourcePicture]:
    """Read all pictures of the sources, in the order of the sources and by name within each.

    ``advance(done, total)`` is told the files. Raises ArtError for what cannot be read, points out of its source, or is too much.
    """
    files = _files(paths)
    if not files:
        raise ArtError(f"no picture is in {_listed(paths)}; give PNG, GIF, WebP, BMP or JPEG files, folders or zip archives")
    stems = Counter(_stem(file.name) for file in files)
    pictures, num_pixels = [], 0
    for done, file in enumerate(files):
        advance(done, len(files))
        data = file.read()
        images = list(frames(data, file.shown))
        name = _stem(file.name) if stems[_stem(file.name)] == 1 else file.name
        num_pixels += sum(image.shape[0] * image.shape[1] for image in images)
        if num_pixels > MAX_TOTAL_PIXELS:
            raise ArtError(f"the pictures have more than {MAX_TOTAL_PIXELS >> 20} million pixels together; import fewer at a time")
        for number, rgba in enumerate(images):
            pictures.append(SourcePicture(name=name if len(images) == 1 else f"{name}#{number}", file=file.name, rgba=rgba))
    advance(len(files), len(files))
    _check_names(pictures)
    return pictures


def _files(paths: Sequence[Path]) -> list[_File]:
    several = sum(path.is_dir() or _is_archive(path) for path in paths) > 1
    files: list[_File] = []
    for path in paths:
        prefix = f"{path.resolve().name if path.is_dir() else path.stem}/" if several else ""
        try:
            if path.is_dir():
                found = _folder_files(path, prefix)
            elif _is_archive(path):
                found = _archive_files(path, prefix)
            elif path.is_file():
                found = iter([_File(path.name, str(path), lambda path=path: _read(path))])  # type: ignore[misc]
            else:
                raise ArtError(f"{path} does not exist; give pictures, folders or zip archives")
            for file in found:
                files.append(file)
                if len(files) > MAX_FILES:
                    raise ArtError(f"{path} holds more than {MAX_FILES} pictures; import fewer at a time")
        except OSError as error:
            raise ArtError(f"{path} cannot be read: {error.strerror or error}; give files that can be opened") from error
    return files


def _folder_files(folder: Path, prefix: str) -> Iterator[_File]:
    root = os.path.realpath(folder)

    def fail(error: OSError) -> None:
        raise error

    for place, names, files in os.walk(folder, onerror=fail):
        names.sort()
        for name in sorted([*names, *files]):
            path = Path(place, name)
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
                raise ArtError(f"{path} is a link that points out of {folder}; remove it, or name what it points to")
        names[:] = [name for name in names if not name.startswith(".")]
        for name in sorted(files):
            path = Path(place, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and path.is_file():
                yield _File(prefix + path.relative_to(folder).as_posix(), str(path), lambda path=path: _read(path))  # type: ignore[misc]


def _archive_files(path: Path, prefix: str) -> Iterator[_File]:
    try:
        archive = zipfile.ZipFile(path)
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ArtError(f"{path} is a damaged zip archive; give a whole one") from error
    unpacked = 0
    for entry in sorted(entries, key=lambda entry: entry.filename):
        name = entry.filename
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\0" in name or "\\" in name:
            raise ArtError(f"{path} has the entry {name!a}, which points out of it; pack the archive anew")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ArtError(f"{path} has the link {name!a}; pack the files themselves")
        is_hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        if entry.is_dir() or is_hidden or PurePosixPath(name).suffix.lower() not in SUFFIXES:
            continue
        if entry.flag_bits & 1:
            raise ArtError(f"{path} is encrypted; unpack it first")
        unpacked += entry.file_size
        if entry.file_size > MAX_FILE_BYTES or unpacked > MAX_UNPACKED_BYTES:
            raise ArtError(
                f"{path} unpacks to more than {MAX_UNPACKED_BYTES >> 20} MiB or one of its files to too much; unpack it first"
            )
        yield _File(prefix + name, f"{path}: {name}", lambda entry=entry: _unpack(archive, path, entry))  # type: ignore[misc]


def _unpack(archive: zipfile.ZipFile, path: Path, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as file:
            # Sizes in the directory may lie: no more than was promised is unpacked.
            data = file.read(entry.file_size + 1)
    # Damaged streams raise errors of zlib, lzma and struct besides those of zipfile.
    except Exception as error:
        raise ArtError(f"{path} has the damaged entry {entry.filename!a}; give a whole archive") from error
    if len(data) != entry.file_size:
        raise ArtError(f"{path} has the entry {entry.filename!a}, which is not as large as it says; pack the archive anew")
    return data


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ArtError(f"{path} cannot be read: {error.strerror or error}; give files that can be opened") from error
    if len(data) > MAX_FILE_BYTES:
        raise ArtError(f"{path} is larger than {MAX_FILE_BYTES >> 20} MiB; give a smaller file")
    return data


def _is_archive(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and path.is_file()


def _stem(name: str) -> str:
    return name[: len(name) - len(PurePosixPath(name).suffix)]


def _check_names(pictures: Sequence[SourcePicture]) -> None:
    twice = [name for name, count in Counter(picture.name for picture in pictures).items() if count > 1]
    if twice:
        raise ArtError(f"two pictures are named {twice[0]!r}; rename one, or import one folder that holds both")
    bad = next((picture.name for picture in pictures if not picture.name.isprintable()), None)
    if bad is not None:
        raise ArtError(f"the file name {bad!a} holds characters that cannot be printed; rename the file")


def _listed(paths: Sequence[Path]) -> str:
    return str(paths[0]) if len(paths) == 1 else f"{', '.join(map(str, paths[:4]))}"
