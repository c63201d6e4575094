"""The exported files of a training in one zip."""

from pathlib import Path

from mint.pixelate import manifest as pixelation
from mint.reproducible_zip import reproducible_zip
from viewer.exported.folder import read_export
from viewer.exported.manifest import FILE_NAME, GRAPHS, format_manifest


def zip_export(models: Path) -> tuple[int, bytes]:
    """Return the step of an export and a zip of its files, all from the same export.

    Raises ManifestError and the ModelErrors of both packages where the files are incomplete or damaged.
    """
    step, files = _pixelation(models) if (models / pixelation.GRAPH_NAME).exists() else _dreams(models)
    return step, reproducible_zip(files)


def _dreams(models: Path) -> tuple[int, dict[str, bytes]]:
    export = read_export(models)
    files = {f"{name}.onnx": export.graphs[name] for name in GRAPHS} | {FILE_NAME: format_manifest(export.manifest)}
    return export.manifest.origin.step, files


def _pixelation(models: Path) -> tuple[int, dict[str, bytes]]:
    manifest, graph = pixelation.read_export(models)
    return manifest.step, {pixelation.GRAPH_NAME: graph, pixelation.FILE_NAME: pixelation.format_manifest(manifest)}
