"""Pictures cut into tiles: duplicates merged, the best kept, sorted by kind.

Tiles are palette indices (n, side, side). A tile that is another one flipped counts as the same: a level can flip it.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mint.tileset.seams import Seams, seam_costs
from viewer.likeness import Pixels, codes, detail, transformed

Kind = Literal["sky", "edge", "feature", "ground"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)  # from top to bottom

FLIPS: Final = (0, 1, 2, 3)  # symmetries that a flip flag can tell: as it is, mirrored, upside down, both
SAME: Final = 0.06  # share of pixels: tiles that differ in fewer are one
QUIET: Final = 0.3  # share of pixels that show something: sky has fewer
MAX_CANDIDATES: Final = 3000
# Of the tiles kept, so many of each kind, as far as there are any.
_QUOTAS: Final = {"sky": 0.2, "edge": 0.25, "feature": 0.3, "ground": 0.25}


@dataclass(frozen=True)
class Cut:
    """Tiles (n, side, side) as they were cut, and how high up in its picture each was: (n,) from 0, the top, to 1, the bottom."""

    tiles: Pixels
    depths: NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """The tiles kept (n, side, side), sorted by kind and then from the best: their depths, kinds and qualities (n,), 0 to 1."""

    tiles: Pixels
    depths: NDArray[np.float64]
    kinds: tuple[Kind, ...]
    qualities: NDArray[np.float64]


def cut(pictures: Pixels, side: int) -> Cut:
    """Cut pictures (n, H, W) into tiles: small ones at every half tile, a large one (a screen, which has a grid) at whole tiles."""
    height, width = pictures.shape[1:]
    step = side // 2 if max(height, width) <= 4 * side else side
    tiles, depths = [], []
    for top in range(0, height - side + 1, step):
        for left in range(0, width - side + 1, step):
            tiles.append(pictures[:, top : top + side, left : left + side])
            depths.append(np.full(len(pictures), top / max(height - side, 1)))
    return Cut(np.concatenate(tiles), np.concatenate(depths))


def merge_equal(found: Cut) -> Cut:
    """Merge tiles that are equal, as they are or flipped, to the one seen first; its depth is the mean of all."""
    flat = np.stack([transformed(found.tiles, flip).reshape(len(found.tiles), -1) for flip in FLIPS], axis=1)
    # The least of the four flips, byte by byte, names all four.
    names = [min(flips) for flips in ([row.tobytes() for row in four] for four in flat)]
    groups: dict[bytes, list[int]] = {}
    for number, name in enumerate(names):
        groups.setdefault(name, []).append(number)
    first = [members[0] for members in groups.values()]
    depths = np.array([found.depths[members].mean() for members in groups.values()])
    return Cut(found.tiles[first], depths)


def kinds_of(found: Cut) -> tuple[Kind, ...]:
    """Return the kind of each tile, by measures of its own.

    sky      quiet, and from the upper half of its pictures, or of one colour
    ground   from the lower half, and not quiet; or as quiet as sky, but from the lower half
    edge     its upper and its lower half have different main colours, each quiet: a roof, a bank, a horizon
    feature  everything else
    """
    busy = detail(found.tiles).mean(axis=(1, 2))
    half = found.tiles.shape[1] // 2
    upper, upper_share = _main(found.tiles[:, :half])
    lower, lower_share = _main(found.tiles[:, half:])
    parted = (upper != lower) & (upper_share >= 0.6) & (lower_share >= 0.4)
    kinds: list[Kind] = []
    for number, depth in enumerate(found.depths):
        if busy[number] <= QUIET and not parted[number]:
            kinds.append("sky" if depth <= 0.5 or busy[number] == 0 else "ground")
        elif parted[number]:
            kinds.append("edge")
        else:
            kinds.append("ground" if depth > 0.6 else "feature")
    return tuple(kinds)


def qualities_of(tiles: Pixels, known: NDArray[np.uint64], seams: Seams) -> NDArray[np.float64]:
    """Return how good each tile is, (n,) from 0 to 1: a product of three measures.

    The share of 3x3 patches that the originals have, ``known``; how well it is drawn: neither specks (pixels unlike all four neighbours)
    nor a single colour; and how well other tiles continue it: one minus the mean cost of the best neighbour on each side.
    """
    patches = np.isin(codes(tiles), known).mean(axis=(1, 2))
    equal = np.zeros(tiles.shape, np.bool_)
    down, right = tiles[:, 1:] == tiles[:, :-1], tiles[:, :, 1:] == tiles[:, :, :-1]
    equal[:, 1:] |= down
    equal[:, :-1] |= down
    equal[:, :, 1:] |= right
    equal[:, :, :-1] |= right
    busy = detail(tiles).mean(axis=(1, 2))
    drawn = equal.mean(axis=(1, 2)) ** 2 * (0.5 + 0.5 * np.minimum(busy / 0.25, 1) * np.minimum((1 - busy) / 0.25 + 0.2, 1))
    beside, below = seam_costs(tiles, tiles, seams)
    best = (beside.min(axis=1), beside.min(axis=0), below.min(axis=1), below.min(axis=0))
    continued = 1 - np.mean([cost.clip(max=1) for cost in best], axis=0)
    result: NDArray[np.float64] = patches * drawn * continued
    return result


def choose(found: Cut, qualities: NDArray[np.float64], count: int) -> Choice:
    """Keep the up to count best tiles, none nearly equal to another as it is or flipped, of each kind its share where there are any."""
    kinds = kinds_of(found)
    order = np.argsort(-qualities, kind="stable")
    kept: list[int] = []
    taken: Pixels = np.empty((0, found.tiles[0].size), np.uint8)
    room = {kind: max(1, round(share * count)) for kind, share in _QUOTAS.items()}
    # The kinds' shares first; then whatever is best.
    for strict in (True, False):
        for number in order.tolist():
            if len(kept) == count:
                break
            if number in kept or (strict and not room[kinds[number]]):
                continue
            flips = np.stack([transformed(found.tiles[number], flip).ravel() for flip in FLIPS])
            if len(taken) and (taken[:, None] != flips[None]).mean(axis=2).min() < SAME:
                continue
            kept.append(number)
            taken = np.concatenate([taken, flips[:1]])
            room[kinds[number]] -= strict
    kept.sort(key=lambda number: (KINDS.index(kinds[number]), -qualities[number]))
    return Choice(found.tiles[kept], found.depths[kept], tuple(kinds[number] for number in kept), qualities[kept])


def _main(parts: Pixels) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the main colour of each part (n, h, w) and the share of its pixels that have it."""
    counts = np.stack([(parts == color).mean(axis=(1, 2)) for color in range(int(parts.max()) + 1)], axis=1)
    return counts.argmax(axis=1), counts.max(axis=1)
