"""The icon sets Fugue and Silk, downloaded from PyPI when a test needs them and stored nowhere else.

Fugue: 3,570 icons of 16 x 16 on one sheet, by Yusuke Kamiyamane, CC BY 3.0, in the package fugue-icons 3.5.6.
Silk: 1,003 icons of 16 x 16 in separate files, by Mark James (famfamfam.com), CC BY 2.5, in the package Flask-Silk 0.2.

The packages are not installed; only the metadata step of ``pip download`` runs their code. Archives with another hash are refused.
"""

import csv
import hashlib
import json
import subprocess
import sys
import tarfile
from collections import Counter
from pathlib import Path

FUGUE = "fugue-icons==3.5.6", "5bb672fba02eef84d318590bd94ccb8c89d533a51e5de4975c7d1664bce00fa5"
SILK = "Flask-Silk==0.2", "80a21faf09fe257443a4fbbf8cd3f6c793c567c87ff784751a1c38d2e18b5fbe"

CELL = 16
# Icons with an overlaid sign have its name after two dashes.
SIGNS = ("arrow", "exclamation", "minus", "pencil", "plus")


class NotFetchedError(Exception):
    """Report that a package cannot be downloaded, or has changed."""


def fetch(package: tuple[str, str], folder: Path) -> Path:
    """Download a package into a folder, unpack it there and return the unpacked folder. Raises NotFetchedError."""
    name, sha256 = package
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "--dest", str(folder), name]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    archives = list(folder.glob("*.tar.gz"))
    if result.returncode or len(archives) != 1:
        raise NotFetchedError(f"{name} cannot be downloaded: {result.stderr[-200:]}")
    if hashlib.sha256(archives[0].read_bytes()).hexdigest() != sha256:
        raise NotFetchedError(f"{archives[0].name} is not the archive with the expected hash")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    return folder / archives[0].name.removesuffix(".tar.gz")


def fugue_sheet(package: Path) -> Path:
    """Return the sheet of all icons."""
    return package / "fugue_icons" / "static" / "fugue-icons.png"


def fugue_places(package: Path) -> list[str]:
    """Return the names of the icons in the order of their cells, row by row."""
    places: dict[str, list[int]] = json.loads(fugue_sheet(package).with_suffix(".json").read_bytes())
    return sorted(places, key=lambda name: (places[name][1], places[name][0]))


def write_fugue_labels(package: Path, path: Path) -> Counter[str]:
    """Write the signs of the icons as a label file for ``mint import SHEET --cell 16x16 --labels FILE``, and count them."""
    counts: Counter[str] = Counter()
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        for number, name in enumerate(fugue_places(package)):
            sign = name.partition("--")[2]
            labels = [sign] if sign in SIGNS else []
            counts.update(labels)
            rows.writerow([f"fugue-icons@{number}", *labels])
    return counts


def silk_icons(package: Path) -> Path:
    """Return the folder of the icons; it also holds an empty picture, blank.gif."""
    return package / "flask_silk" / "icons"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    root = fetch(FUGUE, target)
    print(fugue_sheet(root), target / "labels.csv", write_fugue_labels(root, target / "labels.csv"))
