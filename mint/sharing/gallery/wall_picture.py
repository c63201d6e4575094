"""The picture of a work on the wall: some of its dreams, in a square that is as large as those of all other works.

Equal squares can be enlarged by the same whole number, so that a wall of works of different sizes stays even and every pixel crisp.
"""

from typing import Final

import numpy as np

from viewer.pictures.mosaic import Pixels

# Four sprites of 32 pixels a row, with gaps and a margin.
SIDE: Final = 136
_GAP: Final = 2
_MAX_COLUMNS: Final = 8


def wall_picture(tiles: Pixels, background: int) -> Pixels:
    """Return the first dreams of tiles (n, H, W) that fit, in rows: a square of SIDE pixels, or of a multiple for large tiles."""
    _, height, width = tiles.shape
    side = SIDE * -(-max(height, width) // SIDE)
    columns, rows = (min(_MAX_COLUMNS, (side + _GAP) // (length + _GAP)) for length in (width, height))
    top, left = ((side - count * (length + _GAP) + _GAP) // 2 for count, length in ((rows, height), (columns, width)))
    picture = np.full((side, side), background, np.uint8)
    for number, tile in enumerate(tiles[: columns * rows]):
        y, x = top + number // columns * (height + _GAP), left + number % columns * (width + _GAP)
        picture[y : y + height, x : x + width] = tile
    return picture
