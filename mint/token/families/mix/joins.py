"""Joins: which pixels of a mix belong to its first sprite."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mint.token.families.noise.levels import Field
from mint.token.random import Stream
from mint.token.raster import BAYER4, SIZE, Mask, Pixels, blank, dilated, grids, polygon

# Each balance: its weight, and the share of the picture that belongs to the first sprite, in thirty-seconds.
BALANCES = {"half": (400, 16), "third": (250, 11), "quarter": (170, 8), "two thirds": (150, 21), "sliver": (30, 4)}


@dataclass(frozen=True)
class JoinMask:
    """The mask of the first sprite, and the region whose outline is the seam.

    With ``recentre``, each sprite is shifted to the middle of its part.
    """

    first_mask: Mask
    seam_region: Mask
    recentre: bool = True


JoinFunction = Callable[[Stream, int, Pixels], JoinMask]


def _smallest_keys(key: Field, share: int, *, recentre: bool = True) -> JoinMask:
    """Return the mask of the pixels with the smallest keys, as large as the share."""
    key = np.broadcast_to(key, (SIZE, SIZE))
    mask = np.asarray(key <= np.sort(key, axis=None)[share * SIZE - 1])
    return JoinMask(mask, mask, recentre)


def _side_by_side(random: Stream, share: int, first: Pixels) -> JoinMask:
    _, xs = grids()
    return _smallest_keys(random.choice((xs, -xs)).astype(np.int64), share)


def _stacked(random: Stream, share: int, first: Pixels) -> JoinMask:
    ys, _ = grids()
    return _smallest_keys(random.choice((ys, -ys)).astype(np.int64), share)


def _diagonal(random: Stream, share: int, first: Pixels) -> JoinMask:
    ys, xs = grids()
    across, down = random.choice(((1, 1), (1, -1), (-1, 1), (-1, -1), (2, 1), (-2, 1), (2, -1), (-2, -1)))
    return _smallest_keys((xs * across + ys * down).astype(np.int64), share, recentre=False)


def _window(random: Stream, share: int, first: Pixels) -> JoinMask:
    ys, xs = grids()
    y, x = _middle(random, share)
    wide, high = random.choice(((1, 1), (2, 3), (2, 3), (3, 2)))
    return _smallest_keys(np.maximum(abs(2 * xs - x) * wide, abs(2 * ys - y) * high).astype(np.int64), share)


def _porthole(random: Stream, share: int, first: Pixels) -> JoinMask:
    ys, xs = grids()
    y, x = _middle(random, share)
    return _smallest_keys(((2 * xs - x) ** 2 + (2 * ys - y) ** 2).astype(np.int64), share)


def _middle(random: Stream, share: int) -> tuple[int, int]:
    """Return twice the coordinates of a centre around which an opening of this share fits."""
    room = max(10 - share // 2, 1)
    return 31 + 2 * random.between(-room, room), 31 + 2 * random.between(-room, room)


def _torn(random: Stream, share: int, first: Pixels) -> JoinMask:
    ys, xs = grids()
    steps = np.cumsum(random.grid_below(5, 1, SIZE // 2).astype(np.int64) - 2)
    edge = np.repeat(np.clip(steps - steps[SIZE // 4], -4, 4), 2)
    key = random.choice((xs * 1 + edge[:, None], ys + edge[None, :], -xs + edge[:, None], -ys + edge[None, :]))
    return _smallest_keys(key, share)


def _stripes(random: Stream, share: int, first: Pixels) -> JoinMask:
    ys, xs = grids()
    position = random.choice((xs, ys, xs + ys, xs - ys)) + random.below(16)
    return _smallest_keys((position % 16).astype(np.int64), share, recentre=False)


def _checker(random: Stream, share: int, first: Pixels) -> JoinMask:
    ys, xs = grids()
    order = np.roll(BAYER4, (random.below(4), random.below(4)), (0, 1)).astype(np.int64)
    return _smallest_keys(order[ys // 8, xs // 8], share, recentre=False)


def _stencil(random: Stream, share: int, first: Pixels) -> JoinMask:
    radius = _STENCIL_RADII[share]
    outline = random.choice(_STENCILS)
    y, x = (
        random.between(radius - 1, 31 - radius) if radius < 16 else 16,
        random.between(radius - 1, 31 - radius) if radius < 16 else 16,
    )
    inside = blank(0)
    polygon(inside, [(x + px * radius // 8, y + py * radius // 8) for px, py in outline], 1)
    return JoinMask(inside == 1, inside == 1)


_STENCIL_RADII = {4: 6, 8: 9, 11: 11, 16: 13, 21: 16}

# Outlines around (0, 0), from -8 to 8.
_STENCILS = (
    ((0, 8), (-8, 0), (-8, -4), (-6, -7), (-3, -7), (0, -4), (3, -7), (6, -7), (8, -4), (8, 0)),  # heart
    ((0, -8), (2, -3), (8, -3), (3, 1), (5, 8), (0, 4), (-5, 8), (-3, 1), (-8, -3), (-2, -3)),  # star
    ((3, -8), (-3, -7), (-7, -2), (-7, 3), (-3, 7), (3, 8), (7, 5), (2, 4), (-1, 0), (1, -5)),  # crescent
    ((-8, 0), (0, -8), (8, 0), (6, 0), (6, 8), (-6, 8), (-6, 0)),  # house
    ((2, -8), (-6, 2), (-1, 2), (-3, 8), (6, -2), (1, -2), (5, -8)),  # lightning
    ((-7, -8), (-3, -4), (3, -4), (7, -8), (8, 2), (4, 7), (-4, 7), (-8, 2)),  # cat
    ((-8, -6), (-4, -1), (0, -8), (4, -1), (8, -6), (7, 7), (-7, 7)),  # crown
    ((0, -8), (5, -2), (3, -2), (7, 4), (2, 4), (2, 8), (-2, 8), (-2, 4), (-7, 4), (-3, -2), (-5, -2)),  # fir
    ((0, -8), (5, -1), (6, 4), (3, 8), (-3, 8), (-6, 4), (-5, -1)),  # drop
    ((-8, -5), (-4, -1), (0, -5), (5, -4), (8, 0), (5, 4), (0, 5), (-4, 1), (-8, 5)),  # fish
)


def _cut_out(random: Stream, share: int, first: Pixels) -> JoinMask:
    """Return the mask of the first sprite without its most frequent colours, with a margin that grows with the share."""
    counts = np.bincount(first.ravel())
    ground = np.zeros(len(counts), bool)
    # The most frequent colours are ground, until the figure covers at most three fifths of the picture.
    for index in np.argsort(-counts, kind="stable"):
        ground[index] = True
        if counts[~ground].sum() * 5 <= first.size * 3:
            break
    mask = np.asarray(~ground[first])
    for _ in range(_MARGIN_STEPS[share]):
        wider = dilated(mask)
        if np.count_nonzero(wider) * 8 > first.size * 7:
            # If there is no room for a margin all around, extend the mask in the upper part only.
            mask[:share] = wider[:share]
            break
        mask = wider
    return JoinMask(mask, mask, recentre=False)


_MARGIN_STEPS = {4: 0, 8: 1, 11: 2, 16: 3, 21: 5}


def _dissolve(random: Stream, share: int, first: Pixels) -> JoinMask:
    ys, xs = grids()
    position = random.choice((xs, ys, 31 - xs, 31 - ys)) + np.zeros((SIZE, SIZE), np.int64)
    faded = position + BAYER4[ys % 4, xs % 4] - 8
    return JoinMask(np.asarray(faded < share), np.asarray(position < share), recentre=False)


JOINS: dict[str, tuple[int, JoinFunction]] = {
    "cut out": (210, _cut_out),
    "stacked": (160, _stacked),
    "window": (140, _window),
    "porthole": (110, _porthole),
    "diagonal": (95, _diagonal),
    "torn": (85, _torn),
    "side by side": (80, _side_by_side),
    "stencil": (60, _stencil),
    "stripes": (25, _stripes),
    "checker": (20, _checker),
    "dissolve": (15, _dissolve),
}
