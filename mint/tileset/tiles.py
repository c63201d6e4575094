"""Pictures cut into tiles: duplicates merged, the best kept, sorted by kind.

Tiles are palette indices (n, side, side). A tile that is another one flipped counts as the same: a level can flip it.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mint.tileset.seams import Seams, seam_costs
from viewer.originality.comparison import Pixels, codes, detail, differences, transformed

Kind = Literal["sky", "edge", "feature", "ground"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)  # from top to bottom

FLIPS: Final = (0, 1, 2, 3)  # symmetries that a flip flag can tell: as it is, mirrored, upside down, both
SAME: Final = 0.06  # share of pixels: tiles that differ in fewer are one
QUIET: Final = 0.3  # share of pixels that show something: sky has fewer
MAX_CANDIDATES: Final = 3000
MAX_PLAIN: Final = 4
MAX_STAMP: Final = 36  # tiles
MAX_STAMPS: Final = 24
_SCENIC: Final = 0.35  # of the most scenic picture's worth: what has less is no place
_WHOLE: Final = 0.67  # of the tiles kept come from whole pictures
# Of the tiles kept, so many of each kind, as far as there are any.
_QUOTAS: Final = {"sky": 0.2, "edge": 0.25, "feature": 0.3, "ground": 0.25}


@dataclass(frozen=True)
class TileCut:
    """Where in which pictures there are tiles, and what they are.

    ``places`` (k, 3) are picture, top and left of each tile as it was cut; it is ``tiles[groups]`` in the symmetry ``flips``, (k,)
    each. ``tiles`` (n, side, side) are all different, flipped or not; ``depths`` (n,) tell how far down in its pictures each is.
    """

    places: NDArray[np.int64]
    groups: NDArray[np.int64]
    flips: NDArray[np.int64]
    tiles: Pixels
    depths: NDArray[np.float64]


@dataclass(frozen=True)
class TileChoice:
    """The tiles kept (n, side, side), sorted by kind and then from the best: their depths, kinds and qualities (n,), 0 to 1.

    ``sceneries`` (n,) tell how much of a place the most scenic picture with each tile is, 0 to 1, the best here.
    ``beside`` and ``below`` are the pairs of tiles that follow each other in a picture: rows of tile, flip, next tile, its flip.
    ``stamps`` (s, rows, columns, 2) are whole pictures as tiles and their flips, the most scenic first; none of pictures larger
    than a few tiles.
    """

    tiles: Pixels
    depths: NDArray[np.float64]
    kinds: tuple[Kind, ...]
    qualities: NDArray[np.float64]
    sceneries: NDArray[np.float64]
    beside: NDArray[np.int64]
    below: NDArray[np.int64]
    stamps: NDArray[np.int64]


def cut(pictures: Pixels, side: int) -> TileCut:
    """Cut pictures (n, H, W) into tiles: small ones at every half tile, a large one (a screen, which has a grid) at whole tiles."""
    height, width = pictures.shape[1:]
    step = side // 2 if max(height, width) <= 4 * side else side
    corners = [(top, left) for top in range(0, height - side + 1, step) for left in range(0, width - side + 1, step)]
    tiles = np.concatenate([pictures[:, top : top + side, left : left + side] for top, left in corners])
    numbers = np.arange(len(pictures))
    places = np.concatenate([np.stack([numbers, np.full_like(numbers, y), np.full_like(numbers, x)], axis=1) for y, x in corners])
    depths = places[:, 1] / max(height - side, 1)
    return merge_equal(tiles, places, depths)


def merge_equal(tiles: Pixels, places: NDArray[np.int64], depths: NDArray[np.float64]) -> TileCut:
    """Merge tiles (k, side, side) that are equal, as they are or flipped, to the one seen first."""
    flat = np.stack([transformed(tiles, flip).reshape(len(tiles), -1) for flip in FLIPS], axis=1)
    known: dict[bytes, tuple[int, int]] = {}
    first: list[int] = []
    groups, flips = [], []
    for number, four in enumerate(flat):
        found = known.get(four[0].tobytes())
        if found is None:
            found = len(first), 0
            first.append(number)
            for flip in reversed(FLIPS):
                known[four[flip].tobytes()] = found[0], flip
        groups.append(found[0])
        flips.append(found[1])
    count = np.bincount(groups)
    return TileCut(places, np.array(groups), np.array(flips), tiles[first], np.bincount(groups, depths) / count)


def with_plain(found: TileCut, pictures: Pixels, worth: NDArray[np.float64]) -> TileCut:
    """Return a cut with up to MAX_PLAIN tiles of one colour more, where it lacks those of the pictures' first and last lines.

    A picture (n, H, W) counts by its worth (n,). The most usual colours are the last tiles of the cut.
    """
    side = found.tiles.shape[1]
    num_colors = int(pictures.max()) + 1
    plain: dict[int, float] = {}
    for line, depth in ((pictures[:, -1], 1.0), (pictures[:, 0], 0.0)):
        counts = np.bincount(line.ravel(), np.repeat(worth**2, line.shape[1]), minlength=num_colors)
        for color in np.argsort(-counts, kind="stable")[: MAX_PLAIN // 2].tolist():
            plain.setdefault(color, depth)
    is_plain = (found.tiles == found.tiles[:, :1, :1]).all(axis=(1, 2))
    there = set(found.tiles[is_plain, 0, 0].tolist())
    colors = [color for color in plain if color not in there]
    tiles = np.array(colors, np.uint8).reshape(-1, 1, 1).repeat(side, 1).repeat(side, 2)
    depths = np.array([plain[color] for color in colors])
    return TileCut(
        found.places, found.groups, found.flips, np.concatenate([found.tiles, tiles]), np.concatenate([found.depths, depths])
    )


def only(found: TileCut, kept: NDArray[np.int64]) -> TileCut:
    """Return a cut with some of its tiles alone, by their numbers in order."""
    renumbered = np.full(len(found.tiles), -1)
    renumbered[kept] = np.arange(len(kept))
    groups = renumbered[found.groups]
    there = groups >= 0
    return TileCut(found.places[there], groups[there], found.flips[there], found.tiles[kept], found.depths[kept])


def transformed_each(tiles: Pixels, flips: NDArray[np.int64]) -> Pixels:
    """Return tiles (k, side, side), each in a flip of its own."""
    result = np.empty_like(tiles)
    for flip in FLIPS:
        result[flips == flip] = transformed(tiles[flips == flip], flip)
    return result


def scenery(pictures: Pixels) -> NDArray[np.float64]:
    """Return how much each picture (n, H, W) looks like a place, (n,) from 0 to 1.

    A place has a quiet upper part of one main colour, the first line most of all, more to see below it, another main colour at the
    bottom, and many colours.
    """
    height = pictures.shape[1]
    upper, lower = pictures[:, : height // 3], pictures[:, height // 2 :]
    above, share = _main(upper)
    _, first = _main(pictures[:, :1])
    below, _ = _main(pictures[:, height - height // 4 :])
    busy = detail(pictures)
    falls = busy[:, height // 2 :].mean(axis=(1, 2)) - busy[:, : height // 3].mean(axis=(1, 2))
    colors = np.array([len(np.unique(picture)) for picture in lower])
    result: NDArray[np.float64] = (
        share * first**2 * (0.25 + 0.75 * (above != below)) * np.clip(falls + 0.3, 0.05, 1) * np.minimum(colors / 8, 1)
    )
    return result


def kinds_of(found: TileCut) -> tuple[Kind, ...]:
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

    The share of 3x3 patches that the originals have, ``known``; how well it is drawn: neither specks (pixels unlike all four
    neighbours) nor a single colour; and how well others continue it: one minus the mean cost of the best neighbour on each side.
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


def choose(found: TileCut, worth: NDArray[np.float64], qualities: NDArray[np.float64], count: int) -> TileChoice:
    """Keep up to count tiles, none nearly equal to another as it is or flipped.

    Two thirds come from whole pictures, those of the most ``worth`` (p,) first, so that a level finds what belongs together; the
    others are the best by quality (n,), each kind up to its share where there are as many.
    """
    kinds = kinds_of(found)
    side = found.tiles.shape[1]
    kept = _SelectedTiles(found.tiles)
    # A level needs room: of the plain tiles, those that the pictures begin and end with.
    for number in np.flatnonzero((found.tiles == found.tiles[:, :1, :1]).all(axis=(1, 2)))[-MAX_PLAIN:].tolist():
        kept.add(number)
    whole = (found.places[:, 1:] % side == 0).all(axis=1)
    by_picture: dict[int, list[int]] = {}
    for place in np.flatnonzero(whole).tolist():
        by_picture.setdefault(int(found.places[place, 0]), []).append(int(found.groups[place]))
    for picture in np.argsort(-worth, kind="stable").tolist():
        for number in by_picture.get(picture, []):
            if len(kept.numbers) < count * _WHOLE:
                kept.add(number)
    room = {kind: round(share * count) - sum(kinds[number] == kind for number in kept.numbers) for kind, share in _QUOTAS.items()}
    for by_kind in (True, False):
        for number in np.argsort(-qualities, kind="stable").tolist():
            if len(kept.numbers) < count and (not by_kind or room[kinds[number]] > 0) and kept.add(number):
                room[kinds[number]] -= 1
    numbers = sorted(kept.numbers, key=lambda number: (KINDS.index(kinds[number]), -qualities[number]))
    tiles = found.tiles[numbers]
    places = _places(found, tiles)
    beside, below = _followers(places, side)
    # The most scenic picture that has a tile tells where it belongs.
    sceneries = np.zeros(len(found.tiles))
    np.maximum.at(sceneries, found.groups, worth[found.places[:, 0]] / max(float(worth.max()), 1e-9))
    return TileChoice(
        tiles=tiles,
        depths=found.depths[numbers],
        kinds=tuple(kinds[number] for number in numbers),
        qualities=qualities[numbers],
        sceneries=sceneries[numbers],
        beside=beside,
        below=below,
        stamps=_stamps(places, worth, side),
    )


class _SelectedTiles:
    """The tiles kept so far, and whether another one is nearly one of them."""

    def __init__(self, tiles: Pixels) -> None:
        self.numbers: list[int] = []
        self._tiles = tiles
        self._flat: Pixels = np.empty((0, tiles[0].size), np.uint8)

    def add(self, number: int) -> bool:
        """Keep a tile unless it is nearly one that is kept already."""
        flips = np.stack([transformed(self._tiles[number], flip).ravel() for flip in FLIPS])
        if len(self._flat) and (self._flat[:, None] != flips[None]).mean(axis=2).min() < SAME:
            return False
        self.numbers.append(number)
        self._flat = np.concatenate([self._flat, flips[:1]])
        return True


_Places = dict[tuple[int, int, int], tuple[int, int]]  # (picture, top, left): (kept tile, flip)


def _places(found: TileCut, kept: Pixels) -> _Places:
    """Return where in the pictures the kept tiles are, or ones nearly equal to them."""
    flat = kept.reshape(len(kept), -1)
    # Which kept tile stands for each group, and in which flip: group = flip(kept).
    apart = np.stack([_unlike(transformed(found.tiles, flip).reshape(len(found.tiles), -1), flat) for flip in FLIPS], axis=2)
    nearest = apart.reshape(len(apart), -1).argmin(axis=1)
    stands = np.where(apart.reshape(len(apart), -1).min(axis=1) < SAME, nearest, -1)
    at: _Places = {}
    for place, group, flip in zip(found.places.tolist(), found.groups.tolist(), found.flips.tolist(), strict=True):
        if stands[group] >= 0:
            tile, its_flip = divmod(int(stands[group]), len(FLIPS))
            at[place[0], place[1], place[2]] = tile, flip ^ its_flip
    return at


def _followers(at: _Places, side: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which kept tiles follow each other, to the right and below: rows of tile, flip, next tile, its flip."""
    pairs: list[set[tuple[int, int, int, int]]] = [set(), set()]
    for (picture, top, left), one in at.items():
        for vertical, corner in ((0, (top, left + side)), (1, (top + side, left))):
            other = at.get((picture, *corner))
            if other is not None:
                pairs[vertical].add((*one, *other))
    beside, below = (np.array(sorted(each), np.int64).reshape(-1, 4) for each in pairs)
    return beside, below


