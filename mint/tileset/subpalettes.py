"""The NES's colour rule: four subpalettes of three colours each and a shared backdrop; one subpalette for each tile."""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.tileset.color_distance import squared_distances
from viewer.originality.comparison import Pixels

NUM_SUBPALETTES: Final = 4
NUM_COLORS: Final = 3  # of a subpalette, besides the backdrop
_MAX_ITERATIONS = 12
_NUM_BACKDROPS = 4
_RESTARTS = 6  # for each backdrop
_MAX_CANDIDATES = 16  # colours tried for a subpalette: those that most pixels of its tiles have


@dataclass(frozen=True)
class Subpalettes:
    """A shared backdrop and up to four subpalettes of three more colours each; all are palette indices."""

    backdrop: int
    palettes: tuple[tuple[int, ...], ...]

    def allowed(self, number: int) -> tuple[int, ...]:
        """Return the colours that a tile with a subpalette may contain."""
        return (self.backdrop, *self.palettes[number])


@dataclass(frozen=True)
class FittedTiles:
    """Tiles (n, h, w) that follow the rule, and the mean distance of each tile's pixels to the originals, (n,)."""

    tiles: Pixels
    errors: NDArray[np.float64]


def choose_subpalettes(tiles: Pixels, colors: NDArray[np.uint8], seed: int) -> Subpalettes:
    """Choose a backdrop and four subpalettes for tiles (n, h, w) of indices into colors (p, 4). Deterministic.

    Alternates as k-means does: each tile takes the subpalette that changes it least, then each subpalette the three colours that
    change its tiles least. The best of several backdrops and seeded starts is returned. A change is measured by the perceptual
    distance and not by its square: squares favour a grey between all colours, distances the colours that most pixels have.
    """
    counts = _color_counts(tiles, len(colors))
    distances = np.sqrt(squared_distances(colors, colors))
    # A backdrop lies behind many tiles, so a tile counts once, however large its area of the colour is.
    num_tiles = (counts > tiles[0].size / 8).sum(axis=0)
    random = np.random.default_rng(seed)
    best: tuple[float, Subpalettes] | None = None
    for backdrop in np.argsort(-num_tiles, kind="stable")[:_NUM_BACKDROPS].tolist():
        for _ in range(_RESTARTS):
            cost, palettes = _alternate(counts, distances, backdrop, random)
            if best is None or cost < best[0] - 1e-9:
                best = cost, Subpalettes(backdrop, palettes)
    assert best is not None
    return best[1]


def _alternate(
    counts: NDArray[np.float64], distances: NDArray[np.float64], backdrop: int, random: np.random.Generator
) -> tuple[float, tuple[tuple[int, ...], ...]]:
    """Return four subpalettes for tiles with these pixel counts (n, p) of each colour, and the tiles' total cost in them."""
    assigned = random.integers(0, NUM_SUBPALETTES, len(counts))
    if len(counts) >= NUM_SUBPALETTES:
        centres = counts[random.choice(len(counts), NUM_SUBPALETTES, replace=False)]
        assigned = np.abs(counts[:, None] - centres[None]).sum(axis=2).argmin(axis=1)
    for _ in range(_MAX_ITERATIONS):
        palettes = [
            _best_subpalette(counts[assigned == number].sum(axis=0), distances, backdrop) for number in range(NUM_SUBPALETTES)
        ]
        # A tile costs, for each pixel, the distance to the nearest colour of the subpalette.
        costs = np.stack([counts @ distances[:, [backdrop, *palette]].min(axis=1) for palette in palettes], axis=1)
        previous, assigned = assigned, costs.argmin(axis=1)
        if (previous == assigned).all():
            break
    return float(costs.min(axis=1).sum()), tuple(palettes)


def _best_subpalette(counts: NDArray[np.float64], distances: NDArray[np.float64], backdrop: int) -> tuple[int, ...]:
    """Return the three colours that, with the backdrop, are nearest to the pixels counted by colour (p,)."""
    by_count = np.argsort(-counts, kind="stable")[:_MAX_CANDIDATES]
    candidates = [int(color) for color in by_count if counts[color] > 0 and color != backdrop]
    if len(candidates) <= NUM_COLORS:
        return tuple(candidates)
    triples = np.array(list(combinations(candidates, NUM_COLORS)))
    nearest = np.minimum(distances[:, triples].min(axis=2), distances[:, [backdrop]])
    return tuple(int(color) for color in triples[int((counts @ nearest).argmin())])


def fit_tiles(tiles: Pixels, subpalettes: Subpalettes, colors: NDArray[np.uint8]) -> FittedTiles:
    """Draw each of the tiles (n, h, w), indices into colors (p, 4), with the subpalette that changes it least."""
    distances = np.sqrt(squared_distances(colors, colors))
    counts = _color_counts(tiles, len(colors))
    to_allowed = [distances[:, subpalettes.allowed(number)] for number in range(len(subpalettes.palettes))]
    costs = np.stack([counts @ each.min(axis=1) for each in to_allowed], axis=1)
    tables = [np.array(subpalettes.allowed(number))[each.argmin(axis=1)] for number, each in enumerate(to_allowed)]
    fitted = np.array(tables, np.uint8)[costs.argmin(axis=1)[:, None, None], tiles]
    return FittedTiles(fitted, costs.min(axis=1) / tiles[0].size)


def fit_pictures(pictures: Pixels, subpalettes: Subpalettes, colors: NDArray[np.uint8]) -> Pixels:
    """Draw pictures with the colours of all subpalettes together."""
    allowed = np.unique([color for number in range(len(subpalettes.palettes)) for color in subpalettes.allowed(number)])
    table = allowed[squared_distances(colors, colors)[:, allowed].argmin(axis=1)]
    fitted: Pixels = table.astype(np.uint8)[pictures]
    return fitted


def _color_counts(tiles: Pixels, num_colors: int) -> NDArray[np.float64]:
    """Return the number of pixels of each colour in each tile (n, h, w): (n, p)."""
    return np.stack([(tiles == color).sum(axis=(1, 2)) for color in range(num_colors)], axis=1).astype(np.float64)
