"""A tileset and its level as pictures of palette indices."""

from typing import Final

import numpy as np

from mint.tileset.color_distance import is_clear
from mint.tileset.flips import flip_each
from mint.tileset.tileset import Tileset
from viewer.originality.comparison import Pixels

COLUMNS: Final = 8


def render_sheet(tileset: Tileset) -> Pixels:
    """Return all tiles in rows of COLUMNS, (height, width); unused cells are clear, or have the darkest colour, or the backdrop."""
    tiles, side = tileset.selection.tiles, tileset.tile_px
    rows = -(-len(tiles) // COLUMNS)
    brightness = tileset.rgba[:, :3].sum(axis=1, dtype=np.int64) - 1000 * is_clear(tileset.rgba)
    background = int(brightness.argmin()) if tileset.subpalettes is None else tileset.subpalettes.backdrop
    cells = np.full((rows * COLUMNS, side, side), background, np.uint8)
    cells[: len(tiles)] = tiles
    return cells.reshape(rows, COLUMNS, side, side).swapaxes(1, 2).reshape(rows * side, COLUMNS * side)


def render_level(tileset: Tileset) -> Pixels:
    """Return the level as a picture, (height, width)."""
    rows, columns = tileset.level.tiles.shape
    side = tileset.tile_px
    tiles = tileset.selection.tiles[tileset.level.tiles.ravel()]
    cells = flip_each(tiles, tileset.level.flips.ravel()).reshape(rows, columns, side, side)
    return cells.swapaxes(1, 2).reshape(rows * side, columns * side)
