"""A level generated from tiles whose edges match: a sky, a skyline, and the ground below.

The tiles are placed by wave function collapse (Gumin 2016), which is constraint propagation over the domains of the cells (arc
consistency, Mackworth 1977): the cell with the smallest domain is decided next, and a contradiction is undone by backtracking. Two
tiles may be neighbours where their seam is allowed, which makes a level valid. Two more steps make it look like a landscape.
Before it, whole pictures are placed along the skyline where their edges allow it. After it, simulated annealing (Geman and Geman
1984) draws all other cells again, given their neighbours, by seams, by kind and depth at their height, and by how often a tile is
in the level already. Of several small levels the one with the most varied tiles is returned.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.errors import TilesetError
from mint.tileset.level.annealing import anneal
from mint.tileset.level.cell_domains import CellDomains
from mint.tileset.level.collapse import collapse
from mint.tileset.level.energy import cell_energies, draw_skyline
from mint.tileset.level.stamp_placement import place_stamps
from mint.tileset.level.variants import TileVariants
from mint.tileset.seams import SeamLimits
from mint.tileset.tiles.selection import SelectedTiles
from viewer.originality.comparison import detail

_MAX_ATTEMPTS: Final = 8
_MAX_CELLS: Final = 1408  # of all levels together, from which the best is chosen


@dataclass(frozen=True)
class Level:
    """The tile in each cell, and which of FLIPS it has, (rows, columns) each."""

    tiles: NDArray[np.int64]
    flips: NDArray[np.int64]


def generate_level(
    selection: SelectedTiles,
    limits: SeamLimits,
    size: tuple[int, int],
    picture_rows: int,
    seed: int,
    tile_subpalettes: NDArray[np.int64] | None = None,
) -> Level:
    """Generate a level of a size (rows, columns), in which no seam exceeds the limits. Deterministic.

    ``picture_rows`` is the height in tiles of the pictures that the tiles come from. ``tile_subpalettes`` (n,) are the tiles'
    subpalettes where a console requires a single one in each block of two by two cells. Raises TilesetError where the tiles' edges
    allow no level.
    """
    variants = TileVariants(selection, limits, tile_subpalettes)
    levels: list[Level] = []
    for attempt in range(_MAX_ATTEMPTS):
        random = np.random.default_rng([seed, attempt])
        skyline = draw_skyline(size, picture_rows, random)
        energy = cell_energies(variants, size, picture_rows, skyline)
        domains = CellDomains(variants, size)
        if not domains.propagate_all():
            break
        # Stamps can make a level impossible, so later attempts do without.
        use_stamps = attempt < _MAX_ATTEMPTS // 2
        stamped = place_stamps(domains, variants, skyline, random) if use_stamps else np.zeros(size, np.bool_)
        decided = collapse(domains, energy, random)
        if decided is not None:
            anneal(decided, ~stamped, variants, energy, random)
            levels.append(Level(variants.tiles[decided], variants.flips[decided]))
        if (len(levels) + 1) * size[0] * size[1] > _MAX_CELLS:
            break
    if levels:
        return max(levels, key=lambda level: _entropy(level, selection))
    raise TilesetError(
        f"the edges of {len(selection.tiles)} tiles allow no level; keep more tiles with --count, or try another --seed"
    )


def _entropy(level: Level, selection: SelectedTiles) -> float:
    """Return the entropy of the tiles in a level, except plain ones."""
    counts = np.bincount(level.tiles.ravel(), minlength=len(selection.tiles))
    shares = counts[detail(selection.tiles).any(axis=(1, 2)) & (counts > 0)] / counts.sum()
    return -float((shares * np.log(shares)).sum())
