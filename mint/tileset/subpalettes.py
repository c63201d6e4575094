"""The NES's colour rule: four subpalettes of three colours each and a shared backdrop; one subpalette for each tile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mint.tileset.color_distance import is_clear, squared_distances
from mint.tileset.subpalette_packing import NUM_COLORS, NUM_SUBPALETTES, pack_colors
from viewer.originality.comparison import Pixels

_MAX_ITERATIONS = 12
_NUM_BACKDROPS = 6
_NUM_STARTS = 6  # for each backdrop
_MAX_CANDIDATES = 16  # colours tried for a subpalette: those that most pixels of its tiles have

Palettes = tuple[tuple[int, ...], ...]


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


def exact_subpalettes(tiles: Pixels, colors: NDArray[np.uint8]) -> Subpalettes | None:
    """Return subpalettes that hold all colours of the tiles (n, h, w) of indices into colors (p, 4), or None if there are none."""
    counts = _color_counts(tiles, len(colors))
    packed = pack_colors((frozenset(np.flatnonzero(row).tolist()) for row in counts), _backdrops(counts, tiles, colors).tolist())
    return None if packed is None else Subpalettes(*packed)


def choose_subpalettes(tiles: Pixels, colors: NDArray[np.uint8]) -> Subpalettes:
    """Choose a backdrop and four subpalettes for tiles (n, h, w) of indices into colors (p, 4). Deterministic.

    Tiles that keep the rule stay as they are. For others, alternates as k-means does: each tile takes the subpalette that changes
    it least, then each subpalette the three colours that change its tiles least. It starts at tiles that are far apart
    (Gonzalez 1985), for several backdrops and first tiles; then single colours are exchanged while that helps. A change is
    measured by the perceptual distance and not by its square: squares favour a grey between all colours, distances the colours
    that most pixels have.
    """
    exact = exact_subpalettes(tiles, colors)
    if exact is not None:
        return exact
    counts = _color_counts(tiles, len(colors))
    distances = np.sqrt(squared_distances(colors, colors))
    best: tuple[float, Subpalettes] | None = None
    for backdrop in _backdrops(counts, tiles, colors)[:_NUM_BACKDROPS].tolist():
        for start in _far_apart(counts, distances):
            alternated = _alternate(counts, distances, backdrop, start)
            cost, palettes = _exchange_colors(counts, distances, backdrop, alternated)
            if best is None or cost < best[0] - 1e-9:
                best = cost, Subpalettes(backdrop, palettes)
    assert best is not None
    return best[1]


def _backdrops(counts: NDArray[np.float64], tiles: Pixels, colors: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the colours that tiles with pixel counts (n, p) have, likely backdrops first.

    A backdrop lies behind many tiles, so a tile counts once, however large its area of the colour is. Where tiles have clear
    pixels, clear is the backdrop: the console shows the backdrop through them.
    """
    num_tiles = (counts > tiles[0].size / 8).sum(axis=0)
    order: NDArray[np.int64] = np.lexsort((-np.count_nonzero(counts, axis=0), -num_tiles))
    is_present = np.count_nonzero(counts, axis=0)[order] > 0
    present: NDArray[np.int64] = order[is_present]
    clear = present[is_clear(colors[present])]
    return clear if len(clear) else present


def _far_apart(counts: NDArray[np.float64], distances: NDArray[np.float64]) -> Iterator[NDArray[np.int64]]:
    """Yield starts: four tiles each, the first from all over the tiles, the others each as far as can be from those before."""
    # A tile's distance to another: what changes if its pixels take the nearest of the other's colours.
    kinds = np.unique(counts, axis=0)
    changes = np.stack([kinds @ distances[:, row > 0].min(axis=1) for row in kinds], axis=1)
    changes = np.maximum(changes, changes.T)
    for first in range(0, len(kinds), max(1, -(-len(kinds) // _NUM_STARTS))):
        centres = [first]
        while len(centres) < min(NUM_SUBPALETTES, len(kinds)):
            centres.append(int(changes[:, centres].min(axis=1).argmax()))
        to_centres = np.stack([counts @ distances[:, kinds[centre] > 0].min(axis=1) for centre in centres], axis=1)
        yield to_centres.argmin(axis=1)


def _alternate(counts: NDArray[np.float64], distances: NDArray[np.float64], backdrop: int, assigned: NDArray[np.int64]) -> Palettes:
    """Return four subpalettes for tiles with pixel counts (n, p), from the subpalette of each tile, (n,)."""
    for _ in range(_MAX_ITERATIONS):
        palettes = [
            _best_subpalette(counts[assigned == number].sum(axis=0), distances, backdrop) for number in range(NUM_SUBPALETTES)
        ]
        costs = np.stack([_costs(counts, distances, backdrop, palette) for palette in palettes], axis=1)
        previous, assigned = assigned, costs.argmin(axis=1)
        # A subpalette that no tile takes is for the tile that costs most.
        for number in np.flatnonzero(np.bincount(assigned, minlength=NUM_SUBPALETTES) == 0):
            assigned[costs.min(axis=1).argmax()] = number
            costs[costs.min(axis=1).argmax()] = 0
        if (previous == assigned).all():
            break
    return tuple(palettes)


def _costs(
    counts: NDArray[np.float64], distances: NDArray[np.float64], backdrop: int, palette: Sequence[int]
) -> NDArray[np.float64]:
    """Return what each tile (n, p) costs in a subpalette: for each pixel, the distance to its nearest colour."""
    costs: NDArray[np.float64] = counts @ distances[:, [backdrop, *palette]].min(axis=1)
    return costs


def _exchange_colors(
    counts: NDArray[np.float64], distances: NDArray[np.float64], backdrop: int, palettes: Palettes
) -> tuple[float, Palettes]:
    """Exchange or add single colours of subpalettes, the best exchange first, while the total cost falls; return both."""
    present = [int(color) for color in np.flatnonzero(counts.any(axis=0)) if color != backdrop]
    costs = np.stack([_costs(counts, distances, backdrop, palette) for palette in palettes], axis=1)
    total = float(costs.min(axis=1).sum())
    while True:
        best: tuple[float, int, tuple[int, ...]] | None = None
        for number, palette in enumerate(palettes):
            others = np.delete(costs, number, axis=1).min(axis=1)
            places = range(len(palette)) if len(palette) == NUM_COLORS else [len(palette)]
            for changed in (
                (*palette[:place], color, *palette[place + 1 :]) for place in places for color in present if color not in palette
            ):
                cost = float(np.minimum(others, _costs(counts, distances, backdrop, changed)).sum())
                if cost < (total if best is None else best[0]) - 1e-9:
                    best = cost, number, changed
        if best is None:
            return total, palettes
        total, number, changed = best
        palettes = (*palettes[:number], changed, *palettes[number + 1 :])
        costs[:, number] = _costs(counts, distances, backdrop, changed)


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
