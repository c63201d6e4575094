"""A tileset as files, and what it is made from: the dreams of a token, or any picture.

tileset.png, tileset.tsx   the tiles and what is known of them
demo.tmx, preview.png      a level of them, and how it looks
tileset.tsj, demo.tmj      the same as JSON, on request
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint import atomic_write
from mint.errors import TilesetError
from mint.tileset.console import nearest
from mint.tileset.tiled import LEVEL, PREVIEW, SHEET, TILESET, render, sheet, tmj, tmx, tsj, tsx
from mint.tileset.tileset import Tileset, TilesetSource
from mint.token.folder import TokenFolder
from mint.token.png import indexed_png
from viewer.originality.comparison import Pixels

MAX_SIDE = 4096
MAX_BYTES = 64 << 20
MAX_COLORS = 256


def check_free(folder: Path) -> None:
    """Raise TilesetError where a folder is there and not empty, or cannot be: nothing that lies there is overwritten."""
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise TilesetError(f"{folder} is there already; give a new folder with -o")


def write_tileset(tileset: Tileset, folder: Path, *, as_json: bool) -> None:
    """Write a tileset and its level into a new folder, which appears whole or not at all. Raises TilesetError."""
    check_free(folder)
    files: dict[str, bytes] = {
        SHEET: indexed_png(sheet(tileset), tileset.rgba),
        f"{TILESET}.tsx": tsx(tileset).encode(),
        f"{LEVEL}.tmx": tmx(tileset).encode(),
        PREVIEW: indexed_png(render(tileset), tileset.rgba),
    }
    if as_json:
        files |= {f"{TILESET}.tsj": tsj(tileset).encode(), f"{LEVEL}.tmj": tmj(tileset).encode()}

    def fill(temporary: Path) -> None:
        for name, data in files.items():
            (temporary / name).write_bytes(data)

    try:
        atomic_write.make_folder(folder.parent)
        atomic_write.write_folder(Path(os.path.abspath(folder)), fill)
    except OSError as error:
        raise TilesetError(f"{folder} cannot be written: {error.strerror or error}; give another place with -o") from error


def token_source(token: TokenFolder, dreams: Pixels | None) -> TilesetSource:
    """Return what to cut of a token: its dreams (n, H, W), or where there are none its sprites."""
    return TilesetSource(
        title=token.hash.text, pictures=token.pixels if dreams is None else dreams, originals=token.pixels, rgba=token.rgba
    )


def picture_source(path: Path, palette: NDArray[np.uint8] | None) -> TilesetSource:
    """Return a picture to cut, its own original; what is half transparent or more is as its darkest colour.

    Raises TilesetError where the file cannot be read, is too large, or has more than 256 colours and there is no ``palette``
    (p, 4) to snap them to.
    """
    rgba = _read(path)
    solid = rgba[..., :3].copy()
    opaque = rgba[..., 3] >= 128
    if not opaque.any():
        raise TilesetError(f"{path} is wholly transparent; give a picture with something on it")
    darkest = solid[opaque][solid[opaque].sum(axis=1, dtype=np.int64).argmin()]
    solid[~opaque] = darkest
    colors, numbers = np.unique(solid.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colors) > MAX_COLORS and palette is None:
        raise TilesetError(f"{path} has {len(colors)} colours, at most {MAX_COLORS} can be kept; add --palette nes")
    table = np.concatenate([colors, np.full((len(colors), 1), 255, np.uint8)], axis=1)
    if len(colors) > MAX_COLORS and palette is not None:
        # Pictures are indices of at most 256 colours: one of so many is snapped at once.
        numbers, table = nearest(table, palette)[numbers], palette
    pixels = numbers.reshape(1, *solid.shape[:2]).astype(np.uint8)
    return TilesetSource(title=path.stem, pictures=pixels, originals=pixels, rgba=table)


def _read(path: Path) -> NDArray[np.uint8]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TilesetError(f"{path} is larger than {MAX_BYTES >> 20} MiB; give a smaller picture")
        with Image.open(path) as image:
            if max(image.size) > MAX_SIDE:
                raise TilesetError(f"{path} is {image.width}x{image.height}; give a picture of at most {MAX_SIDE} pixels a side")
            return np.array(image.convert("RGBA"))
    except TilesetError:
        raise
    except FileNotFoundError:
        raise TilesetError(f"{path} does not exist; give a picture, a token folder or a hash") from None
    except Exception as error:  # Pillow's parsers raise many classes for a damaged file.
        if isinstance(error, OSError) and error.strerror:
            raise TilesetError(f"{path} cannot be read: {error.strerror}; give a picture that can be opened") from error
        raise TilesetError(f"{path} cannot be read as a picture; give a PNG file or a token") from error
