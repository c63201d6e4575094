"""A level laid out by the tiles' edges: a sky, a skyline, and the ground below.

Tiles are laid as in wave function collapse (Gumin 2016), which is constraint propagation over the sets of tiles that a cell may still
have (arc consistency, Mackworth 1977) with the least undecided cell decided next, and backtracking. Two tiles may lie side by side
where their seam is allowed. That makes a level valid; what makes it a place is the second step, annealing (Geman and Geman 1984): cells
are drawn again, given their neighbours, from what is allowed, by seams, by kind and depth at their height, and by how often a tile is
there already.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.errors import TilesetError
from mint.tileset.seams import Seams, seam_costs
from mint.tileset.tiles import KINDS, Choice
from viewer.likeness import Pixels

_MAX_BACKTRACKS: Final = 400
_ATTEMPTS: Final = 8
_SWEEPS: Final = 60
_HOT, _COLD = 1.0, 0.05  # temperatures of the first and the last sweep
_SEAM, _DEPTH, _QUALITY, _OFTEN = 3.0, 2.0, 1.5, 0.5  # weights of the energy
# What a kind costs in each zone, from top to bottom.
_ZONES: Final = {
    "sky": {"sky": 0.0, "edge": 3.0, "feature": 2.5, "ground": 5.0},
    "town": {"sky": 1.5, "edge": 0.3, "feature": 0.0, "ground": 1.0},
    "earth": {"sky": 3.0, "edge": 1.2, "feature": 1.5, "ground": 0.0},
}
_TOWN_ROWS = 0.27  # of a level's height


@dataclass(frozen=True)
class Level:
    """Which tile lies where, (rows, columns), and whether it is mirrored."""

    tiles: NDArray[np.int64]
    mirrored: NDArray[np.bool_]


def lay_out(choice: Choice, seams: Seams, size: tuple[int, int], seed: int, groups: NDArray[np.int64] | None = None) -> Level:
    """Lay out a level of a size (rows, columns); no seam in it is worse than allowed. Deterministic.

    ``groups`` (n,) are the palettes of tiles that share one in each block of two by two cells, where a console asks for that.
    Raises TilesetError where the tiles' edges allow no level.
    """
    variants = _Variants(choice, seams, groups)
    for attempt in range(_ATTEMPTS):
        random = np.random.default_rng([seed, attempt])
        energy = _energies(variants, size, random)
        laid = _collapse(variants, energy, random)
        if laid is not None:
            _anneal(laid, variants, energy, random)
            return Level(variants.tile[laid], variants.mirrored[laid])
    raise TilesetError(f"the edges of {len(choice.tiles)} tiles allow no level; keep more tiles with --count, or take another --seed")


class _Variants:
    """The tiles as they are and mirrored, (v, s, s): what each costs beside and below each other, and what is allowed."""

    def __init__(self, choice: Choice, seams: Seams, groups: NDArray[np.int64] | None) -> None:
        mirrored: Pixels = choice.tiles[:, :, ::-1]
        other = np.flatnonzero((mirrored != choice.tiles).any(axis=(1, 2)))
        self.tile = np.concatenate([np.arange(len(choice.tiles)), other])
        self.mirrored = np.arange(len(self.tile)) >= len(choice.tiles)
        self.choice = choice
        pixels = np.concatenate([choice.tiles, mirrored[other]])
        self.beside, self.below = seam_costs(pixels, pixels, seams)
        # A level may put a tile next to itself, but a pattern of them is dull.
        self.busy = np.array([choice.kinds[tile] not in ("sky",) for tile in self.tile])
        self._same = np.ones((len(pixels), len(pixels)), np.bool_) if groups is None else groups[self.tile][:, None] == groups[self.tile]

    def allowed(self, vertical: bool, inside: bool) -> NDArray[np.bool_]:
        """Return which variants (v, v) may follow each other; ``inside`` says that both cells are of one block."""
        costs = self.below if vertical else self.beside
        return (costs <= 1) & self._same if inside else costs <= 1


def _energies(variants: _Variants, size: tuple[int, int], random: np.random.Generator) -> NDArray[np.float64]:
    """Return what each variant costs in each cell, (rows, columns, v), for its kind, its depth and its quality."""
    rows, columns = size
    horizon = _skyline(columns, random) * rows
    place = np.arange(rows)[:, None] - horizon[None]
    zone = np.where(place < 0, 0, np.where(place < _TOWN_ROWS * rows, 1, 2))
    wanted = np.clip(0.5 * place / (_TOWN_ROWS * rows) + 0.25, 0, 1)
    kind = np.array([KINDS.index(variants.choice.kinds[tile]) for tile in variants.tile])
    table = np.array([[costs[name] for name in KINDS] for costs in _ZONES.values()])
    energy: NDArray[np.float64] = table[zone][:, :, kind]
    energy += _DEPTH * (variants.choice.depths[variants.tile] - wanted[:, :, None]) ** 2
    quality = variants.choice.qualities / max(float(variants.choice.qualities.max()), 1e-9)
    return energy - _QUALITY * quality[variants.tile]


def _skyline(columns: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Return how far down the skyline is in each column, 0 to 1: two slow waves around the middle."""
    x = np.arange(columns) / columns * 2 * np.pi
    phases = random.uniform(0, 2 * np.pi, 2)
    return 0.42 + 0.10 * np.sin(x + phases[0]) + 0.05 * np.sin(3 * x + phases[1])


