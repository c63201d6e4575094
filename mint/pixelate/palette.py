"""Palettes by name or file: those that tokens are painted in, token folders, lists of colours, pictures."""

import json
import re
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from mint.errors import PictureError
from mint.pixelate.plain import Palette
from mint.token.palettes import HANDMADE

MAX_COLORS = 256
_MAX_BYTES = 1 << 20
_HEX = re.compile(r"(?:FF)?#?([0-9a-f]{6})", re.IGNORECASE)
_GIMP = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(\s.*)?")


def find_palette(text: str) -> Palette:
    """Return the colours (K, 3) of a palette that was named or whose file was given, each once, in their order.

    A file is a list of one colour a line in hexadecimal (.hex, .txt of Lospec and Paint.NET), a GIMP palette (.gpl), a token
    folder, or a picture of at most 256 colours. Raises PictureError where it is none of them.
    """
    for palette in HANDMADE:
        if palette.name == text.casefold():
            return palette.rgba[:, :3]
    path = Path(text)
    try:
        colors = _read(path)
    except FileNotFoundError:
        raise PictureError(
            f"there is no palette {text!r}; give a file or a name, for instance {HANDMADE[0].name!r} or {HANDMADE[1].name!r}"
        ) from None
    except OSError as error:
        raise PictureError(f"the palette {path} cannot be read: {error.strerror or error}") from error
    unique = list(dict.fromkeys(colors))
    if not 2 <= len(unique) <= MAX_COLORS:
        raise PictureError(f"the palette {path} has {len(unique)} colours; give one of 2 to {MAX_COLORS}")
    return np.array(unique, np.uint8)


def _read(path: Path) -> list[tuple[int, ...]]:
    if path.is_dir():
        return _of_token(path)
    if path.suffix.casefold() in (".hex", ".txt", ".gpl"):
        return _of_text(path)
    return _of_picture(path)


def _of_token(folder: Path) -> list[tuple[int, ...]]:
    try:
        record = json.loads((folder / "token.json").read_bytes())
        return [tuple(bytes.fromhex(color[1:]))[:3] for color in record["palette"] if bytes.fromhex(color[1:])[3]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise PictureError(f"the palette of {folder} cannot be read; give a token folder, a file or a name") from error


def _of_text(path: Path) -> list[tuple[int, ...]]:
    if path.stat().st_size > _MAX_BYTES:
        raise PictureError(f"the palette {path} is larger than {_MAX_BYTES} bytes; give a list of at most {MAX_COLORS} colours")
    colors = []
    for line in path.read_text("utf-8", errors="replace").splitlines():
        if path.suffix.casefold() == ".gpl":
            found = _GIMP.fullmatch(line)
            color = tuple(int(part) for part in found.groups()[:3]) if found else ()
        else:
            found = _HEX.fullmatch(line.strip())
            color = tuple(bytes.fromhex(found[1])) if found else ()
        if color and max(color) <= 255:
            colors.append(color)
    return colors


def _of_picture(path: Path) -> list[tuple[int, ...]]:
    try:
        with warnings.catch_warnings(action="error"), Image.open(path) as image:
            counted = image.convert("RGBA").getcolors(MAX_COLORS + 1)
    except FileNotFoundError:
        raise
    except Exception as error:  # Pillow lets through whatever its parsers meet
        raise PictureError(f"{path} is no palette that can be read; give .hex, .gpl, a token folder or a picture") from error
    if counted is None:
        raise PictureError(f"{path} has more than {MAX_COLORS} colours; give a picture of a palette")
    return [color[:3] for _, color in sorted(counted, reverse=True) if isinstance(color, tuple) and color[3]]
