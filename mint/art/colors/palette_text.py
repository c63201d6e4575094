"""Palettes as text: GIMP's and Aseprite's .gpl, Jasc Paint Shop Pro's .pal, Paint.NET's .txt, and .hex with one colour a line."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mint.errors import ArtError

Color = tuple[int, int, int, int]  # RGBA, 0 to 255
Lines = list[tuple[int, str]]  # the lines that are not empty, with their numbers

_HEX: Final = re.compile("(?:#|0x)?([0-9a-fA-F]{6})([0-9a-fA-F]{2})?")
_FIELD: Final = re.compile("#? ?[A-Za-z][A-Za-z ]*:")
_DESCRIPTION: Final = re.compile("#? ?(?:description|comment)s?:", re.IGNORECASE)
_PAINT_NET: Final = re.compile("paint ?[.]? ?net|aarrggbb", re.IGNORECASE)
_FEW_COLORS: Final = 4


def text_colors(data: bytes, path: Path) -> list[Color]:
    """Return the colours of a palette of text, told apart by its first line. Raises ArtError, which names the line."""
    lines = [(number, line) for number, line in enumerate((line.strip() for line in _decoded(data).splitlines()), 1) if line]
    first = lines[0][1] if lines else ""
    if first == "GIMP Palette":
        return _gimp(lines[1:], path)
    if first == "JASC-PAL":
        # The version and the number of colours come first.
        for number, line in lines[1:3]:
            if not line.isdigit():
                raise _not_a_color(number, line, path)
        return [_numbers(number, line, path, has_alpha=True) for number, line in lines[3:]]
    colors = [(number, line) for number, line in lines if not line.startswith((";", "//"))]
    if colors and _HEX.fullmatch(colors[0][1]):
        comments = [line for _, line in lines if line.startswith(";")]
        return _hexadecimal(colors, path, is_paint_net=path.suffix.lower() == ".txt" or any(map(_PAINT_NET.search, comments)))
    if not lines or path.suffix.lower() != ".hex":
        raise ArtError(
            f"the palette {path} is not a palette of GIMP, Aseprite, JASC or Paint.NET, nor one colour like ff8000 a line; "
            "give a .gpl, .hex, .pal, .txt, .act, .aco or .ase file, or a PNG of its colours"
        )
    raise _not_a_color(*(colors or lines)[0], path)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _gimp(lines: Lines, path: Path) -> list[Color]:
    """Return the colours of a GIMP palette: three numbers a line, or four where Aseprite says so, then perhaps a name."""
    has_alpha = any(re.fullmatch(r"Channels:\s*RGBA", line) for _, line in lines)
    return [_numbers(number, line, path, has_alpha=has_alpha) for number, line in _without_header(lines)]


def _without_header(lines: Lines) -> Iterator[tuple[int, str]]:
    """Yield the lines of colours. A description may go on until the next line that begins with #, as Lospec writes it."""
    has_begun = in_description = False
    for place, (number, line) in enumerate(lines):
        if line.startswith("#") or (not has_begun and _FIELD.match(line)):
            in_description = not has_begun and bool(_DESCRIPTION.match(line))
            is_last_comment = not any(later.startswith("#") for _, later in lines[place + 1 :])
        elif not in_description or (is_last_comment and re.match(r"\d+\s+\d+\s+\d+", line)):
            has_begun = True
            yield number, line


def _numbers(number: int, line: str, path: Path, *, has_alpha: bool) -> Color:
    """Return the colour of a line of decimal numbers; a fourth one is alpha if there may be any."""
    words = line.split()
    values = [int(word) for word in words[:4] if word.isascii() and word.isdigit() and int(word) < 256]
    if len(words) < 3 or len(values) < min(len(words), 3):
        raise _not_a_color(number, line, path)
    alpha = values[3] if has_alpha and len(values) == 4 else 255
    return values[0], values[1], values[2], alpha


def _hexadecimal(lines: Lines, path: Path, *, is_paint_net: bool) -> list[Color]:
    """Return colours of six digits, or of eight: AARRGGBB as Paint.NET writes them, else RRGGBBAA.

    Where nothing names Paint.NET, opaque colours tell: several that all begin with ff, and do not all end so, are AARRGGBB.
    """
    matches = []
    for number, line in lines:
        match = _HEX.fullmatch(line)
        if match is None:
            raise _not_a_color(number, line, path)
        matches.append(match)
    words = ["".join(match.groups("")).lower() for match in matches if not match.string.startswith("#")]
    looks_opaque = len(words) >= _FEW_COLORS and all(len(word) == 8 and word.startswith("ff") for word in words)
    alpha_first = is_paint_net or (looks_opaque and not all(word.endswith("ff") for word in words))
    colors: list[Color] = []
    for match in matches:
        red, green, blue, alpha = bytes.fromhex(match[1] + (match[2] or "ff"))
        if match[2] and alpha_first and not match.string.startswith("#"):
            red, green, blue, alpha = green, blue, alpha, red
        colors.append((red, green, blue, alpha))
    return colors


def _not_a_color(number: int, line: str, path: Path) -> ArtError:
    return ArtError(f"line {number} of the palette {path} is {line[:40]!a}, which is not a colour; correct the line")
