"""The four files, published together: a reader sees all of the old export or all of the new one.

They are written into a folder beside the target, made durable, and the two folders change places in one step. Where the system has
no such step, the old folder is moved away and the new one moved in; a reader that comes between waits a moment (see
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
# Of either kind of export: one may take the place of the other.
_OURS: Final = (*FILES, GRAPH_NAME)

_STALE_S = 3600


def publish(folder: Path, origin: Origin, graphs: Mapping[GraphName, bytes]) -> Manifest:
    """Write the four files of an export into a folder, in place of those that are there, and return the manifest.

    The folder is made where it is missing. Raises ExportError, and changes nothing, where the folder holds anything but an earlier
    export or where it cannot be written.
    """
    try:
        manifest = describe(origin, graphs)
    except ManifestError as error:
        raise ExportError(f"the export cannot be described: {error}") from error
    files = {f"{name}.onnx": graphs[name] for name in GRAPHS}
    publish_files(folder, {**files, FILE_NAME: format_manifest(manifest)})
    return manifest


def publish_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of an export, all of one kind, into a folder, in place of those there; raise ExportError as above."""
    folder = folder.resolve()
    try:
        atomic_write.make_folder(folder.parent)
        _check_target(folder)
        _sweep(folder)
        temporary = _sibling(folder)
        temporary.mkdir()
        try:
            for name, data in files.items():
                atomic_write.write_bytes(temporary / name, data)
            atomic_write.put_in_place(temporary, folder)
        finally:
            _remove(temporary)
        atomic_write.sync_folder(folder.parent)
    except OSError as error:
        raise ExportError(
            f"the export to {folder} cannot be written: {error.strerror or error}; give another place with mint export --to"
        ) from error


def _check_target(folder: Path) -> None:
    # The whole folder is replaced: one that holds somebody's files is not ours to take.
    if not folder.exists():
        return
    if folder == Path.cwd():
        raise ExportError(f"{folder} is the current folder, which cannot be replaced; name another one to export to")
    if not folder.is_dir():
        raise ExportError(f"{folder} is not a folder; name another one to export to")
    other = sorted(path.name for path in folder.iterdir() if path.name not in _OURS)
    if other:
        raise ExportError(f"{folder} holds {other[0]!r}, which is no part of an export; name an empty or a new folder")


def _sibling(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}-{secrets.token_hex(4)}.tmp")


def _sweep(folder: Path) -> None:
    """Remove what a killed export has left beside the folder; a young one may be at work."""
    for path in folder.parent.iterdir():
        with suppress(OSError):
            ours = path.name.startswith(f".{folder.name}-") and path.name.endswith(".tmp")
            if ours and time.time() - path.stat().st_mtime > _STALE_S:
                _remove(path)


def _remove(folder: Path) -> None:
    """Remove an export, by name: should anything else have got in, it stays."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name in _OURS or path.name.endswith(".tmp"):
                path.unlink()
        folder.rmdir()
