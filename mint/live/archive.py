"""The four files in one zip."""

import io
import zipfile
from pathlib import Path
from typing import Final

from viewer.folder import read_export
from viewer.manifest import FILE_NAME, GRAPHS, format_manifest

# The earliest that the format knows: equal files make equal zips.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


def zip_export(models: Path) -> tuple[int, bytes]:
    """Return the step of an export and a zip of its files, all of one export. Raises ModelError and ManifestError."""
    export = read_export(models)
    files = {f"{name}.onnx": export.graphs[name] for name in GRAPHS} | {FILE_NAME: format_manifest(export.manifest)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return export.manifest.origin.step, buffer.getvalue()