def _collapse(variants: _Variants, energy: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.int64] | None:
    """Return a valid level as variants (rows, columns), None where too many ways ended in a contradiction."""
    domains = _Domains(variants, energy.shape)
    if not domains.propagate([(y, x) for y in range(energy.shape[0]) for x in range(energy.shape[1])]):
        return None
    past: list[tuple[NDArray[np.bool_], tuple[int, int], int]] = []
    backtracks = 0
    while (cell := domains.least_decided(random)) is not None:
        variant = domains.draw(cell, energy, random)
        past.append((domains.open.copy(), cell, variant))
        domains.open[cell] = False
        domains.open[cell][variant] = True
        fine = domains.propagate([cell])
        while not fine:
            backtracks += 1
            if not past or backtracks > _MAX_BACKTRACKS:
                return None
            # Go back to before the last decision, and know that it was wrong.
            domains.open, wrong, variant = past.pop()
            domains.open[wrong][variant] = False
            fine = bool(domains.open[wrong].any()) and domains.propagate([wrong])
    decided: NDArray[np.int64] = domains.open.argmax(axis=2)
    return decided


class _Domains:
    """What each cell may still be: ``open`` (rows, columns, v) bool."""

    def __init__(self, variants: _Variants, shape: tuple[int, ...]) -> None:
        self.open = np.ones(shape, np.bool_)
        self._variants = variants
        # As numbers, so that a product tells what is left; [vertical][inside], forwards and backwards.
        self._rules = [
            [variants.allowed(bool(vertical), bool(inside)).astype(np.float32) for inside in (0, 1)] for vertical in (0, 1)
        ]

    def least_decided(self, random: np.random.Generator) -> tuple[int, int] | None:
        """Return an undecided cell with the fewest variants left, None where all are decided."""
        left = self.open.sum(axis=2)
        undecided = np.where(left > 1, left + random.random(left.shape) / 2, np.inf)
        if np.isinf(undecided).all():
            return None
        y, x = np.unravel_index(int(undecided.argmin()), left.shape)
        return int(y), int(x)

    def draw(self, cell: tuple[int, int], energy: NDArray[np.float64], random: np.random.Generator) -> int:
        """Draw one of a cell's variants by energy and the seams to the decided neighbours."""
        cost = energy[cell].copy()
        for other, vertical, forward in neighbours(cell, self.open.shape):
            if self.open[other].sum() == 1:
                cost += _SEAM * _line(self._variants, vertical, forward, int(self.open[other].argmax()))
        weights = np.exp(-(cost - cost[self.open[cell]].min()) / _HOT) * self.open[cell]
        return int(random.choice(len(weights), p=weights / weights.sum()))

    def propagate(self, changed: list[tuple[int, int]]) -> bool:
        """Take away what no neighbour allows any more; False where a cell has nothing left."""
        waiting = dict.fromkeys(changed)
        while waiting:
            cell = next(iter(waiting))
            del waiting[cell]
            mine = self.open[cell].astype(np.float32)
            for other, vertical, forward in neighbours(cell, self.open.shape):
                rule = self._rules[vertical][same_block(cell, other)]
                supported = (mine @ rule if forward else rule @ mine) > 0
                left = self.open[other] & supported
                if not left.any():
                    return False
                if left.sum() < self.open[other].sum():
                    self.open[other] = left
                    waiting[other] = None
        return True


def _anneal(laid: NDArray[np.int64], variants: _Variants, energy: NDArray[np.float64], random: np.random.Generator) -> None:
    """Draw the cells of a valid level again and again, ever colder; it stays valid."""
    rules = [[variants.allowed(bool(vertical), bool(inside)) for inside in (0, 1)] for vertical in (0, 1)]
    counts = np.bincount(variants.tile[laid].ravel(), minlength=len(variants.choice.tiles)).astype(np.float64)
    cells = [(y, x) for y in range(laid.shape[0]) for x in range(laid.shape[1])]
    for temperature in np.geomspace(_HOT, _COLD, _SWEEPS):
        for place in random.permutation(len(cells)):
            cell = cells[place]
            counts[variants.tile[laid[cell]]] -= 1
            # A kind's share of the level grows with its zone, so that what counts is how often a tile is there among many.
            cost = energy[cell] + _OFTEN * variants.busy * np.log1p(counts[variants.tile])
            free = np.ones(len(cost), np.bool_)
            for other, vertical, forward in neighbours(cell, laid.shape):
                cost += _SEAM * _line(variants, vertical, forward, int(laid[other]))
                rule = rules[vertical][same_block(cell, other)]
                free &= rule[:, laid[other]] if forward else rule[laid[other]]
            weights = np.exp(-(cost - cost[free].min()) / temperature) * free
            total = weights.cumsum()
            laid[cell] = int(np.searchsorted(total, random.random() * total[-1], side="right"))
            counts[variants.tile[laid[cell]]] += 1


def neighbours(cell: tuple[int, int], shape: tuple[int, ...]) -> list[tuple[tuple[int, int], int, bool]]:
    """Return the cells beside a cell: each with 1 where it is above or below, and whether the seam leads from the cell to it."""
    y, x = cell
    around = [((y, x - 1), 0, False), ((y, x + 1), 0, True), ((y - 1, x), 1, False), ((y + 1, x), 1, True)]
    return [each for each in around if 0 <= each[0][0] < shape[0] and 0 <= each[0][1] < shape[1]]


def same_block(a: tuple[int, int], b: tuple[int, int]) -> int:
    """Return 1 where two cells lie in the same block of two by two, else 0."""
    return int(a[0] // 2 == b[0] // 2 and a[1] // 2 == b[1] // 2)


def _line(variants: _Variants, vertical: int, forward: bool, other: int) -> NDArray[np.float64]:
    """Return what each variant of a cell costs beside a decided neighbour."""
    costs = variants.below if vertical else variants.beside
    return costs[:, other] if forward else costs[other]
