"""Read the files of a bundle, as a platform unpacks them."""

import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from mint.browser.bundle.output import INDEX, container_of
from mint.browser.bundle.token_bundle import FORMAT
from mint.errors import BundleError

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
            files = {file.relative_to(path).as_posix(): file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()}
        elif container == "zip":
            files = _unpacked(path)
        else:
            files = {INDEX: path.read_bytes()}
        num_bytes = sum(len(data) for data in files.values()) if container == "folder" else path.stat().st_size
    except (OSError, zipfile.BadZipFile) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise BundleError(f"{path} cannot be read: {reason}; make it with: mint bundle TOKEN -o {path}") from error
    if INDEX not in files:
        raise BundleError(f"{path} has no {INDEX} at its root; make it with: mint bundle TOKEN -o {path}")
    return BundleFiles(path, num_bytes, files, _artwork(path, files[INDEX]))


def _unpacked(path: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            name = PurePosixPath(entry.filename)
            if name.is_absolute() or ".." in name.parts or "\\" in entry.filename:
                raise BundleError(f"{path} holds {entry.filename!r}, which lies outside of it; make it anew with mint bundle")
            if sum(map(len, files.values())) + entry.file_size > _MAX_BYTES:
                raise BundleError(f"{path} holds more than {_MAX_BYTES} bytes; make it anew with mint bundle")
            if not entry.is_dir():
                files[entry.filename] = archive.read(entry)
    return files


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
