"""Stamps placed along the skyline before the rest of a level is generated."""

import numpy as np
from numpy.typing import NDArray

from mint.tileset.level.cell_domains import CellDomains
from mint.tileset.level.variants import TileVariants

_ORDER_WEIGHT, _USE_WEIGHT, _RANDOM_WEIGHT = 0.25, 1.5, 3.0  # of a stamp's place in the order, its uses so far, and chance
_GAP_PROBABILITY = 0.25


def place_stamps(
    domains: CellDomains, variants: TileVariants, skyline: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.bool_]:
    """Place stamps where their edges match what is already decided; return the mask (rows, columns) of stamped cells."""
    stamped = np.zeros(domains.possible.shape[:2], np.bool_)
    stamps = variants.stamps
    if not len(stamps):
        return stamped
    height, width = int(stamps.shape[1]), int(stamps.shape[2])
    num_uses = np.zeros(len(stamps))
    x = int(random.integers(0, 2))
    while x + width <= stamped.shape[1]:
        top = min(int(skyline[x]), stamped.shape[0] - height)
        window = slice(top, top + height), slice(x, x + width)
        # Stamps with a high score and few uses are tried first.
        cost = np.arange(len(stamps)) * _ORDER_WEIGHT + num_uses * _USE_WEIGHT + random.random(len(stamps)) * _RANDOM_WEIGHT
        for number in np.argsort(cost).tolist():
            before = domains.possible.copy()
            stamp = np.zeros((height, width, len(variants.tiles)), np.bool_)
            np.put_along_axis(stamp, stamps[number][:, :, None], True, axis=2)
            domains.possible[window] &= stamp
            cells = [(top + y, x + dx) for y in range(height) for dx in range(width)]
            if domains.possible[window].any(axis=2).all() and domains.propagate(cells):
                stamped[window] = True
                num_uses[number] += 1
                break
            domains.possible = before
        x += width if stamped[window].all() else 1
        if random.random() < _GAP_PROBABILITY:
            x += 1
    return stamped
