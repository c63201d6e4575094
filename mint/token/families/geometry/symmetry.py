"""Symmetries: how one part of a picture is repeated until it fills 32 x 32 pixels, and where in that part things are worth placing.

Every symmetry rebuilds the whole picture from its window, so the result has the symmetry exactly, whatever was drawn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mint.token.raster import SIZE, Pixels, grids

HALF = SIZE // 2
TILE = 8


class Box(NamedTuple):
    """A square by its top left pixel; it may reach beyond the window, where the symmetry cuts it."""

    x: int
    y: int
    size: int


@dataclass(frozen=True, kw_only=True)
class Symmetry:
    """A symmetry of the picture.

    ``width`` and ``height`` are those of the window at the top left that ``unfold`` repeats. ``leads`` are places for the main
    form, ``wholes`` those among them where it is not cut, ``centred`` further ones with their middle on an axis, and ``asides``
    small places off every axis, where an accent tells this symmetry from the richer ones.
    """

    unfold: Callable[[Pixels], Pixels]
    width: int
    height: int
    leads: tuple[Box, ...]
    wholes: tuple[Box, ...]
    centred: tuple[Box, ...] = ()
    asides: tuple[Box, ...]


def _none(pixels: Pixels) -> Pixels:
    return pixels


def _mirror(pixels: Pixels) -> Pixels:
    left = pixels[:, :HALF]
    return np.hstack([left, left[:, ::-1]])


def _point(pixels: Pixels) -> Pixels:
    top = pixels[:HALF]
    return np.vstack([top, top[::-1, ::-1]])


def _diagonal(pixels: Pixels) -> Pixels:
    ys, xs = grids(*pixels.shape)
    return np.where(ys <= xs, pixels, pixels.T)


def _double(pixels: Pixels) -> Pixels:
    top = _mirror(pixels)[: pixels.shape[0] // 2]
    return np.vstack([top, top[::-1]])


def _pinwheel(pixels: Pixels) -> Pixels:
    return _spun(pixels[:HALF, :HALF])


def _kaleidoscope(pixels: Pixels) -> Pixels:
    return _double(_diagonal(pixels))


def _p4m(pixels: Pixels) -> Pixels:
    corner = _diagonal(pixels[:TILE, :TILE])
    cell = np.hstack([corner, corner[:, ::-1]])
    return np.tile(np.vstack([cell, cell[::-1]]), (2, 2))


def _p4g(pixels: Pixels) -> Pixels:
    # A mirror that misses the centre of rotation: the corner is folded along its other diagonal, then spun.
    corner = np.fliplr(_diagonal(np.fliplr(pixels[:TILE, :TILE])))
    return np.tile(_spun(corner), (2, 2))


def _counterchange(pixels: Pixels) -> Pixels:
    left = pixels[:, :HALF]
    swap = np.arange(256, dtype=np.uint8)
    # The two most frequent colours change places in the mirror: ground and figure.
    first, second = np.argsort(-np.bincount(left.ravel(), minlength=2), kind="stable")[:2].tolist()
    swap[[first, second]] = second, first
    return np.hstack([left, swap[left[:, ::-1]]])


def _spun(corner: Pixels) -> Pixels:
    """Return the square in which a quarter is turned three times about its bottom right corner."""
    top = np.hstack([corner, np.rot90(corner, -1)])
    return np.vstack([top, top[::-1, ::-1]])


_QUADRANT_WHOLES = (Box(1, 1, 14), Box(2, 2, 12), Box(3, 1, 12))
_QUADRANT_LEADS = (*_QUADRANT_WHOLES, Box(2, 0, 18), Box(-2, 4, 16), Box(-7, -7, 22), Box(0, 3, 20), Box(5, -4, 16))
_QUADRANT_ASIDES = (Box(9, 1, 4), Box(10, 2, 4), Box(8, 3, 4), Box(11, 5, 3))
_CENTRE = (Box(4, 4, 24), Box(6, 6, 20), Box(2, 2, 28))
_TILE_WHOLES = (Box(0, 0, 8), Box(1, 1, 6))
_TILE_LEADS = (*_TILE_WHOLES, Box(-1, -2, 10), Box(1, -3, 10), Box(-2, -2, 12))
_TILE_CENTRE = (Box(1, 1, 14), Box(2, 2, 12), Box(-7, -7, 14))
_TILE_ASIDES = (Box(3, 0, 3), Box(4, 1, 3), Box(5, 0, 2), Box(5, 2, 2))

SYMMETRIES: Mapping[str, Symmetry] = {
    "none": Symmetry(
        unfold=_none,
        width=SIZE,
        height=SIZE,
        leads=(
            Box(2, 6, 24),
            Box(7, 2, 22),
            Box(1, 8, 22),
            Box(10, 5, 20),
            Box(8, 2, 20),
            Box(7, 3, 24),
            Box(-4, 6, 28),
            Box(10, -6, 28),
        ),
        wholes=(Box(2, 6, 24), Box(7, 2, 22), Box(1, 8, 22), Box(10, 5, 20), Box(8, 2, 20), Box(7, 3, 24)),
        asides=(Box(1, 3, 5), Box(25, 3, 5), Box(3, 25, 5), Box(25, 22, 5)),
    ),
    "mirror": Symmetry(
        unfold=_mirror,
        width=HALF,
        height=SIZE,
        leads=(Box(1, 3, 14), Box(1, 15, 14), Box(1, 4, 20), Box(-6, 9, 20), Box(2, 9, 20)),
        wholes=(Box(1, 3, 14), Box(1, 15, 14)),
        centred=(Box(4, 2, 24), Box(5, 8, 22), Box(4, 7, 24), Box(6, 10, 20)),
        asides=(Box(2, 2, 4), Box(3, 25, 5), Box(1, 24, 5), Box(7, 26, 4)),
    ),
    "point": Symmetry(
        unfold=_point,
        width=SIZE,
        height=HALF,
        leads=(Box(2, 1, 14), Box(15, 1, 14), Box(2, 2, 20), Box(9, 0, 16), Box(13, -4, 18), Box(-3, 1, 20)),
        wholes=(Box(2, 1, 14), Box(15, 1, 14), Box(9, 0, 16)),
        asides=(Box(2, 2, 5), Box(24, 3, 5), Box(25, 9, 4), Box(3, 10, 4)),
    ),
    "diagonal": Symmetry(
        unfold=_diagonal,
        width=SIZE,
        height=SIZE,
        leads=(Box(16, 1, 14), Box(17, 2, 12), Box(11, -3, 20), Box(14, 3, 16), Box(9, 4, 20)),
        wholes=(Box(16, 1, 14), Box(17, 2, 12)),
        centred=(Box(2, 2, 22), Box(8, 8, 22), Box(-4, -4, 24)),
        asides=(Box(25, 2, 5), Box(26, 12, 4), Box(12, 2, 4), Box(24, 18, 4)),
    ),
    "double mirror": Symmetry(
        unfold=_double,
        width=HALF,
        height=HALF,
        leads=_QUADRANT_LEADS,
        wholes=_QUADRANT_WHOLES,
        centred=(*_CENTRE, Box(4, -10, 24), Box(-12, 5, 22)),
        asides=_QUADRANT_ASIDES,
    ),
    "pinwheel": Symmetry(
        unfold=_pinwheel,
        width=HALF,
        height=HALF,
        leads=_QUADRANT_LEADS,
        wholes=_QUADRANT_WHOLES,
        centred=_CENTRE,
        asides=_QUADRANT_ASIDES,
    ),
    "kaleidoscope": Symmetry(
        unfold=_kaleidoscope,
        width=HALF,
        height=HALF,
        leads=(Box(1, 1, 14), Box(4, -3, 16), Box(0, -5, 20), Box(3, 0, 16), Box(5, 1, 14), Box(7, -6, 16)),
        wholes=(Box(1, 1, 14), Box(3, 0, 16), Box(5, 1, 14)),
        centred=(*_CENTRE, Box(-10, -10, 24), Box(9, 1, 14), Box(6, -9, 20)),
        asides=_QUADRANT_ASIDES,
    ),
    "p4m": Symmetry(
        unfold=_p4m, width=TILE, height=TILE, leads=_TILE_LEADS, wholes=_TILE_WHOLES, centred=_TILE_CENTRE, asides=_TILE_ASIDES
    ),
    "p4g": Symmetry(
        unfold=_p4g, width=TILE, height=TILE, leads=_TILE_LEADS, wholes=_TILE_WHOLES, centred=_TILE_CENTRE, asides=_TILE_ASIDES
    ),
    "counterchange": Symmetry(
        unfold=_counterchange,
        width=HALF,
        height=SIZE,
        leads=(Box(1, 3, 14), Box(1, 13, 14), Box(2, 4, 20), Box(2, 9, 20)),
        wholes=(Box(1, 3, 14), Box(1, 13, 14)),
        centred=(Box(4, 4, 24), Box(5, 8, 22), Box(4, 2, 24), Box(2, 2, 28)),
        asides=(Box(2, 2, 4), Box(3, 25, 5), Box(1, 24, 5), Box(9, 26, 4)),
    ),
}
