"""Palettes by name or file: those of machines, those that tokens are painted in, palette files, token folders."""

import json
from pathlib import Path

import numpy as np

from mint.art.hardware_palettes import NAMES, hardware_palette
from mint.art.palette_file import SUFFIXES, read_palette
from mint.errors import ArtError
from mint.pixelate.rule_based import Palette
from mint.token.palettes import HANDMADE


def find_palette(text: str) -> Palette:
    """Return the colours (K, 3) of a palette that was named or whose file or token was given, each once, in their order.

    Raises ArtError where there is none, or fewer than two colours are not transparent.
    """
    name = text.casefold()
    if name in NAMES:
        return hardware_palette(name)[:, :3]
    for palette in HANDMADE:
        if palette.name == name:
            return palette.rgba[:, :3]
    path = Path(text)
    if path.is_dir():
        rgba = _of_token(path)
    elif path.suffix.casefold() in SUFFIXES:
        rgba = read_palette(path)
    else:
        raise ArtError(
            f"the palette {text!r} is not known; give {', '.join(NAMES)}, the name of a token's palette, a token folder, "
            "or a .gpl, .hex or .pal file"
        )
    shown = dict.fromkeys(tuple(color[:3]) for color in rgba.tolist() if color[3])
    if len(shown) < 2:
        raise ArtError(f"the palette {path} shows {len(shown)} colours; give one of at least 2")
    return np.array(list(shown), np.uint8)


def _of_token(folder: Path) -> Palette:
    try:
        record = json.loads((folder / "token.json").read_bytes())
        return np.array([list(bytes.fromhex(color[1:])) for color in record["palette"]], np.uint8).reshape(-1, 4)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArtError(f"the palette of {folder} cannot be read; give a token folder, a file or a name") from error
