"""Packages from npm: pinned by hash in lock files without addresses, installed once into the user's cache folder."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mint import atomic_write
from mint.cache_folder import cache_folder
from mint.errors import NodeError

MIN_NODE: Final = (20, 19)
_INSTALL: Final = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


@dataclass(frozen=True)
class NodePrograms:
    """The paths of Node.js and npm."""

    node: str
    npm: str


def find_node(use: str, repair: str) -> NodePrograms:
    """Return Node.js and npm.

    ``use`` says what needs them and ``repair`` what to do, both as parts of a sentence. Raises NodeError where one is missing, or
    Node.js is too old.
    """
    node, npm = _find("node"), _find("npm")
    if node is None or npm is None:
        raise NodeError(f"{'npm' if node else 'Node.js'} was not found, and {use}; {repair}")
    version = run([node, "--version"]).stdout.strip()
    numbers = re.match(r"v(\d+)\.(\d+)", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < MIN_NODE:
        raise NodeError(f"Node.js {version or '(unknown)'} is too old, and {use}; {repair}")
    return NodePrograms(node, npm)


def installed_folder(name: str, sources: Mapping[str, bytes]) -> Path:
    """Return the folder of the cache for packages and these files; it does not exist before they are installed."""
    return cache_folder(name) / hashlib.sha256(b"".join(sources.values())).hexdigest()[:16]


def install(
    npm: str, name: str, sources: Mapping[str, bytes], folder: Path, keep: Callable[[Path], None] = lambda folder: None
) -> None:
    """Install the packages of a lock file into ``folder``, where ``sources`` are, too.

    ``keep`` may remove what is not needed from the folder before it gets its name. Raises NodeError, and leaves nothing behind.
    """

    def fill(temporary: Path) -> None:
        for file, data in sources.items():
            (temporary / file).write_bytes(data)
        done = run([npm, *_INSTALL], cwd=temporary)
        if done.returncode:
            is_full = "ENOSPC" in done.stderr
            repair = "make room on the disk" if is_full else "see that npm reaches its registry and try again"
            raise NodeError(f"{name} cannot be installed: {last_line(done.stderr)}; {repair}")
        keep(temporary)

    try:
        atomic_write.make_folder(folder.parent)
        atomic_write.write_folder(folder, fill)
    except OSError as error:
        if folder.is_dir():  # another process has installed it meanwhile
            return
        raise NodeError(
            f"{name} cannot be installed in {folder}: {error.strerror or error}; name another cache folder with XDG_CACHE_HOME"
        ) from error


def run(command: list[str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program and return what it wrote."""
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)


def last_line(text: str) -> str:
    """Return the line of an error output that names the error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"(\w*Error\b|npm error (?!A complete log|code))", line)]
    return (named or lines or ["no reason was given"])[-1][:200]


def _find(program: str) -> str | None:
    """Return the path of a program: on PATH, or beside this Python, where pip puts one."""
    return shutil.which(program) or shutil.which(program, path=os.path.dirname(sys.executable))
