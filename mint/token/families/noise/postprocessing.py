"""The steps between rule and ink: symmetry, grain, and effects."""

from collections.abc import Callable

import numpy as np

from mint.token.families.noise.levels import MAX_LEVEL, SINE, Field, Levels
from mint.token.random import Stream
from mint.token.raster import SIZE, Mask, bitmap, grids

EffectFunction = Callable[[Levels, Stream], Levels]


def _unchanged(levels: Levels) -> Levels:
    return levels


def _mirrored(levels: Levels) -> Levels:
    half = levels[:, : levels.shape[1] // 2]
    return np.concatenate((half, half[:, ::-1]), axis=1)


def _reflected(levels: Levels) -> Levels:
    half = levels[: levels.shape[0] // 2]
    return np.concatenate((half, half[::-1]))


def _rotated(levels: Levels) -> Levels:
    half = levels[: levels.shape[0] // 2]
    return np.concatenate((half, half[::-1, ::-1]))


def _fourfold(levels: Levels) -> Levels:
    return _mirrored(_reflected(levels))


def _pinwheel(levels: Levels) -> Levels:
    quarter = _quarter(levels)
    top = np.concatenate((quarter, np.rot90(quarter, -1)), axis=1)
    return np.concatenate((top, top[::-1, ::-1]))


def _kaleidoscope(levels: Levels) -> Levels:
    quarter = _quarter(levels)
    wedge = np.triu(quarter)
    return _fourfold(np.pad(wedge + np.triu(quarter, 1).T, ((0, quarter.shape[0]), (0, quarter.shape[0]))))


def _repeated(levels: Levels) -> Levels:
    return np.tile(_quarter(levels), (2, 2))


def _quarter(levels: Levels) -> Levels:
    return levels[: levels.shape[0] // 2, : levels.shape[1] // 2]


SYMMETRIES: dict[str, Callable[[Levels], Levels]] = {
    "none": _unchanged,
    "mirrored": _mirrored,
    "reflected": _reflected,
    "rotated": _rotated,
    "fourfold": _fourfold,
    "repeated": _repeated,
    "pinwheel": _pinwheel,
    "kaleidoscope": _kaleidoscope,
}

# The stamp of a grain: the level of each pixel of a 4x4 cell relative to the cell; a hole has level 0.
_HOLE = -8
_TILE = np.array([[1, 1, 1, 0], [1, 0, 0, -1], [1, 0, 0, -1], [0, -1, -1, _HOLE]], np.int64)
_STITCH = np.array([[0, -2, _HOLE, 0], [-2, 0, 0, -2], [_HOLE, 0, 0, -2], [0, -2, -2, 0]], np.int64)
_PEARL = np.array([[_HOLE, 0, 0, _HOLE], [0, 3, 0, 0], [0, 0, 0, -1], [_HOLE, 0, -1, _HOLE]], np.int64)

# Each grain: pixels per side of a cell, and the stamp of a cell.
GRAINS: dict[str, tuple[int, Field | None]] = {
    "fine": (1, None),
    "medium": (2, None),
    "coarse": (4, None),
    "cross-stitch": (4, _STITCH),
    "mosaic": (4, _TILE),
    "pearls": (4, _PEARL),
}


def enlarge_cells(levels: Levels, stamp: Field | None) -> Levels:
    """Return levels at 32x32, each cell a square or a stamp."""
    cell = SIZE // levels.shape[0]
    big = np.repeat(np.repeat(levels, cell, axis=0), cell, axis=1)
    if stamp is None:
        return big
    lit = big.astype(np.int64) + np.tile(stamp, (SIZE // 4, SIZE // 4))
    # Level 0 is reserved for holes, so that the stamp is visible in every level.
    return np.where(np.tile(stamp, (SIZE // 4, SIZE // 4)) == _HOLE, 0, np.clip(lit, 1, MAX_LEVEL)).astype(np.uint8)


def _scanlines(levels: Levels, random: Stream) -> Levels:
    out = levels.copy()
    out[random.below(4) :: 4] //= 4
    return out


def _inked(levels: Levels, random: Stream) -> Levels:
    """Reduce to three levels and draw a dark line around areas that are lighter than their surroundings, as in a comic."""
    levels = _COMIC_TONES[levels]
    edges = np.zeros(levels.shape, bool)
    edges[:-1] |= levels[:-1] < levels[1:]
    edges[1:] |= levels[1:] < levels[:-1]
    edges[:, :-1] |= levels[:, :-1] < levels[:, 1:]
    edges[:, 1:] |= levels[:, 1:] < levels[:, :-1]
    return np.where(edges, 0, levels).astype(np.uint8)


_COMIC_TONES = np.array((2, 2, 2, 5, 5, 5, MAX_LEVEL, MAX_LEVEL), np.uint8)


def _framed(levels: Levels, random: Stream) -> Levels:
    out = levels.copy()
    for step, level in enumerate(
        random.choice(((MAX_LEVEL, 0), (0, MAX_LEVEL, 0), (0, 0, MAX_LEVEL), (MAX_LEVEL, 0, MAX_LEVEL, 0), (3, MAX_LEVEL, 0)))
    ):
        out[[step, -1 - step], step : SIZE - step] = level
        out[step : SIZE - step, [step, -1 - step]] = level
    return out


def _datamoshed(levels: Levels, random: Stream) -> Levels:
    """Copy a few macroblocks from another position, as in a video with a lost frame, and invert one."""
    out = levels.copy()
    late = np.roll(levels, (random.choice((0, 8)), random.choice((8, 16))), (0, 1))
    places = random.shuffled([(y, x) for y in (0, 8, 16, 24) for x in (0, 16)])[: random.between(2, 3)]
    for y, x in places:
        out[y : y + 8, x : x + 16] = late[y : y + 8, x : x + 16]
    y, x = places[0]
    out[y : y + 8, x : x + 16] = MAX_LEVEL - out[y : y + 8, x : x + 16]
    return out


def _night_and_day(levels: Levels, random: Stream) -> Levels:
    ys, xs = grids()
    half = random.choice((xs >= 16, ys >= 16, xs > ys, xs + ys > 31)) & np.ones(levels.shape, bool)
    return np.where(half, MAX_LEVEL - levels, levels)


def _rippled(levels: Levels, random: Stream) -> Levels:
    ys, xs = grids()
    shift = SINE[(ys * random.choice((3, 4, 6)) + random.below(64)) & 63] * random.between(3, 5) // 127
    return np.take_along_axis(levels, (xs + shift) % SIZE, axis=1)


def _porthole(levels: Levels, random: Stream) -> Levels:
    radius = random.between(12, 14)
    out = levels.copy()
    out[~_disc(radius)] = MAX_LEVEL
    out[~_disc(radius - 1)] = 0
    out[_disc(radius) & ~_disc(radius - 1)] = MAX_LEVEL
    return out


def _burnt_in(levels: Levels, random: Stream) -> Levels:
    ghost = np.kron(random.choice(_GHOST_IMAGES), np.ones((3, 3), bool))
    out = levels.copy()
    top, left = random.between(1, 7), random.between(1, 7)
    view = out[top : top + ghost.shape[0], left : left + ghost.shape[1]]
    view[ghost] = MAX_LEVEL - view[ghost]
    return out


def _eclipse(levels: Levels, random: Stream) -> Levels:
    radius = random.between(7, 10)
    out = levels // 2
    out[_disc(radius + 3)] = 4
    out[_disc(radius + 2)] = 6
    out[_disc(radius + 1)] = MAX_LEVEL
    out[_disc(radius)] = 0
    return out


def _disc(radius: int) -> Mask:
    """Return a disc around the centre of the picture, where four pixels meet."""
    ys, xs = grids()
    return np.asarray((2 * xs - 31) ** 2 + (2 * ys - 31) ** 2 <= 4 * radius * radius)


_GHOST_IMAGES = tuple(
    bitmap(rows)
    for rows in (
        (".##.##.", "#######", "#######", "#######", ".#####.", "..###..", "...#..."),
        (".#####.", "#######", "#..#..#", "#..#..#", "###.###", ".#####.", ".#.#.#."),
        (".#####.", "#######", "#.###.#", "#######", "#.###.#", "##...##", ".#####."),
        ("...#...", "...#...", ".#####.", "..###..", ".##.##.", ".#...#.", "......."),
        ("..###..", ".##....", "##.....", "##.....", "##...#.", ".#####.", "..###.."),
        ("...#...", "..###..", ".#####.", "#######", "..###..", "..###..", "..###.."),
    )
)

EFFECTS: dict[str, EffectFunction] = {
    "none": lambda levels, random: levels,
    "scanlines": _scanlines,
    "inked": _inked,
    "framed": _framed,
    "datamosh": _datamoshed,
    "night and day": _night_and_day,
    "ripple": _rippled,
    "porthole": _porthole,
    "burn-in": _burnt_in,
    "eclipse": _eclipse,
}
