"""Sources of art: files, folders and zip archives, read in a fixed order; links and paths that point outside are refused."""

import os
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from mint.art.picture_reader import MAX_FILE_BYTES, SUFFIXES, decode_frames
from mint.art.rgba import Rgba
from mint.errors import ArtError

MAX_FILES: Final = 100_000
MAX_TOTAL_PIXELS: Final = 1 << 27
MAX_UNPACKED_BYTES: Final = 1 << 29


@dataclass(frozen=True, kw_only=True)
class SourcePicture:
    """A picture of a source: ``file`` is its path below the source, ``name`` the same without suffix but with # and the frame."""

    name: str
    file: str
    rgba: Rgba

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of its folders, outermost first."""
        return PurePosixPath(self.file).parts[:-1]


class _SourceFile(NamedTuple):
    name: str  # below the source, with /
    display_name: str  # for messages
    read: Callable[[], bytes]


def read_pictures(paths: Sequence[Path], on_progress: Callable[[int, int], None]) -> list[SourcePicture]:
    """Read all pictures of the sources, source by source, sorted by name within each.

    Calls ``on_progress(done, total)`` with numbers of files. Raises ArtError for files that cannot be read, links and paths that
    point outside their source, and sources that are too large.
    """
    files = _source_files(paths)
    if not files:
        raise ArtError(
            f"there are no pictures in {_listed(paths)}; give PNG, GIF, WebP, BMP or JPEG files, folders or zip archives"
        )
    stems = Counter(_stem(file.name) for file in files)
    pictures, num_pixels = [], 0
    for done, file in enumerate(files):
        on_progress(done, len(files))
        data = file.read()
        images = list(decode_frames(data, file.display_name))
        name = _stem(file.name) if stems[_stem(file.name)] == 1 else file.name
        num_pixels += sum(image.shape[0] * image.shape[1] for image in images)
        if num_pixels > MAX_TOTAL_PIXELS:
            raise ArtError(f"the pictures have more than {MAX_TOTAL_PIXELS >> 20} million pixels in total; import fewer at a time")
        for number, rgba in enumerate(images):
            pictures.append(SourcePicture(name=name if len(images) == 1 else f"{name}#{number}", file=file.name, rgba=rgba))
    on_progress(len(files), len(files))
    _check_names(pictures)
    return pictures


def _source_files(paths: Sequence[Path]) -> list[_SourceFile]:
    has_several_roots = sum(path.is_dir() or _is_archive(path) for path in paths) > 1
    files: list[_SourceFile] = []
    for path in paths:
        prefix = f"{path.resolve().name if path.is_dir() else path.stem}/" if has_several_roots else ""
        try:
            if path.is_dir():
                entries = _folder_files(path, prefix)
            elif _is_archive(path):
                entries = _archive_files(path, prefix)
            elif path.is_file():
                entries = iter([_SourceFile(path.name, str(path), partial(_read, path))])
            else:
                raise ArtError(f"{path} does not exist; give pictures, folders or zip archives")
            for file in entries:
                files.append(file)
                if len(files) > MAX_FILES:
                    raise ArtError(f"{path} holds more than {MAX_FILES} pictures; import fewer at a time")
        except OSError as error:
            raise ArtError(f"{path} cannot be read: {error.strerror or error}; give files that can be opened") from error
    return files


def _folder_files(folder: Path, prefix: str) -> Iterator[_SourceFile]:
    root = os.path.realpath(folder)

    def fail(error: OSError) -> None:
        raise error

    for parent, folders, files in os.walk(folder, onerror=fail):
        folders.sort()
        for name in sorted([*folders, *files]):
            path = Path(parent, name)
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
                raise ArtError(f"{path} is a link that points outside {folder}; remove it, or give its target instead")
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in sorted(files):
            path = Path(parent, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and path.is_file():
                yield _SourceFile(prefix + path.relative_to(folder).as_posix(), str(path), partial(_read, path))


def _archive_files(path: Path, prefix: str) -> Iterator[_SourceFile]:
    try:
        archive = zipfile.ZipFile(path)
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ArtError(f"{path} is a damaged zip archive; give an undamaged one") from error
    unpacked = 0
    for entry in sorted(entries, key=lambda entry: entry.filename):
        name = entry.filename
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\0" in name or "\\" in name:
            raise ArtError(f"{path} has the entry {name!a}, which points outside the archive; pack it again")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ArtError(f"{path} contains the link {name!a}; pack the file itself")
        is_hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        if entry.is_dir() or is_hidden or PurePosixPath(name).suffix.lower() not in SUFFIXES:
            continue
        if entry.flag_bits & 1:
            raise ArtError(f"{path} is encrypted; unpack it first")
        unpacked += entry.file_size
        if entry.file_size > MAX_FILE_BYTES or unpacked > MAX_UNPACKED_BYTES:
            raise ArtError(
                f"{path} unpacks to more than {MAX_UNPACKED_BYTES >> 20} MiB, or a file in it to more than {MAX_FILE_BYTES >> 20}; "
                "unpack it first"
            )
        yield _SourceFile(prefix + name, f"{path}: {name}", partial(_unpack, archive, path, entry))


def _unpack(archive: zipfile.ZipFile, path: Path, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as file:
            # The directory may give a wrong size: no more than that is unpacked.
            data = file.read(entry.file_size + 1)
    # Damaged streams raise errors of zlib, lzma and struct besides those of zipfile.
    except Exception as error:
        raise ArtError(f"{path} has the damaged entry {entry.filename!a}; give an undamaged archive") from error
    if len(data) != entry.file_size:
        raise ArtError(f"{path} has the entry {entry.filename!a}, whose size is not the recorded one; pack the archive again")
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
    duplicates = [name for name, count in Counter(picture.name for picture in pictures).items() if count > 1]
    if duplicates:
        raise ArtError(f"two pictures are named {duplicates[0]!r}; rename one, or import a folder that holds both")
    unprintable = next((picture.name for picture in pictures if not picture.name.isprintable()), None)
    if unprintable is not None:
        raise ArtError(f"the file name {unprintable!a} has unprintable characters; rename the file")


def _listed(paths: Sequence[Path]) -> str:
    return str(paths[0]) if len(paths) == 1 else f"{', '.join(map(str, paths[:4]))}"
