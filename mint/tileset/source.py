"""What a tileset is made from: the dreams or sprites of a token, or any picture."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mint.art.picture_reader import read_rgba
from mint.errors import TilesetError
from mint.tileset.color_distance import nearest_colors
from mint.token.folder import TokenFolder
from viewer.originality.comparison import Pixels

MAX_SIDE = 4096
MAX_BYTES = 64 << 20
MAX_COLORS = 256


@dataclass(frozen=True, kw_only=True)
class TilesetSource:
    """Pictures to cut (n, H, W) and the originals (m, h, w) they come from, both indices of colours (k, 4)."""

    title: str
    pictures: Pixels
    originals: Pixels
    rgba: NDArray[np.uint8]


def token_source(token: TokenFolder, dreams: Pixels | None) -> TilesetSource:
    """Return a token's dreams (n, H, W) as the source, or its sprites where there are no dreams."""
    return TilesetSource(
        title=token.hash.text, pictures=token.pixels if dreams is None else dreams, originals=token.pixels, rgba=token.rgba
    )


def picture_source(path: Path, palette: NDArray[np.uint8] | None) -> TilesetSource:
    """Return a picture as the source and its own original; pixels of less than half opacity get its darkest colour.

    Raises TilesetError where the file cannot be read, is too large, or has more than 256 colours and there is no ``palette``
    (p, 4) to snap them to.
    """
    rgba = read_rgba(
        path,
        formats=None,
        max_side=MAX_SIDE,
        max_bytes=MAX_BYTES,
        error=TilesetError,
        if_missing="give a picture, a token folder or a hash",
        if_damaged="cannot be read as a picture; give a PNG file or a token",
    )
    solid = rgba[..., :3].copy()
    opaque = rgba[..., 3] >= 128
    if not opaque.any():
        raise TilesetError(f"{path} is fully transparent; give a picture with opaque pixels")
    darkest = solid[opaque][solid[opaque].sum(axis=1, dtype=np.int64).argmin()]
    solid[~opaque] = darkest
    colors, indices = np.unique(solid.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colors) > MAX_COLORS and palette is None:
        raise TilesetError(
            f"{path} has {len(colors)} colours, more than the {MAX_COLORS} that a tileset can have; add --palette nes"
        )
    table = np.concatenate([colors, np.full((len(colors), 1), 255, np.uint8)], axis=1)
    if len(colors) > MAX_COLORS and palette is not None:
        # Palette indices are one byte, so a picture with more colours is snapped right away.
        indices, table = nearest_colors(table, palette)[indices], palette
    pixels = indices.reshape(1, *solid.shape[:2]).astype(np.uint8)
    return TilesetSource(title=path.stem, pictures=pixels, originals=pixels, rgba=table)
