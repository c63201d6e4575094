"""Pictures to compare with a token's sprites: files, folders and archives, at their true size, of one size or cut into tiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from mint.art.true_size import true_size_frames
from mint.errors import ReportError
from mint.picture_files.frame import Rgba
from mint.picture_files.reader import decode_frames
from mint.picture_files.source_files import find_source_files

MAX_PICTURES = 10_000
MIN_TILE_PX = 8


@dataclass(frozen=True, kw_only=True)
class ComparedPictures:
    """Pictures (n, h, w, 4) to compare, and a sentence about each file that was enlarged, or may have been."""

    rgba: Rgba
    notes: tuple[str, ...]


def read_pictures(
    paths: Sequence[Path], tile_px: int | None, sprite_size: tuple[int, int], scale: Fraction | None = None
) -> ComparedPictures:
    """Read pictures, and all pictures of folders and archives, at their true size; with ``tile_px`` each is cut into tiles.

    Each frame of an animation is a picture. What is larger than the sprites (height, width) may have been enlarged: ``scale``
    times, or as often as is detected. Tiles without an opaque pixel are left out. Raises PictureFileError where a file cannot be
    read, ArtError where a scale does not fit, and ReportError where sizes differ or do not fit, or there are too many pictures.
    """
    pictures: list[Rgba] = []
    notes: list[str] = []
    files = find_source_files(paths)
    for file in files:
        frames = [frame.rgba for frame in decode_frames(file.read(), file.display_name)]
        is_large = any(frame.shape[0] > sprite_size[0] or frame.shape[1] > sprite_size[1] for frame in frames)
        if scale is not None or is_large:
            frames, note = true_size_frames(file.display_name, frames, scale)
            notes += [note] if note else []
        for frame in frames:
            pictures += _tiles(frame, tile_px, file.display_name)
            if len(pictures) > MAX_PICTURES:
                raise ReportError(f"there are more than the {MAX_PICTURES} pictures that are compared at once; give fewer")
    if not pictures:
        raise ReportError(f"{files[0].display_name} has no opaque tile; give a picture that is not transparent")
    sizes = {picture.shape for picture in pictures}
    if len(sizes) > 1:
        raise ReportError(f"the pictures have {len(sizes)} different sizes; give pictures of one size, or cut them with --tile")
    height, width, _ = pictures[0].shape
    if height > sprite_size[0] or width > sprite_size[1]:
        cut = f"cut them with --tile {min(sprite_size)}, or " if min(sprite_size) >= MIN_TILE_PX else ""
        raise ReportError(
            f"pictures of {width}x{height} cannot be compared with sprites of {sprite_size[1]}x{sprite_size[0]}; "
            f"{cut}give pictures of that size"
        )
    return ComparedPictures(rgba=np.stack(pictures), notes=tuple(notes))


def _tiles(picture: Rgba, tile_px: int | None, name: str) -> list[Rgba]:
    if tile_px is None:
        return [picture]
    rows, columns = picture.shape[0] // tile_px, picture.shape[1] // tile_px
    if not rows or not columns:
        raise ReportError(f"{name} is {picture.shape[1]}x{picture.shape[0]}, smaller than a tile; give a smaller --tile")
    grid = picture[: rows * tile_px, : columns * tile_px].reshape(rows, tile_px, columns, tile_px, 4)
    tiles = grid.swapaxes(1, 2).reshape(-1, tile_px, tile_px, 4)
    return [tile for tile in tiles if tile[..., 3].any()]
