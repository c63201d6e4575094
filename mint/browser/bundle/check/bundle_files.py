"""Read the files of a bundle, as a platform unpacks them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from mint.browser.bundle.output import INDEX, container_of
from mint.browser.bundle.token_bundle import FORMAT
from mint.errors import BundleError
from mint.picture_files.zip_archive import open_archive
from viewer.printable import printable
from viewer.regular_file import read_regular_file

MAX_FILES: Final = 10_000
_MAX_BYTES: Final = 1 << 30
_ARTWORK: Final = re.compile(r'<script type="application/json" data-part="artwork">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True)
class BundleFiles:
    """A bundle: its path, its bytes as it is, its files by name, and what its page says of the artwork."""

    path: Path
    num_bytes: int
    files: Mapping[str, bytes]
    artwork: Mapping[str, Any]

    @property
    def is_zip(self) -> bool:
        """Whether the bundle is a zip."""
        return container_of(self.path) == "zip"

    @property
    def hash(self) -> str | None:
        """The token's hash; None for a project that draws any token."""
        text = self.artwork.get("token")
        return text if isinstance(text, str) else None


def read_bundle(path: Path) -> BundleFiles:
    """Read a bundle. Raises BundleError where it is none, or its files are not as platforms unpack them."""
    try:
        container = container_of(path)
        if container == "folder":
            files = _files_in(path)
        elif container == "zip":
            files = _unpacked(path)
        else:
            files = {INDEX: read_regular_file(path, _MAX_BYTES)}
        num_bytes = sum(len(data) for data in files.values()) if container == "folder" else path.stat().st_size
    except OSError as error:
        place = error.filename or path
        raise BundleError(
            f"{place} cannot be read: {error.strerror or error}; make it with: mint bundle TOKEN -o {path}"
        ) from error
    if INDEX not in files:
        raise BundleError(f"{path} has no {INDEX} at its root; make it with: mint bundle TOKEN -o {path}")
    return BundleFiles(path, num_bytes, files, _artwork(path, files[INDEX]))


def _files_in(folder: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = _MAX_BYTES
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        data = read_regular_file(path, _MAX_BYTES, within=folder)
        left -= len(data)
        if left < 0 or len(files) == MAX_FILES:
            raise _too_large(folder)
        files[path.relative_to(folder).as_posix()] = data
    return files


def _unpacked(path: Path) -> dict[str, bytes]:
    try:
        with open_archive(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            for entry in entries:
                name = PurePosixPath(entry.filename)
                if name.is_absolute() or ".." in name.parts or "\\" in entry.filename:
                    shown = printable(repr(entry.filename))
                    raise BundleError(f"{path} holds {shown}, which lies outside of it; make it anew with mint bundle")
            if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > _MAX_BYTES:
                raise _too_large(path)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (OSError, BundleError):
        raise
    except Exception as error:  # damaged streams raise errors of zlib, lzma and struct besides those of zipfile
        raise BundleError(f"{path} is a damaged zip archive; make it with: mint bundle TOKEN -o {path}") from error


def _too_large(path: Path) -> BundleError:
    return BundleError(f"{path} holds more than {_MAX_BYTES >> 20} MiB or {MAX_FILES} files; make it anew with mint bundle")


def _artwork(path: Path, page: bytes) -> Mapping[str, Any]:
    found = _ARTWORK.search(page.decode("utf-8", errors="replace"))
    try:
        document = json.loads(found[1]) if found else None
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise BundleError(f"{path} is a page that mint bundle did not make; make one with: mint bundle TOKEN -o {path}")
    if document.get("format") != FORMAT:
        made = f"made by another version, of format {document.get('format')!r}"
        raise BundleError(f"{path} is {made}, and this version checks format {FORMAT}; check it with that version")
    return document
