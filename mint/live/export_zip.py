"""The exported files of a training in one zip."""

import io
import zipfile
from pathlib import Path
from typing import Final

from mint.pixelate import manifest as pixelation
from viewer.exported.folder import read_export
from viewer.exported.manifest import FILE_NAME, GRAPHS, format_manifest

# A fixed date, the earliest that the format has: equal files make equal zips.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


def zip_export(models: Path) -> tuple[int, bytes]:
    """Return the step of an export and a zip of its files, all from the same export.

    Raises ManifestError and the ModelErrors of both packages where the files are incomplete or damaged.
    """
    step, files = _pixelation(models) if (models / pixelation.GRAPH_NAME).exists() else _dreams(models)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return step, buffer.getvalue()


def _dreams(models: Path) -> tuple[int, dict[str, bytes]]:
    export = read_export(models)
    files = {f"{name}.onnx": export.graphs[name] for name in GRAPHS} | {FILE_NAME: format_manifest(export.manifest)}
    return export.manifest.origin.step, files


def _pixelation(models: Path) -> tuple[int, dict[str, bytes]]:
    manifest, graph = pixelation.read_export(models)
    return manifest.step, {pixelation.GRAPH_NAME: graph, pixelation.FILE_NAME: pixelation.format_manifest(manifest)}
