"""A tileset's folder.

tileset.png, tileset.tsx   the tiles and their properties
demo.tmx, preview.png      a level of these tiles, and its picture
tileset.tsj, demo.tmj      the same as JSON, on request
"""

import os
from pathlib import Path

from mint import atomic_write
from mint.errors import TilesetError
from mint.tileset.rendering import render_level, render_sheet
from mint.tileset.tiled import LEVEL, SHEET, TILESET, tmj, tmx, tsj, tsx
from mint.tileset.tileset import Tileset
from mint.token.png import indexed_png

PREVIEW = "preview.png"


def check_unused(folder: Path) -> None:
    """Raise TilesetError if a folder's path exists and is not an empty folder, so that nothing is overwritten."""
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise TilesetError(f"{folder} already exists; give a new folder with -o")


def write_tileset(tileset: Tileset, folder: Path, *, as_json: bool) -> None:
    """Write a tileset and its level into a new folder, which appears complete or not at all. Raises TilesetError."""
    check_unused(folder)
    files: dict[str, bytes] = {
        SHEET: indexed_png(render_sheet(tileset), tileset.rgba),
        f"{TILESET}.tsx": tsx(tileset).encode(),
        f"{LEVEL}.tmx": tmx(tileset).encode(),
        PREVIEW: indexed_png(render_level(tileset), tileset.rgba),
    }
    if as_json:
        files |= {f"{TILESET}.tsj": tsj(tileset).encode(), f"{LEVEL}.tmj": tmj(tileset).encode()}

    def write_files(temporary: Path) -> None:
        for name, data in files.items():
            (temporary / name).write_bytes(data)

    try:
        atomic_write.make_folder(folder.parent)
        atomic_write.write_folder(Path(os.path.abspath(folder)), write_files)
    except OSError as error:
        raise TilesetError(
            f"{folder} cannot be written: {atomic_write.write_problem(folder, error)}; give another path with -o"
        ) from error
