"""Read PNG files of one size, or cut them into tiles."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mint.art.picture_reader import read_rgba
from mint.errors import ReportError

MAX_PICTURES = 10_000
MAX_SIDE = 4096


def read_pngs(paths: Sequence[Path], tile_px: int | None) -> NDArray[np.uint8]:
    """Read PNG files, and all PNG files of folders, as (n, h, w, 4) RGBA; with ``tile_px`` each is cut into tiles of that side.

    Tiles without an opaque pixel are left out. Raises ReportError where a file cannot be read or sizes differ.
    """
    files = [file for path in paths for file in (sorted(path.glob("*.png")) if path.is_dir() else [path])]
    if not files:
        raise ReportError(f"{paths[0]} holds no PNG files; give pictures or a folder of pictures")
    if len(files) > MAX_PICTURES:
        raise ReportError(f"there are {len(files)} pictures, more than the {MAX_PICTURES} that are compared at once; give fewer")
    pictures = [tile for file in files for tile in _tiles(_read_png(file), tile_px, file)]
    if not pictures:
        raise ReportError(f"{files[0]} has no opaque tile; give a picture that is not transparent")
    sizes = {picture.shape for picture in pictures}
    if len(sizes) > 1:
        raise ReportError(f"the pictures have {len(sizes)} different sizes; give pictures of one size, or cut them with --tile")
    return np.stack(pictures)


def _read_png(path: Path) -> NDArray[np.uint8]:
    return read_rgba(
        path,
        formats=("PNG",),
        max_side=MAX_SIDE,
        error=ReportError,
        if_missing="give a PNG file or a folder of PNG files",
        if_damaged="cannot be read as a PNG; give an undamaged PNG file",
    )


def _tiles(picture: NDArray[np.uint8], tile_px: int | None, path: Path) -> list[NDArray[np.uint8]]:
    if tile_px is None:
        return [picture]
    rows, columns = picture.shape[0] // tile_px, picture.shape[1] // tile_px
    if not rows or not columns:
        raise ReportError(f"{path} is {picture.shape[1]}x{picture.shape[0]}, smaller than a tile; give a smaller --tile")
    grid = picture[: rows * tile_px, : columns * tile_px].reshape(rows, tile_px, columns, tile_px, 4)
    tiles = grid.swapaxes(1, 2).reshape(-1, tile_px, tile_px, 4)
    return [tile for tile in tiles if tile[..., 3].any()]
