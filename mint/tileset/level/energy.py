"""The energy of a level: what each variant costs in each cell. A level generator prefers a low energy.

A level has three zones: sky above the skyline, the height of a picture below it, and the ground below that.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.tileset.level.variants import TileVariants
from mint.tileset.tiles.classification import TILE_KINDS

SEAM_WEIGHT: Final = 3.0
INITIAL_TEMPERATURE: Final = 0.5
_DEPTH_WEIGHT, _LANDSCAPE_WEIGHT, _DETAIL_WEIGHT, _PLAIN_WEIGHT, _UPSIDE_DOWN_WEIGHT = 4.0, 4.0, 4.0, 6.0, 0.5
# The cost of each kind in each zone, from top to bottom.
_KIND_COSTS: Final = (
    {"sky": 0.0, "edge": 3.0, "feature": 3.0, "ground": 5.0},
    {"sky": 1.0, "edge": 0.0, "feature": 0.0, "ground": 0.0},
    {"sky": 1.0, "edge": 1.5, "feature": 2.0, "ground": 0.0},
)
_SKY_SHARE = 0.36  # of a level's height; the skyline varies around it


def draw_skyline(size: tuple[int, int], picture_rows: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Draw the first row below the sky in each column: terraces two to four picture widths long, each one row up or down."""
    rows, columns = size
    low, high = max(1, round(rows * _SKY_SHARE) - 1), max(1, min(rows - picture_rows, round(rows * _SKY_SHARE) + 1))
    heights: list[int] = []
    height = int(random.integers(low, high + 1))
    while len(heights) < columns:
        heights += [height] * int(random.integers(2, 5)) * picture_rows
        height = int(np.clip(height + random.choice([-1, 1]), low, high))
    return np.array(heights[:columns])


def cell_energies(
    variants: TileVariants, size: tuple[int, int], picture_rows: int, skyline: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the energy (rows, columns, v) of each variant in each cell, by its kind, depth, detail and landscape score."""
    selection, tiles = variants.selection, variants.tiles
    rows_below = np.arange(size[0])[:, None] - skyline[None]
    zone = np.where(rows_below < 0, 0, np.where(rows_below < picture_rows, 1, 2))
    # Tiles from the top and the bottom of a picture are as far apart in the level.
    depths = np.clip(rows_below / max(picture_rows - 1, 1), 0, 1)
    kinds = np.array([TILE_KINDS.index(selection.kinds[tile]) for tile in tiles])
    table = np.array([[costs[name] for name in TILE_KINDS] for costs in _KIND_COSTS])
    energy: NDArray[np.float64] = table[zone][:, :, kinds]
    plain = variants.detail_shares == 0
    energy += _DEPTH_WEIGHT * ((selection.depths[tiles] - depths[:, :, None]) ** 2) * ~plain
    energy += _DETAIL_WEIGHT * variants.detail_shares * np.array([1.0, 0.0, 0.4])[zone][:, :, None]
    scores = selection.landscape_scores[tiles]
    energy += _LANDSCAPE_WEIGHT * (1 - scores) * ~plain * np.array([0.25, 1.0, 0.5])[zone][:, :, None]
    energy += _PLAIN_WEIGHT * plain * np.array([0.12, 1.0, 0.35])[zone][:, :, None]
    energy += _UPSIDE_DOWN_WEIGHT * (variants.flips > 1) * ~plain
    return energy
