"""Zip archives without dates."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

# The earliest date that the format has.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


def reproducible_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files by name, compressed and in their order; equal files give equal bytes with one version of zlib."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()
