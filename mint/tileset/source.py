"""What a tileset is made from: the dreams or sprites of a token, or any picture at its true size."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mint.art.true_size import true_size_frames
from mint.errors import TilesetError
from mint.picture_files.reader import read_first_frame
from mint.tileset.color_distance import MIN_ALPHA, nearest_colors, with_clear
from mint.token.folder import TokenFolder
from viewer.originality.comparison import Pixels
from viewer.printable import printable

MAX_SIDE = 4096
MAX_COLORS = 256


@dataclass(frozen=True, kw_only=True)
class TilesetSource:
    """Pictures to cut (n, H, W) and the originals (m, h, w) they come from, both indices of colours (k, 4).

    ``note`` is a sentence about the size of a picture, or empty.
    """

    title: str
    pictures: Pixels
    originals: Pixels
    rgba: NDArray[np.uint8]
    note: str = ""


def token_source(token: TokenFolder, dreams: Pixels | None) -> TilesetSource:
    """Return a token's dreams (n, H, W) as the source, or its sprites where there are no dreams."""
    pictures = token.pixels if dreams is None else dreams
    return TilesetSource(title=token.title, pictures=pictures, originals=token.pixels, rgba=token.rgba)


def picture_source(path: Path, palette: NDArray[np.uint8] | None, scale: Fraction | None = None) -> TilesetSource:
    """Return a picture, or the first frame of an animation, as the source and its own original, at its true size.

    ``scale`` says how many times it was enlarged; by default that is detected, and where it cannot be, the picture stays as it is.
    Raises UnreadablePictureError where the file cannot be read, and TilesetError where it is too large, fully transparent, or has
    more than 256 colours and there is no ``palette`` (p, 4) to snap them to.
    """
    if not path.exists():
        raise TilesetError(f"{path} does not exist; give a picture, a token folder or a hash")
    (rgba,), note = true_size_frames(path.name, [read_first_frame(path)], scale)
    if max(rgba.shape[:2]) > MAX_SIDE:
        raise TilesetError(f"{path} is {rgba.shape[1]}x{rgba.shape[0]}; give pictures of at most {MAX_SIDE} pixels a side")
    if not (rgba[..., 3] >= MIN_ALPHA).any():
        raise TilesetError(f"{path} is fully transparent; give a picture with opaque pixels")
    colors, indices = np.unique(rgba.reshape(-1, 4), axis=0, return_inverse=True)
    if len(colors) > MAX_COLORS and palette is None:
        raise TilesetError(
            f"{path} has {len(colors)} colours, more than the {MAX_COLORS} that a tileset can have; add --palette nes"
        )
    if len(colors) > MAX_COLORS and palette is not None:
        # Palette indices are one byte, so a picture with more colours is snapped right away.
        palette = with_clear(palette, colors)
        indices, colors = nearest_colors(colors, palette)[indices.ravel()], palette
    pixels = indices.reshape(1, *rgba.shape[:2]).astype(np.uint8)
    # Not every file name is text that XML and JSON can hold.
    return TilesetSource(title=printable(path.stem), pictures=pixels, originals=pixels, rgba=colors, note=note)
