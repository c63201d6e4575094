"""A console's colours: pictures snapped to them, and the NES's rule of four palettes."""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.oklab import oklab
from viewer.originality.comparison import Pixels

NUM_PALETTES: Final = 4
COLORS_EACH: Final = 3
_WEIGHTS = (1.0, 2.5, 2.5)  # of lightness and of both axes of colour
_ROUNDS = 12
_BACKDROPS = 4
_STARTS = 6  # for each backdrop
_MAX_CHOICES = 16  # colours a palette is chosen from: the most used of those its tiles have


def nearest(rgba: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return for each colour (k, 4) the index of the palette's (p, 4) nearest to the eye: the least of ``distances``."""
    found: NDArray[np.int64] = distances(rgba, palette).argmin(axis=1)
    return found


def distances(rgba: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the squared OKLab distance of each colour (k, 4) to each of a palette's (p, 4), hue before lightness: (k, p).

    Few of a console's colours are pale. By the plain distance a pale blue becomes a grey; what people see is that it was blue.
    """
    difference = oklab(rgba[:, :3])[:, None] - oklab(palette[:, :3])[None]
    apart: NDArray[np.float64] = (difference.astype(np.float64) ** 2 * _WEIGHTS).sum(axis=2)
    return apart


@dataclass(frozen=True)
class Subpalettes:
    """The NES's rule: a backdrop shared by all, and up to four palettes of three colours more; all are palette indices."""

    backdrop: int
    palettes: tuple[tuple[int, ...], ...]

    def allowed(self, number: int) -> tuple[int, ...]:
        """Return the colours that a tile of one palette may have."""
        return (self.backdrop, *self.palettes[number])


@dataclass(frozen=True)
class FittedTiles:
    """Tiles (n, h, w) that keep a rule, and the mean distance of their pixels from what they were, (n,)."""

    tiles: Pixels
    errors: NDArray[np.float64]


def choose_subpalettes(tiles: Pixels, colors: NDArray[np.uint8], seed: int) -> Subpalettes:
    """Choose four palettes of three colours and a backdrop for tiles (n, h, w), indices of colors (p, 4). Deterministic.

    Found by alternation, as in k-means: each tile takes the palette that changes it least, then each palette the three colours that
    change its tiles least; the best of several backdrops and seeded starts. A change is the distance to the eye and not its square:
    by squares a grey between all colours wins, by distances the colours that most pixels have.
    """
    counts = _counts(tiles, len(colors))
    apart = np.sqrt(distances(colors, colors))
    # What lies behind many tiles, not what a large area has: a tile counts once.
    behind = (counts > tiles[0].size / 8).sum(axis=0)
    random = np.random.default_rng(seed)
    best: tuple[float, Subpalettes] | None = None
    for backdrop in np.argsort(-behind, kind="stable")[:_BACKDROPS].tolist():
        for _ in range(_STARTS):
            total, palettes = _alternate(counts, apart, backdrop, random)
            if best is None or total < best[0] - 1e-9:
                best = total, Subpalettes(backdrop, palettes)
    assert best is not None
    return best[1]


def _alternate(
    counts: NDArray[np.float64], apart: NDArray[np.float64], backdrop: int, random: np.random.Generator
) -> tuple[float, tuple[tuple[int, ...], ...]]:
    """Return what tiles of so many pixels (n, p) of each colour cost in four palettes, and the palettes."""
    numbers = random.integers(0, NUM_PALETTES, len(counts))
    if len(counts) >= NUM_PALETTES:
        centres = counts[random.choice(len(counts), NUM_PALETTES, replace=False)]
        numbers = np.abs(counts[:, None] - centres[None]).sum(axis=2).argmin(axis=1)
    for _ in range(_ROUNDS):
        palettes = [_three(counts[numbers == number].sum(axis=0), apart, backdrop) for number in range(NUM_PALETTES)]
        # What a tile costs in a palette: each pixel the distance to the nearest colour there is.
        costs = np.stack([counts @ apart[:, [backdrop, *palette]].min(axis=1) for palette in palettes], axis=1)
        before, numbers = numbers, costs.argmin(axis=1)
        if (before == numbers).all():
            break
    return float(costs.min(axis=1).sum()), tuple(palettes)


def fit_tiles(tiles: Pixels, rule: Subpalettes, colors: NDArray[np.uint8]) -> FittedTiles:
    """Give each of some tiles (n, h, w), indices of colors (p, 4), the palette of a rule that changes it least."""
    apart = np.sqrt(distances(colors, colors))
    counts = _counts(tiles, len(colors))
    reach = [apart[:, rule.allowed(number)] for number in range(len(rule.palettes))]
    costs = np.stack([counts @ each.min(axis=1) for each in reach], axis=1)
    tables = [np.array(rule.allowed(number))[each.argmin(axis=1)] for number, each in enumerate(reach)]
    fitted = np.array(tables, np.uint8)[costs.argmin(axis=1)[:, None, None], tiles]
    return FittedTiles(fitted, costs.min(axis=1) / tiles[0].size)


def _counts(tiles: Pixels, num_colors: int) -> NDArray[np.float64]:
    """Return how many pixels of each tile (n, h, w) have each colour, (n, p)."""
    return np.stack([(tiles == color).sum(axis=(1, 2)) for color in range(num_colors)], axis=1).astype(np.float64)


def keep_colors(pixels: Pixels, rule: Subpalettes, colors: NDArray[np.uint8]) -> Pixels:
    """Return pictures in the colours of a rule's palettes, whichever of them."""
    allowed = np.unique([color for number in range(len(rule.palettes)) for color in rule.allowed(number)])
    table = allowed[distances(colors, colors)[:, allowed].argmin(axis=1)]
    kept: Pixels = table.astype(np.uint8)[pixels]
    return kept


def _three(counts: NDArray[np.float64], apart: NDArray[np.float64], backdrop: int) -> tuple[int, ...]:
    """Return the three colours that, with the backdrop, come nearest to so many pixels (p,) of each colour."""
    used = np.argsort(-counts, kind="stable")[:_MAX_CHOICES]
    choices = [int(color) for color in used if counts[color] > 0 and color != backdrop]
    if len(choices) <= COLORS_EACH:
        return tuple(choices)
    triples = np.array(list(combinations(choices, COLORS_EACH)))
    reach = np.minimum(apart[:, triples].min(axis=2), apart[:, [backdrop]])
    return tuple(int(color) for color in triples[int((counts @ reach).argmin())])
