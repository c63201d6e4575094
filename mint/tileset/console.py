"""A console's colours: the NES's 64 entries, 54 of them different, and its rule of four palettes.

The NES has no colours, it has a composite signal: an entry is a square wave between two of eight voltages, in one of twelve phases
(nesdev.org, NTSC video). The table holds what a decoder makes of them that measures luma and both chroma components over one
period, with the FCC's matrix, chroma by 1.5 and gamma 1.1, all rounded. Other decoders give other shades; the entries are the same.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.likeness import Pixels

NUM_PALETTES: Final = 4
COLORS_EACH: Final = 3
_WEIGHTS = (1.0, 2.5, 2.5)  # of lightness and of both axes of colour
_ROUNDS = 12
_STARTS = 6
_MAX_CHOICES = 16  # colours a palette is chosen from: the most used of those its tiles have

_NES = (
    "5d5d5d 00237c 110f9b 330198 510072 620037 5f0600 4b1800",
    "2b2d00 0a3e00 004700 004407 003743 000000 000000 000000",
    "a8a8a8 1357d3 3c39ff 6d23fa 9718c6 af1b72 ac2b1c 8f4600",
    "626400 317d00 0c8900 00852c 007384 000000 000000 000000",
    "ffffff 5ea9ff 8b89ff c070ff ed63ff ff67c6 ff7a68 e5971f",
    "b4b700 80d101 56de2b 3fdb7a 42c7d9 464646 000000 000000",
    "ffffff bbdbff cfceff e5c3ff f8bdff ffbfe7 ffc7bf f4d39e",
    "e0e18d caec8f b7f1a4 adf0c7 afe8ef b0b0b0 000000 000000",
)


def nes() -> NDArray[np.uint8]:
    """Return the 54 different colours of the NES, (54, 4) uint8 RGBA, in the order of their entries."""
    entries = [bytes.fromhex(color) for line in _NES for color in line.split()]
    return np.array([[*color, 255] for color in dict.fromkeys(entries)], np.uint8)


def nearest(rgba: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return for each colour (k, 4) the index of the palette's (p, 4) nearest to the eye: the least of ``distances``."""
    found: NDArray[np.int64] = distances(rgba, palette).argmin(axis=1)
    return found


def distances(rgba: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the squared OKLab distance of each colour (k, 4) to each of a palette's (p, 4), hue before lightness: (k, p).

    Few of a console's colours are pale. By the plain distance a pale blue becomes a grey; what people see is that it was blue.
    """
    difference = _oklab(rgba)[:, None] - _oklab(palette)[None]
    apart: NDArray[np.float64] = (difference**2 * _WEIGHTS).sum(axis=2)
    return apart


def _oklab(rgba: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return colours (k, 4) in OKLab (Ottosson 2020, "A perceptual color space for image processing"), (k, 3)."""
    srgb = rgba[:, :3] / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lms = linear @ np.array(
        [
            [0.4122214708, 0.2119034982, 0.0883024619],
            [0.5363325363, 0.6806995451, 0.2817188376],
            [0.0514459929, 0.1073969566, 0.6299787005],
        ]
    )
    lab: NDArray[np.float64] = np.cbrt(lms) @ np.array(
        [
            [0.2104542553, 1.9779984951, 0.0259040371],
            [0.7936177850, -2.4285922050, 0.7827717662],
            [-0.0040720468, 0.4505937099, -0.8086757660],
        ]
    )
    return lab


@dataclass(frozen=True)
class Subpalettes:
    """The NES's rule: a backdrop shared by all, and up to four palettes of three colours more; all are palette indices."""

    backdrop: int
    palettes: tuple[tuple[int, ...], ...]

    def allowed(self, number: int) -> tuple[int, ...]:
        """Return the colours that a tile of one palette may have."""
        return (self.backdrop, *self.palettes[number])


@dataclass(frozen=True)
class Fitted:
    """Tiles (n, h, w) that keep the rule, the rule itself, and which of its palettes each tile has, (n,)."""

    tiles: Pixels
    rule: Subpalettes
    numbers: NDArray[np.int64]


def fit_subpalettes(tiles: Pixels, colors: NDArray[np.uint8], seed: int) -> Fitted:
    """Give each of some tiles (n, h, w), indices of colors (p, 4), one of four palettes of three colours and a shared backdrop.

    The palettes are found by alternation, as in k-means: each tile takes the palette that changes it least, then each palette the
    three colours that change its tiles least; the best of several seeded starts. Deterministic.
    """
    num_colors = len(colors)
    counts = np.stack([(tiles == color).sum(axis=(1, 2)) for color in range(num_colors)], axis=1).astype(np.float64)
    apart = distances(colors, colors)
    # The backdrop is what lies behind the most tiles, not what the largest area has: a tile counts once.
    backdrop = int((counts > tiles[0].size / 8).sum(axis=0).argmax())
    random = np.random.default_rng(seed)
    best: tuple[float, list[tuple[int, ...]], NDArray[np.int64]] | None = None
    for _ in range(_STARTS):
        numbers = random.integers(0, NUM_PALETTES, len(tiles))
        if len(tiles) >= NUM_PALETTES:
            centres = counts[random.choice(len(tiles), NUM_PALETTES, replace=False)]
            numbers = np.abs(counts[:, None] - centres[None]).sum(axis=2).argmin(axis=1)
        for _ in range(_ROUNDS):
            palettes = [_three(counts[numbers == number].sum(axis=0), apart, backdrop) for number in range(NUM_PALETTES)]
            # What a tile costs in a palette: each pixel the distance to the nearest colour there is.
            costs = np.stack([counts @ apart[:, [backdrop, *palette]].min(axis=1) for palette in palettes], axis=1)
            numbers = costs.argmin(axis=1)
        total = float(costs.min(axis=1).sum())
        if best is None or total < best[0] - 1e-9:
            best = total, palettes, numbers
    assert best is not None
    _, palettes, numbers = best
    rule = Subpalettes(backdrop, tuple(palettes))
    tables = []
    for number in range(NUM_PALETTES):
        allowed = np.array(rule.allowed(number))
        tables.append(allowed[apart[:, allowed].argmin(axis=1)])
    fitted = np.array(tables, np.uint8)[numbers[:, None, None], tiles]
    return Fitted(fitted, rule, numbers)


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
