"""Photographs for tests, downloaded from PyPI when a test runs and stored nowhere else: those in the wheel of scikit-image 0.26.0.

Its data/README.txt gives the source of each: public domain, CC0 or without known restrictions. Nothing of the package is
installed or run.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

NAMES = ("astronaut", "brick", "camera", "chelsea", "coffee", "coins", "grass", "gravel", "hubble_deep_field", "rocket")
_PACKAGE = "scikit-image==0.26.0"


class PhotographsNotFetchedError(Exception):
    """Report that the package cannot be downloaded, for instance without a network."""


def fetch_photographs(folder: Path) -> Path:
    """Download the wheel into a folder, extract its ten photographs, and return their folder.

    Raises PhotographsNotFetchedError.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), _PACKAGE]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if result.returncode or len(wheels) != 1:
        raise PhotographsNotFetchedError(f"{_PACKAGE} cannot be downloaded: {result.stderr[-200:]}")
    photographs = folder / "photographs"
    photographs.mkdir()
    with zipfile.ZipFile(wheels[0]) as wheel:
        for entry in wheel.namelist():
            path = Path(entry)
            if path.parent.name == "data" and path.stem in NAMES and path.suffix in (".png", ".jpg"):
                (photographs / path.name).write_bytes(wheel.read(entry))
    return photographs
