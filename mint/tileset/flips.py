"""The flips that a level can give a tile: the symmetries for which a map format has flags."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.originality.comparison import Pixels, transformed

FLIPS: Final = (0, 1, 2, 3)  # symmetries as two bits: 1 mirrored, 2 upside down


def flip_each(tiles: Pixels, flips: NDArray[np.int64]) -> Pixels:
    """Return tiles (k, side, side), each flipped by its own element of flips (k,)."""
    flipped = np.empty_like(tiles)
    for flip in FLIPS:
        flipped[flips == flip] = transformed(tiles[flips == flip], flip)
    return flipped
