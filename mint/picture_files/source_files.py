"""The picture files of sources: given files, folders at any depth and zip archives, in a fixed order.

Links and archive entries that point outside their source are refused. Files are found by suffix, and told apart by content later.
"""

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from mint.errors import PictureFileError, UnreadablePictureError
from mint.picture_files.formats import READ_FORMATS, SUFFIXES
from mint.picture_files.reader import read_file
from mint.picture_files.zip_archive import open_archive
from viewer.printable import printable

MAX_FILES: Final = 100_000
MAX_ENTRY_BYTES: Final = 1 << 26

_DRIVE: Final = re.compile(r"[A-Za-z]:/")
_LISTED: Final = 4


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """A picture file: its path below the source, with /, its name in messages, and how its bytes are read."""

    name: str
    display_name: str
    read: Callable[[], bytes]  # raises UnreadablePictureError

    @property
    def stem(self) -> str:
        """The path without the suffix."""
        return self.name[: len(self.name) - len(PurePosixPath(self.name).suffix)]


def find_source_files(paths: Sequence[Path]) -> list[SourceFile]:
    """Return the picture files of the sources, source by source, sorted by name within each.

    Raises PictureFileError where a source is missing, is damaged, holds too many files or none, or something points outside it.
    """
    has_several_roots = sum(path.is_dir() or _is_archive(path) for path in paths) > 1
    files: list[SourceFile] = []
    for path in paths:
        prefix = f"{path.resolve().name if path.is_dir() else path.stem}/" if has_several_roots else ""
        try:
            for file in _files(path, prefix):
                files.append(file)
                if len(files) > MAX_FILES:
                    raise PictureFileError(f"{path} holds more than {MAX_FILES} pictures; give fewer at a time")
        except OSError as error:
            raise PictureFileError(f"{path} cannot be read: {error.strerror or error}; give files that can be opened") from error
    if not files:
        listed = ", ".join(str(path) for path in paths[:_LISTED])
        raise PictureFileError(f"there are no pictures in {listed}; give {READ_FORMATS} files, folders or zip archives")
    return files


def _files(path: Path, prefix: str) -> Iterator[SourceFile]:
    if path.is_dir():
        return _folder_files(path, prefix)
    if _is_archive(path):
        return _archive_files(path, prefix)
    if path.is_file():
        return iter([SourceFile(name=path.name, display_name=str(path), read=partial(read_file, path))])
    in_the_way = next((parent for parent in path.parents if parent.is_file()), None)
    if in_the_way is not None:
        raise PictureFileError(f"{path} does not exist, because {in_the_way} is a file and no folder; give {in_the_way} itself")
    if path.exists():
        raise PictureFileError(f"{path} is neither a file nor a folder; give pictures, folders or zip archives")
    raise PictureFileError(f"{path} does not exist; give pictures, folders or zip archives")


def _folder_files(folder: Path, prefix: str) -> Iterator[SourceFile]:
    root = os.path.realpath(folder)

    def fail(error: OSError) -> None:
        raise error

    for parent, folders, files in os.walk(folder, onerror=fail):
        folders.sort()
        for name in sorted([*folders, *files]):
            path = Path(parent, name)
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
                raise PictureFileError(f"{path} is a link that points outside {folder}; remove it, or give its target instead")
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in sorted(files):
            path = Path(parent, name)
            if path.suffix.casefold() in SUFFIXES and not name.startswith(".") and path.is_file():
                file_name = prefix + path.relative_to(folder).as_posix()
                yield SourceFile(name=file_name, display_name=str(path), read=partial(read_file, path, folder))


def _archive_files(path: Path, prefix: str) -> Iterator[SourceFile]:
    try:
        archive = open_archive(path)
        entries = archive.infolist()
    except zipfile.BadZipFile as error:
        if "directory" in str(error) and "larger" in str(error):
            raise PictureFileError(f"{path} holds far too many files ({error}); give smaller archives") from error
        raise PictureFileError(f"{path} is a damaged zip archive; give an undamaged one") from error
    except (ValueError, NotImplementedError) as error:
        raise PictureFileError(f"{path} is a damaged zip archive; give an undamaged one") from error
    # Archives of PowerShell and .NET before 4.6.1 separate folders by backslashes, against the specification (4.4.17.1).
    named = sorted((entry.filename.replace("\\", "/"), index) for index, entry in enumerate(entries))
    for name, index in named:
        entry, parts = entries[index], PurePosixPath(name).parts
        if name.startswith("/") or _DRIVE.match(name):
            raise PictureFileError(
                f"{path} has the entry {printable(ascii(entry.filename))}, which names a place on a disk; pack it again without"
            )
        if ".." in parts:
            raise PictureFileError(
                f"{path} has the entry {printable(ascii(entry.filename))}, which points outside the archive; pack it again"
            )
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise PictureFileError(f"{path} contains the link {printable(ascii(entry.filename))}; pack the file itself")
        is_hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        if name.endswith("/") or is_hidden or PurePosixPath(name).suffix.casefold() not in SUFFIXES:
            continue
        if entry.flag_bits & 1:
            raise PictureFileError(f"{path} is encrypted; unpack it first")
        yield SourceFile(
            name=prefix + name, display_name=f"{path}: {name}", read=partial(_unpack, archive, f"{path}: {name}", entry)
        )


def _unpack(archive: zipfile.ZipFile, name: str, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > MAX_ENTRY_BYTES:
        raise UnreadablePictureError(name, f"unpacks to more than {MAX_ENTRY_BYTES >> 20} MiB", "unpack the archive first")
    try:
        with archive.open(entry) as file:
            # The directory may give a wrong size: no more than that is unpacked.
            data = file.read(entry.file_size + 1)
    # Damaged streams raise errors of zlib, lzma and struct besides those of zipfile.
    except Exception as error:
        raise UnreadablePictureError(name, "is a damaged entry of the archive", "give an undamaged archive") from error
    if len(data) != entry.file_size:
        raise UnreadablePictureError(name, "has another size than the archive records", "pack the archive again")
    return data


def _is_archive(path: Path) -> bool:
    return path.suffix.casefold() == ".zip" and path.is_file()
