"""The four files, published together: a reader sees all of the old export or all of the new one.

They are written into a temporary folder beside the target and synced; then the two folders are exchanged atomically. Where the
system cannot exchange folders, the old one is moved away and the new one moved in; a reader in between waits a moment (see
viewer.exported.folder, which also checks every file against the manifest).
"""

import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from mint import atomic_write
from mint.errors import ExportError
from mint.pixelate.manifest import GRAPH_NAME
from viewer.errors import ManifestError
from viewer.exported.manifest import FILE_NAME, GRAPHS, GraphName, Manifest, Origin, describe, format_manifest

FILES: Final = (*(f"{name}.onnx" for name in GRAPHS), FILE_NAME)
# Of both kinds of export: one may replace the other.
_EXPORT_FILES: Final = (*FILES, GRAPH_NAME)

_STALE_S = 3600


def publish(folder: Path, origin: Origin, graphs: Mapping[GraphName, bytes]) -> Manifest:
    """Write the four files of an export into a folder, replacing an earlier export, and return the manifest.

    Creates the folder where it is missing. Raises ExportError, and changes nothing, where the folder holds other files than an
    export's or cannot be written.
    """
    manifest = _describe(origin, graphs)
    publish_files(folder, _files(manifest, graphs))
    return manifest


def export_files(origin: Origin, graphs: Mapping[GraphName, bytes]) -> dict[str, bytes]:
    """Return the four files of an export by name. Raises ExportError where they cannot be described."""
    return _files(_describe(origin, graphs), graphs)


def publish_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files of an export into a folder, replacing an earlier export. Raises ExportError as ``publish`` does."""
    folder = folder.resolve()
    try:
        atomic_write.make_folder(folder.parent)
        _check_target(folder)
        _remove_stale(folder)
        temporary = _temporary_sibling(folder)
        temporary.mkdir()
        try:
            for name, data in files.items():
                atomic_write.write_bytes(temporary / name, data)
            atomic_write.replace_folder(temporary, folder)
        finally:
            _remove(temporary)
        atomic_write.sync_folder(folder.parent)
    except OSError as error:
        raise ExportError(
            f"the export to {folder} cannot be written: {error.strerror or error}; give another place with mint export --to"
        ) from error


def _describe(origin: Origin, graphs: Mapping[GraphName, bytes]) -> Manifest:
    try:
        return describe(origin, graphs)
    except ManifestError as error:
        raise ExportError(f"the export cannot be described: {error}") from error


def _files(manifest: Manifest, graphs: Mapping[GraphName, bytes]) -> dict[str, bytes]:
    return {**{f"{name}.onnx": graphs[name] for name in GRAPHS}, FILE_NAME: format_manifest(manifest)}


def _check_target(folder: Path) -> None:
    # The whole folder is replaced, so it must not hold files of the user.
    if not folder.exists():
        return
    if folder == Path.cwd():
        raise ExportError(f"{folder} is the current folder, which cannot be replaced; export to another folder")
    if not folder.is_dir():
        raise ExportError(f"{folder} is not a folder; export to another one")
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in _EXPORT_FILES)
    if foreign:
        raise ExportError(f"{folder} contains {foreign[0]!r}, which is not part of an export; give an empty or a new folder")


def _temporary_sibling(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}-{secrets.token_hex(4)}.tmp")


def _remove_stale(folder: Path) -> None:
    """Remove the temporary folders of exports that were killed; a recent one may still be in use."""
    for path in folder.parent.iterdir():
        with suppress(OSError):
            is_temporary = path.name.startswith(f".{folder.name}-") and path.name.endswith(".tmp")
            if is_temporary and time.time() - path.stat().st_mtime > _STALE_S:
                _remove(path)


def _remove(folder: Path) -> None:
    """Remove an export's files, and the folder unless it holds others."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name in _EXPORT_FILES or path.name.endswith(".tmp"):
                path.unlink()
        folder.rmdir()