def _stamps(at: _Places, worth: NDArray[np.float64], side: int) -> NDArray[np.int64]:
    """Return the most scenic pictures that are all kept tiles, (s, rows, columns, 2), no two of them alike."""
    rows, columns = (max((corner[axis] for corner in at), default=0) // side + 1 for axis in (1, 2))
    corners = [(row * side, column * side) for row in range(rows) for column in range(columns)]
    found: dict[tuple[tuple[int, int], ...], None] = {}
    if len(corners) <= MAX_STAMP:
        for picture in np.argsort(-worth, kind="stable").tolist():
            tiles = [at.get((picture, *corner)) for corner in corners]
            whole = tuple(tile for tile in tiles if tile is not None)
            if len(whole) == len(corners) and worth[picture] > worth.max() * _SCENIC:
                found[whole] = None
    return np.array(list(found)[:MAX_STAMPS], np.int64).reshape(-1, rows, columns, 2)


def _unlike(first: Pixels, second: Pixels) -> NDArray[np.float32]:
    """Return the share of pixels that differ between flat tiles (n, s) and (m, s): (n, m)."""
    return differences(first[:, None], second[:, None])


def _main(parts: Pixels) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the main colour of each part (n, h, w) and the share of its pixels that have it."""
    counts = np.stack([(parts == color).mean(axis=(1, 2)) for color in range(int(parts.max()) + 1)], axis=1)
    return counts.argmax(axis=1), counts.max(axis=1)
