"""Pictures from PNG files, all of one size or cut into tiles, and a palette that they share with the sprites."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.errors import ReportError
from viewer.originality.comparison import Pixels

MAX_COLORS = 256
MAX_PICTURES = 10_000
MAX_SIDE = 4096


@dataclass(frozen=True)
class SharedPalette:
    """Sprites and pictures as indices of one palette (K, 4)."""

    rgba: NDArray[np.uint8]
    sprites: Pixels
    pictures: Pixels


def share_palette(rgba: NDArray[np.uint8], sprites: Pixels, colors: NDArray[np.uint8]) -> SharedPalette:
    """Index sprites, which have a palette (K, 4), and pictures (n, h, w, 4) RGBA by one palette: the sprites', extended as needed.

    Raises ReportError where it would have more than 256 colours.
    """
    known = {color.tobytes() for color in rgba}
    extra = [color for color in np.unique(colors.reshape(-1, 4), axis=0) if color.tobytes() not in known]
    palette = np.concatenate([rgba, np.array(extra, np.uint8).reshape(-1, 4)])
    if len(palette) > MAX_COLORS:
        raise ReportError(
            f"the pictures have {len(extra)} colours that the token lacks; give pixel art, at most {MAX_COLORS} colours in all"
        )
    # With each colour as one integer, a single search finds the indices of all pixels.
    keys = palette.copy().view(np.uint32).ravel()
    order = np.argsort(keys, kind="stable")
    ranks = np.searchsorted(keys[order], np.ascontiguousarray(colors).view(np.uint32)[..., 0])
    return SharedPalette(palette, sprites, order[ranks].astype(np.uint8))


def read_pictures(paths: Sequence[Path], tile_px: int | None) -> NDArray[np.uint8]:
    """Read PNG files, or all PNG files of folders, as (n, h, w, 4) RGBA; ``tile_px`` cuts each into tiles with that side.

    Fully transparent tiles are left out. Raises ReportError where a file cannot be read or sizes differ.
    """
    files = [file for path in paths for file in (sorted(path.glob("*.png")) if path.is_dir() else [path])]
    if not files:
        raise ReportError(f"{paths[0]} contains no PNG files; give pictures or a folder of pictures")
    if len(files) > MAX_PICTURES:
        raise ReportError(f"{len(files)} pictures are more than the {MAX_PICTURES} that can be compared at once; give fewer")
    pictures = [picture for file in files for picture in _cut(_read(file), tile_px, file)]
    if not pictures:
        raise ReportError(f"{files[0]} has no opaque tile; give a picture with opaque pixels")
    sizes = {picture.shape for picture in pictures}
    if len(sizes) > 1:
        raise ReportError(f"the pictures have {len(sizes)} different sizes; give pictures of one size, or cut them with --tile")
    return np.stack(pictures)


def _read(path: Path) -> NDArray[np.uint8]:
    try:
        with Image.open(path, formats=["PNG"]) as image:
            if max(image.size) > MAX_SIDE:
                raise ReportError(f"{path} is {image.width}x{image.height}; give pictures of at most {MAX_SIDE} pixels a side")
            return np.array(image.convert("RGBA"))
    except ReportError:
        raise
    except FileNotFoundError:
        raise ReportError(f"{path} does not exist; give a PNG file or a folder of PNG files") from None
    except Exception as error:  # Pillow's parsers raise many classes for a damaged file.
        if isinstance(error, OSError) and error.strerror:
            raise ReportError(f"{path} cannot be read: {error.strerror}; give a picture that can be opened") from error
        raise ReportError(f"{path} cannot be read as a PNG; give an undamaged PNG file") from error


def _cut(picture: NDArray[np.uint8], tile_px: int | None, path: Path) -> list[NDArray[np.uint8]]:
    if tile_px is None:
        return [picture]
    rows, columns = picture.shape[0] // tile_px, picture.shape[1] // tile_px
    if not rows or not columns:
        raise ReportError(f"{path} is {picture.shape[1]}x{picture.shape[0]}, smaller than a tile; give a smaller --tile")
    cells = picture[: rows * tile_px, : columns * tile_px].reshape(rows, tile_px, columns, tile_px, 4)
    tiles = cells.swapaxes(1, 2).reshape(-1, tile_px, tile_px, 4)
    return [tile for tile in tiles if tile[..., 3].any()]
