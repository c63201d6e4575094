"""Palettes given on the command line: hardware palettes, hand-made palettes of tokens, palette files, and token folders."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mint.art.colors.hardware_palettes import NAMES, hardware_palette
from mint.art.colors.palette_file import KNOWN_FORMATS, SUFFIXES, read_palette
from mint.errors import ArtError
from mint.pixelate.pixel_art import Palette
from mint.token.folder import MAX_IMPORT_COLORS, MAX_TOKEN_BYTES
from mint.token.palettes import HANDMADE
from viewer.regular_file import read_regular_file


def find_palette(text: str) -> Palette:
    """Return the colours (K, 3) of a palette given by its name, its file or a token folder, each colour once, in their order.

    Raises ArtError where there is no such palette, or fewer than two of its colours are visible.
    """
    name = text.casefold()
    if name in NAMES:
        return hardware_palette(name)[:, :3]
    for palette in HANDMADE:
        if palette.name == name:
            return palette.rgba[:, :3]
    path = Path(text)
    if path.is_dir():
        rgba = _read_token_palette(path)
    elif path.suffix.casefold() in SUFFIXES or path.is_file():
        rgba = read_palette(path)
    else:
        raise ArtError(
            f"the palette {text!r} is not known; give {', '.join(NAMES)}, the name of a token's palette, a token folder, "
            f"or {KNOWN_FORMATS}"
        )
    visible = dict.fromkeys(tuple(color[:3]) for color in rgba.tolist() if color[3])
    if len(visible) < 2:
        raise ArtError(f"the palette {path} has {len(visible)} visible colours; give one with at least 2")
    return np.array(list(visible), np.uint8)


def _read_token_palette(folder: Path) -> NDArray[np.uint8]:
    """Return the RGBA colours (K, 4) of a token's palette."""
    try:
        record = json.loads(read_regular_file(folder / "token.json", MAX_TOKEN_BYTES, within=folder))
        if len(record["palette"]) > MAX_IMPORT_COLORS:
            raise ValueError(f"it has more than {MAX_IMPORT_COLORS} colours")
        return np.array([list(bytes.fromhex(color[1:])) for color in record["palette"]], np.uint8).reshape(-1, 4)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ArtError(f"the palette of {folder} cannot be read; give a token folder, a file or a name") from error
