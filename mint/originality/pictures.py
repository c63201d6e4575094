"""Pictures to compare with a token's sprites: files, folders and archives of one size, or cut into tiles."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mint.errors import ReportError
from mint.picture_files.frame import Rgba
from mint.picture_files.reader import decode_frames
from mint.picture_files.source_files import find_source_files

MAX_PICTURES = 10_000


def read_pictures(paths: Sequence[Path], tile_px: int | None) -> NDArray[np.uint8]:
    """Read pictures, and all pictures of folders and archives, as (n, h, w, 4) RGBA; with ``tile_px`` each is cut into tiles.

    Each frame of an animation is a picture. Tiles without an opaque pixel are left out. Raises PictureFileError where a file cannot
    be read, and ReportError where sizes differ or there are too many pictures.
    """
    pictures: list[Rgba] = []
    files = find_source_files(paths)
    for file in files:
        for frame in decode_frames(file.read(), file.display_name):
            pictures += _tiles(frame.rgba, tile_px, file.display_name)
            if len(pictures) > MAX_PICTURES:
                raise ReportError(f"there are more than the {MAX_PICTURES} pictures that are compared at once; give fewer")
    if not pictures:
        raise ReportError(f"{files[0].display_name} has no opaque tile; give a picture that is not transparent")
    sizes = {picture.shape for picture in pictures}
    if len(sizes) > 1:
        raise ReportError(f"the pictures have {len(sizes)} different sizes; give pictures of one size, or cut them with --tile")
    return np.stack(pictures)


def _tiles(picture: Rgba, tile_px: int | None, name: str) -> list[Rgba]:
    if tile_px is None:
        return [picture]
    rows, columns = picture.shape[0] // tile_px, picture.shape[1] // tile_px
    if not rows or not columns:
        raise ReportError(f"{name} is {picture.shape[1]}x{picture.shape[0]}, smaller than a tile; give a smaller --tile")
    grid = picture[: rows * tile_px, : columns * tile_px].reshape(rows, tile_px, columns, tile_px, 4)
    tiles = grid.swapaxes(1, 2).reshape(-1, tile_px, tile_px, 4)
    return [tile for tile in tiles if tile[..., 3].any()]
