"""Reading an export, from a folder or a snapshot file: all files of one export, or none.

A training run may publish a new export at any moment. It swaps whole folders, so a reader that finds a file that its manifest does
not describe reads the manifest again: if that has changed, it starts over; if not, the folder is broken.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from viewer.errors import ManifestError, ModelError
from viewer.exported.manifest import (
    FILE_NAME,
    GRAPHS,
    MAX_GRAPH_BYTES,
    MAX_MANIFEST_BYTES,
    GraphFile,
    GraphName,
    Manifest,
    parse_manifest,
)
from viewer.regular_file import UnsuitableFileError, read_regular_file
from viewer.snapshot_file.manifest import NO_CREDITS, Credits
from viewer.snapshot_file.members import MODELS_MANIFEST
from viewer.snapshot_file.snapshot import SUFFIX, Snapshot, read_snapshot

_ATTEMPTS = 10
_PAUSE_S = 0.02


@dataclass(frozen=True)
class Export:
    """A manifest and the bytes of the three graphs it describes; lengths and hashes agree, the graphs are not checked.

    ``credits`` are those of the snapshot file that it comes from; a folder has none.
    """

    manifest: Manifest
    graphs: Mapping[GraphName, bytes]
    credits: Credits = NO_CREDITS


class _MissingError(ModelError):
    """Report a file that does not exist, or not yet."""


def read_export(path: Path) -> Export:
    """Read a token folder's models, a folder that holds the four files itself, or a snapshot file, of which nothing is unpacked.

    Raises ModelError where a file is missing, is a link or not a regular file, or does not match the manifest, ManifestError where
    the manifest is malformed, and SnapshotError where a snapshot file is refused.
    """
    if path.exists() and not path.is_dir():
        return export_of(read_snapshot(path), path)
    text = _manifest_text(path)
    for _ in range(_ATTEMPTS):
        try:
            manifest = parse_manifest(text)
        except ManifestError as error:
            raise ManifestError(f"{_models_folder(path)}/{error}") from error
        try:
            folder = _models_folder(path)
            graphs = {name: _read_graph(folder / f"{name}.onnx", manifest.files[name]) for name in GRAPHS}
        except ModelError:
            newer = _manifest_text(path)
            if newer == text:
                raise
            text = newer
        else:
            return Export(manifest, graphs)
    raise ModelError(f"{path} changed each of the {_ATTEMPTS} times it was read; try again")


def export_of(snapshot: Snapshot, path: Path) -> Export:
    """Return the export in a snapshot that was read from a path. Raises ModelError and ManifestError as ``read_export`` does."""
    try:
        manifest = parse_manifest(snapshot.files[MODELS_MANIFEST])
    except ManifestError as error:
        raise ManifestError(f"{path}: models/{error}") from error
    graphs = {name: snapshot.files[f"models/{name}.onnx"] for name in GRAPHS}
    for name, data in graphs.items():
        expected = manifest.files[name]
        if (len(data), hashlib.sha256(data).hexdigest()) != (expected.bytes, expected.sha256):
            raise ModelError(f"{path}: models/{name}.onnx is not the file that models/{FILE_NAME} describes; share the token again")
    return Export(manifest, graphs, snapshot.manifest.credits)


def _models_folder(path: Path) -> Path:
    return path / "models" if (path / "models").is_dir() else path


def _manifest_text(path: Path) -> bytes:
    # Where the system cannot swap two folders atomically, there is a moment with neither.
    for _ in range(_ATTEMPTS):
        try:
            return _read_file(_models_folder(path) / FILE_NAME, MAX_MANIFEST_BYTES)
        except _MissingError:
            time.sleep(_PAUSE_S)
    if not path.exists():
        raise ModelError(f"{path} does not exist; give a token folder, its models/ or a snapshot file")
    # A folder of tokens or snapshot files, or a collection.
    inside = [found.parent.parent for pattern in ("", "tokens/") for found in path.glob(f"{pattern}*/models/{FILE_NAME}")]
    inside += path.glob(f"*{SUFFIX}")
    repair = f"give one of the tokens in it, such as {min(inside)}" if inside else "train the token or export it first"
    raise ModelError(f"{path} holds no exported model ({FILE_NAME} is missing); {repair}")


def _read_graph(path: Path, expected: GraphFile) -> bytes:
    data = _read_file(path, MAX_GRAPH_BYTES)
    if len(data) != expected.bytes:
        raise ModelError(f"{path} has {len(data)} bytes where {FILE_NAME} says {expected.bytes}; export the model again")
    if hashlib.sha256(data).hexdigest() != expected.sha256:
        raise ModelError(f"{path} is not the file that {FILE_NAME} describes (its SHA-256 differs); export the model again")
    return data


def _read_file(path: Path, max_bytes: int) -> bytes:
    if path.is_symlink():
        raise ModelError(f"{path} is a link; put the file itself there")
    try:
        return read_regular_file(path, max_bytes, within=path.parent)
    except FileNotFoundError:
        raise _MissingError(f"{path} is missing; export the model again") from None
    except UnsuitableFileError as error:
        raise ModelError(f"{path} {str(error.strerror).removeprefix('it ')}; export the model again") from error
    except OSError as error:
        repair = "see that this user may read it" if isinstance(error, PermissionError) else "export the model again"
        raise ModelError(f"{path} cannot be read: {error.strerror}; {repair}") from error
