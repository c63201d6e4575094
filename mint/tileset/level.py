"""A level laid out by the tiles' edges: a sky, a skyline, and the ground below.

Tiles are laid as in wave function collapse (Gumin 2016), which is constraint propagation over the sets of tiles that a cell may
still have (arc consistency, Mackworth 1977) with the least undecided cell decided next, and backtracking. Two tiles may lie side by
side where their seam is allowed. That makes a level valid. Two more steps make it a place: before it, whole pictures are laid into
the skyline where their edges allow it; after it comes annealing (Geman and Geman 1984), where all other cells are drawn again,
given their neighbours, by seams, by kind and depth at their height, and by how often a tile is there already. Of several small
levels the one with the most different tiles is kept.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.errors import TilesetError
from mint.tileset.seams import Seams, seam_costs
from mint.tileset.tiles import FLIPS, KINDS, TileChoice, transformed_each
from viewer.originality.comparison import detail, transformed

_MAX_BACKTRACKS: Final = 400
_MEMORY: Final = 100
_ATTEMPTS: Final = 8
_CELLS: Final = 1408  # laid out in all: several small levels, of which one is kept
_SWEEPS: Final = 30
_HOT, _COLD = 0.5, 0.03  # temperatures of the first and the last sweep
_SEAM, _DEPTH, _SCENERY, _OFTEN, _BUSY = 3.0, 4.0, 4.0, 0.4, 4.0  # weights of the energy
_PLAIN, _HEADLONG = 6.0, 0.5
_RANK, _AGAIN, _CHANCE, _GAP = 0.25, 1.5, 3.0, 0.25  # how stamps are chosen: by worth, use and chance; and how often there is a gap
_TOGETHER: Final = 0.6  # what a seam costs less where it is in a picture
# What a kind costs in each zone, from top to bottom.
_ZONES: Final = (
    {"sky": 0.0, "edge": 3.0, "feature": 3.0, "ground": 5.0},
    {"sky": 1.0, "edge": 0.0, "feature": 0.0, "ground": 0.0},
    {"sky": 1.0, "edge": 1.5, "feature": 2.0, "ground": 0.0},
)
_SKY_SHARE = 0.36  # of a level's height, around which the skyline goes up and down


@dataclass(frozen=True)
class Level:
    """Which tile lies where, and which of FLIPS it has, (rows, columns) each."""

    tiles: NDArray[np.int64]
    flips: NDArray[np.int64]


def lay_out(
    choice: TileChoice, seams: Seams, size: tuple[int, int], town_rows: int, seed: int, groups: NDArray[np.int64] | None = None
) -> Level:
    """Lay out a level of a size (rows, columns); no seam in it is worse than allowed. Deterministic.

    ``town_rows`` is how many tiles high the pictures are that they were cut from.
    ``groups`` (n,) are the palettes of tiles that share one in each block of two by two cells, where a console asks for that.
    Raises TilesetError where the tiles' edges allow no level.
    """
    variants = _Variants(choice, seams, groups)
    levels: list[Level] = []
    for attempt in range(_ATTEMPTS):
        random = np.random.default_rng([seed, attempt])
        skyline = _skyline(size, town_rows, random)
        energy = _energies(variants, size, town_rows, skyline)
        domains = _Domains(variants, size)
        if not domains.propagate([(y, x) for y in range(size[0]) for x in range(size[1])]):
            break
        # The last attempts do without.
        stamped = _stamp(domains, variants, skyline, random) if attempt < _ATTEMPTS // 2 else np.zeros(size, np.bool_)
        laid = _collapse(domains, energy, random)
        if laid is not None:
            _anneal(laid, ~stamped, variants, energy, random)
            levels.append(Level(variants.tile[laid], variants.flip[laid]))
        if (len(levels) + 1) * size[0] * size[1] > _CELLS:
            break
    if levels:
        return max(levels, key=lambda level: _variety(level, choice))
    raise TilesetError(
        f"the edges of {len(choice.tiles)} tiles allow no level; keep more tiles with --count, or take another --seed"
    )


def _variety(level: Level, choice: TileChoice) -> float:
    """Return the entropy of the tiles that a level shows, those of one colour aside."""
    counts = np.bincount(level.tiles.ravel(), minlength=len(choice.tiles))
    shares = counts[detail(choice.tiles).any(axis=(1, 2)) & (counts > 0)] / counts.sum()
    return -float((shares * np.log(shares)).sum())


class _Variants:
    """The tiles as they may lie, (v, s, s): what each costs beside and below each other, and what is allowed.

    Any may be mirrored; ground may stand on its head as well, where nobody can tell: it is a reflection.
    """

    def __init__(self, choice: TileChoice, seams: Seams, groups: NDArray[np.int64] | None) -> None:
        entries: dict[tuple[int, int], bytes] = {}
        for tile, (pixels, kind) in enumerate(zip(choice.tiles, choice.kinds, strict=True)):
            for flip in FLIPS if kind == "ground" else FLIPS[:2]:
                entries.setdefault((tile, flip), transformed(pixels, flip).tobytes())
        self.choice = choice
        # A tile that is its own mirror image has one variant, by whatever flip it is asked for.
        first: dict[bytes, int] = {}
        number = {entry: first.setdefault(data, len(first)) for entry, data in entries.items()}
        chosen = np.array([next(e for e in entries if number[e] == v) for v in range(len(first))])
        self.tile, self.flip = chosen[:, 0], chosen[:, 1]
        pixels = transformed_each(choice.tiles[self.tile], self.flip)
        beside, below = seam_costs(pixels, pixels, seams)
        self.sky = np.array([choice.kinds[tile] == "sky" for tile in self.tile])
        self.busy = detail(pixels).mean(axis=(1, 2))
        self._allowed = beside <= 1, below <= 1
        # What follows each other in a picture belongs together, and mirrored as well.
        for costs, pairs, mirror in ((beside, choice.beside, 1), (below, choice.below, 2)):
            for tile, flip, other, its_flip in pairs.tolist():
                for one, two in (
                    ((tile, flip), (other, its_flip)),
                    ((other, its_flip ^ mirror), (tile, flip ^ mirror)),
                    ((tile, flip ^ 3 ^ mirror), (other, its_flip ^ 3 ^ mirror)),
                    ((other, its_flip ^ 3), (tile, flip ^ 3)),
                ):
                    if one in number and two in number:
                        costs[number[one], number[two]] -= _TOGETHER
        self.costs = beside, below
        whole = [
            [number.get((tile, flip), -1) for tile, flip in stamp.reshape(-1, 2).tolist()]
            for stamp in np.concatenate([choice.stamps, choice.stamps[:, :, ::-1] ^ np.array([0, 1])])
        ]
        rows, columns = choice.stamps.shape[1:3]
        # Plain and mirrored by turns, the most scenic first.
        order = np.arange(len(whole)).reshape(2, -1).T.ravel()
        stamps = np.array(whole, np.int64).reshape(-1, rows, columns)[order]
        self.stamps = stamps[(stamps >= 0).all(axis=(1, 2))]
        self._same = np.ones(beside.shape, np.bool_) if groups is None else groups[self.tile][:, None] == groups[self.tile]

    def allowed(self, vertical: bool, inside: bool) -> NDArray[np.bool_]:
        """Return which variants (v, v) may follow each other; ``inside`` says that both cells are of one block."""
        return self._allowed[vertical] & self._same if inside else self._allowed[vertical]


def _energies(variants: _Variants, size: tuple[int, int], town_rows: int, skyline: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what each variant costs in each cell, (rows, columns, v): for its kind, its depth and the scenery it comes from."""
    choice, tile = variants.choice, variants.tile
    place = np.arange(size[0])[:, None] - skyline[None]
    zone = np.where(place < 0, 0, np.where(place < town_rows, 1, 2))
    # What is drawn in so many rows stands upright over just as many.
    wanted = np.clip(place / max(town_rows - 1, 1), 0, 1)
    kind = np.array([KINDS.index(choice.kinds[number]) for number in tile])
    table = np.array([[costs[name] for name in KINDS] for costs in _ZONES])
    energy: NDArray[np.float64] = table[zone][:, :, kind]
    plain = variants.busy == 0
    energy += _DEPTH * ((choice.depths[tile] - wanted[:, :, None]) ** 2) * ~plain
    energy += _BUSY * variants.busy * np.array([1.0, 0.0, 0.4])[zone][:, :, None]
    energy += _SCENERY * (1 - choice.sceneries[tile]) * ~plain * np.array([0.25, 1.0, 0.5])[zone][:, :, None]
    energy += _PLAIN * plain * np.array([0.12, 1.0, 0.35])[zone][:, :, None]
    energy += _HEADLONG * (variants.flip > 1) * ~plain
    return energy


