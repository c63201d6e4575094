"""Simulated annealing (Geman and Geman 1984) of a valid level: cells are drawn again, given their neighbours."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.tileset.level.energy import INITIAL_TEMPERATURE, SEAM_WEIGHT
from mint.tileset.level.neighbourhood import in_same_block, neighbours
from mint.tileset.level.variants import TileVariants

_NUM_SWEEPS: Final = 30
_FINAL_TEMPERATURE: Final = 0.03
_REPETITION_WEIGHT: Final = 0.4


def anneal(
    level: NDArray[np.int64],
    free_cells: NDArray[np.bool_],
    variants: TileVariants,
    energy: NDArray[np.float64],
    random: np.random.Generator,
) -> None:
    """Draw the free cells of a valid level (rows, columns) again at falling temperatures, in place; it stays valid."""
    allowed = [[variants.allowed(bool(vertical), bool(inside)) for inside in (0, 1)] for vertical in (0, 1)]
    num_tiles = len(variants.selection.tiles)
    counts = np.bincount(variants.tiles[level].ravel(), minlength=num_tiles).astype(np.float64)
    # Ten equal moons in a sky look like a pattern, so repetition costs more there. Plain tiles may repeat freely.
    repetition = np.zeros(num_tiles)
    repetition[variants.tiles] = np.where(variants.detail_shares > 0, np.where(variants.is_sky, 1.0, 0.3), 0.0)
    cells = [(int(y), int(x)) for y, x in np.argwhere(free_cells)]
    for temperature in np.geomspace(INITIAL_TEMPERATURE, _FINAL_TEMPERATURE, _NUM_SWEEPS):
        for number in random.permutation(len(cells)):
            cell = cells[number]
            counts[variants.tiles[level[cell]]] -= 1
            cost = energy[cell] + _REPETITION_WEIGHT * repetition[variants.tiles] * counts[variants.tiles]
            valid = np.ones(len(cost), np.bool_)
            for other, vertical, forward in neighbours(cell, level.shape):
                cost += SEAM_WEIGHT * variants.seam_costs(vertical, forward, int(level[other]))
                pairs = allowed[vertical][in_same_block(cell, other)]
                valid &= pairs[:, level[other]] if forward else pairs[level[other]]
            weights = np.exp(-(np.where(valid, cost, np.inf) - cost[valid].min()) / temperature)
            cumulative = weights.cumsum()
            level[cell] = int(np.searchsorted(cumulative, random.random() * cumulative[-1], side="right"))
            counts[variants.tiles[level[cell]]] += 1
