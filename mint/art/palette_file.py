"""Palette files: GIMP's .gpl, .hex with one colour a line, and Jasc Paint Shop Pro's .pal."""

import re
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.errors import ArtError

MAX_BYTES: Final = 1 << 16
MAX_COLORS: Final = 256
SUFFIXES: Final = (".gpl", ".hex", ".pal")

_HEX = re.compile("#?([0-9a-fA-F]{6})([0-9a-fA-F]{2})?")


def read_palette(path: Path) -> NDArray[np.uint8]:
    """Read the colours (K, 4) of a palette file: 2 to 256, without duplicates. Raises ArtError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ArtError(f"the palette {path} cannot be read: {error.strerror or error}; give a .gpl, .hex or .pal file") from error
    if len(data) > MAX_BYTES:
        raise ArtError(f"the palette {path} is larger than {MAX_BYTES >> 10} KiB; give a .gpl, .hex or .pal file")
    lines = [line.strip() for line in data.decode("utf-8-sig", "replace").splitlines()]
    colors: dict[tuple[int, ...], None] = {}
    for number, line in _entries(lines, path):
        color = _parse_color(line, path.suffix.lower())
        if color is None:
            raise ArtError(f"line {number} of the palette {path} is {line[:40]!a}, which is not a colour; correct the line")
        colors[color] = None
    if not 2 <= len(colors) <= MAX_COLORS:
        raise ArtError(f"the palette {path} has {len(colors)} colours; give 2 to {MAX_COLORS}")
    return np.array(list(colors), np.uint8)


def _entries(lines: list[str], path: Path) -> list[tuple[int, str]]:
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line]
    headers = {".gpl": ["GIMP Palette"], ".pal": ["JASC-PAL", "0100"], ".hex": []}
    suffix = path.suffix.lower()
    if suffix not in headers or [line for _, line in numbered[: len(headers[suffix])]] != headers[suffix]:
        raise ArtError(f"the palette {path} is not a .gpl, .hex or .pal (JASC) file; give one of these")
    rest = numbered[len(headers[suffix]) :]
    if suffix == ".pal":
        return rest[1:]  # the first line is the number of colours
    if suffix == ".gpl":
        return [(number, line) for number, line in rest if not line.startswith("#") and not re.match(r"[A-Za-z]+:", line)]
    return [(number, line) for number, line in rest if not line.startswith(";")]


def _parse_color(line: str, suffix: str) -> tuple[int, ...] | None:
    if suffix == ".hex":
        match = _HEX.fullmatch(line)
        return (*bytes.fromhex(match[1]), int(match[2] or "ff", 16)) if match else None
    words = line.split()
    if len(words) < 3 or not all(word.isascii() and word.isdigit() and int(word) < 256 for word in words[:3]):
        return None
    alpha = int(words[3]) if suffix == ".pal" and len(words) == 4 and words[3].isdigit() and int(words[3]) < 256 else 255
    return (*map(int, words[:3]), alpha)