def _skyline(size: tuple[int, int], town_rows: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Return the first row of the town in each column: terraces of two to four pictures' width, each a step from the last."""
    rows, columns = size
    low, high = max(1, round(rows * _SKY_SHARE) - 1), max(1, min(rows - town_rows, round(rows * _SKY_SHARE) + 1))
    heights: list[int] = []
    height = int(random.integers(low, high + 1))
    while len(heights) < columns:
        heights += [height] * int(random.integers(2, 5)) * town_rows
        height = int(np.clip(height + random.choice([-1, 1]), low, high))
    return np.array(heights[:columns])


def _stamp(domains: "_Domains", variants: _Variants, skyline: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.bool_]:
    """Decide parts of the town beforehand, and return where: whole pictures, where their edges fit what is there already."""
    stamped = np.zeros(domains.open.shape[:2], np.bool_)
    stamps = variants.stamps
    if not len(stamps):
        return stamped
    height, width = int(stamps.shape[1]), int(stamps.shape[2])
    used = np.zeros(len(stamps))
    x = int(random.integers(0, 2))
    while x + width <= stamped.shape[1]:
        top = min(int(skyline[x]), stamped.shape[0] - height)
        window = slice(top, top + height), slice(x, x + width)
        # The first are the most scenic; what was there already comes later.
        rank = np.argsort(np.arange(len(stamps)) * _RANK + used * _AGAIN + random.random(len(stamps)) * _CHANCE)
        for number in rank.tolist():
            before = domains.open.copy()
            wanted = np.zeros((height, width, len(variants.tile)), np.bool_)
            np.put_along_axis(wanted, stamps[number][:, :, None], True, axis=2)
            domains.open[window] &= wanted
            cells = [(top + y, x + dx) for y in range(height) for dx in range(width)]
            if domains.open[window].any(axis=2).all() and domains.propagate(cells):
                stamped[window] = True
                used[number] += 1
                break
            domains.open = before
        x += width if stamped[window].all() else 1
        if random.random() < _GAP:
            x += 1
    return stamped


def _collapse(domains: "_Domains", energy: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.int64] | None:
    """Return a valid level as variants (rows, columns), None where too many ways ended in a contradiction."""
    if not domains.propagate([(y, x) for y in range(energy.shape[0]) for x in range(energy.shape[1])]):
        return None
    # Only the last decisions can be taken back: what is wrong shows soon, and all of them would fill the memory.
    past: deque[tuple[NDArray[np.bool_], tuple[int, int], int]] = deque(maxlen=_MEMORY)
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

    def __init__(self, variants: _Variants, size: tuple[int, int]) -> None:
        self.open = np.ones((*size, len(variants.tile)), np.bool_)
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
        weights = np.exp(-(np.where(self.open[cell], cost, np.inf) - cost[self.open[cell]].min()) / _HOT)
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


def _anneal(
    laid: NDArray[np.int64],
    free_cells: NDArray[np.bool_],
    variants: _Variants,
    energy: NDArray[np.float64],
    random: np.random.Generator,
) -> None:
    """Draw the free cells of a valid level again and again, ever colder; it stays valid."""
    rules = [[variants.allowed(bool(vertical), bool(inside)) for inside in (0, 1)] for vertical in (0, 1)]
    counts = np.bincount(variants.tile[laid].ravel(), minlength=len(variants.choice.tiles)).astype(np.float64)
    # One moon is a moon, ten are a pattern: what has more to see wears off sooner. Plain tiles never do.
    often = np.zeros(len(variants.choice.tiles))
    often[variants.tile] = np.where(variants.busy > 0, np.where(variants.sky, 1.0, 0.3), 0.0)
    cells = [(int(y), int(x)) for y, x in np.argwhere(free_cells)]
    for temperature in np.geomspace(_HOT, _COLD, _SWEEPS):
        for place in random.permutation(len(cells)):
            cell = cells[place]
            counts[variants.tile[laid[cell]]] -= 1
            cost = energy[cell] + _OFTEN * often[variants.tile] * counts[variants.tile]
            free = np.ones(len(cost), np.bool_)
            for other, vertical, forward in neighbours(cell, laid.shape):
                cost += _SEAM * _line(variants, vertical, forward, int(laid[other]))
                rule = rules[vertical][same_block(cell, other)]
                free &= rule[:, laid[other]] if forward else rule[laid[other]]
            weights = np.exp(-(np.where(free, cost, np.inf) - cost[free].min()) / temperature)
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
    costs = variants.costs[vertical]
    return costs[:, other] if forward else costs[other]
