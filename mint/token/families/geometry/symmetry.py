"""Symmetries: how the window of a picture is repeated to fill 32 x 32 pixels, and suitable positions in that window.

Every symmetry rebuilds the whole picture from its window, so the result has the symmetry exactly, whatever was drawn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mint.token.raster import SIZE, Pixels, grids

HALF = SIZE // 2
TILE = 8


class PlacementSquare(NamedTuple):
    """A square, by its top left pixel; the symmetry cuts off parts outside the window."""

    x: int
    y: int
    size: int


@dataclass(frozen=True, kw_only=True)
class Symmetry:
    """A symmetry of the picture.

    ``width`` and ``height`` are the size of the window at the top left that ``unfold`` repeats. ``main_squares`` are positions for
    the main form, ``uncut_squares`` those of them inside the window, ``centred_squares`` additional ones centred on an axis, and
    ``accent_squares`` small ones off every axis, where an accent distinguishes this symmetry from higher ones.
    """

    unfold: Callable[[Pixels], Pixels]
    width: int
    height: int
    main_squares: tuple[PlacementSquare, ...]
    uncut_squares: tuple[PlacementSquare, ...]
    centred_squares: tuple[PlacementSquare, ...] = ()
    accent_squares: tuple[PlacementSquare, ...]


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
    return _rotated_quarters(pixels[:HALF, :HALF])


def _kaleidoscope(pixels: Pixels) -> Pixels:
    return _double(_diagonal(pixels))


def _p4m(pixels: Pixels) -> Pixels:
    corner = _diagonal(pixels[:TILE, :TILE])
    cell = np.hstack([corner, corner[:, ::-1]])
    return np.tile(np.vstack([cell, cell[::-1]]), (2, 2))


def _p4g(pixels: Pixels) -> Pixels:
    # The mirror axis misses the centre of rotation: the corner is mirrored in its antidiagonal, then rotated.
    corner = np.fliplr(_diagonal(np.fliplr(pixels[:TILE, :TILE])))
    return np.tile(_rotated_quarters(corner), (2, 2))


def _counterchange(pixels: Pixels) -> Pixels:
    left = pixels[:, :HALF]
    swap = np.arange(256, dtype=np.uint8)
    # The mirror image swaps the two most frequent colours, ground and figure.
    first, second = np.argsort(-np.bincount(left.ravel(), minlength=2), kind="stable")[:2].tolist()
    swap[[first, second]] = second, first
    return np.hstack([left, swap[left[:, ::-1]]])


def _rotated_quarters(corner: Pixels) -> Pixels:
    """Return the square in which a quarter is rotated three times around its bottom right corner."""
    top = np.hstack([corner, np.rot90(corner, -1)])
    return np.vstack([top, top[::-1, ::-1]])


_QUADRANT_UNCUT = (PlacementSquare(1, 1, 14), PlacementSquare(2, 2, 12), PlacementSquare(3, 1, 12))
_QUADRANT_MAIN = (
    *_QUADRANT_UNCUT,
    PlacementSquare(2, 0, 18),
    PlacementSquare(-2, 4, 16),
    PlacementSquare(-7, -7, 22),
    PlacementSquare(0, 3, 20),
    PlacementSquare(5, -4, 16),
)
_QUADRANT_ACCENTS = (PlacementSquare(9, 1, 4), PlacementSquare(10, 2, 4), PlacementSquare(8, 3, 4), PlacementSquare(11, 5, 3))
_QUADRANT_CENTRED = (PlacementSquare(4, 4, 24), PlacementSquare(6, 6, 20), PlacementSquare(2, 2, 28))
_TILE_UNCUT = (PlacementSquare(0, 0, 8), PlacementSquare(1, 1, 6))
_TILE_MAIN = (*_TILE_UNCUT, PlacementSquare(-1, -2, 10), PlacementSquare(1, -3, 10), PlacementSquare(-2, -2, 12))
_TILE_CENTRED = (PlacementSquare(1, 1, 14), PlacementSquare(2, 2, 12), PlacementSquare(-7, -7, 14))
_TILE_ACCENTS = (PlacementSquare(3, 0, 3), PlacementSquare(4, 1, 3), PlacementSquare(5, 0, 2), PlacementSquare(5, 2, 2))

SYMMETRIES: Mapping[str, Symmetry] = {
    "none": Symmetry(
        unfold=_none,
        width=SIZE,
        height=SIZE,
        main_squares=(
            PlacementSquare(2, 6, 24),
            PlacementSquare(7, 2, 22),
            PlacementSquare(1, 8, 22),
            PlacementSquare(10, 5, 20),
            PlacementSquare(8, 2, 20),
            PlacementSquare(7, 3, 24),
            PlacementSquare(-4, 6, 28),
            PlacementSquare(10, -6, 28),
        ),
        uncut_squares=(
            PlacementSquare(2, 6, 24),
            PlacementSquare(7, 2, 22),
            PlacementSquare(1, 8, 22),
            PlacementSquare(10, 5, 20),
            PlacementSquare(8, 2, 20),
            PlacementSquare(7, 3, 24),
        ),
        accent_squares=(PlacementSquare(1, 3, 5), PlacementSquare(25, 3, 5), PlacementSquare(3, 25, 5), PlacementSquare(25, 22, 5)),
    ),
    "mirror": Symmetry(
        unfold=_mirror,
        width=HALF,
        height=SIZE,
        main_squares=(
            PlacementSquare(1, 3, 14),
            PlacementSquare(1, 15, 14),
            PlacementSquare(1, 4, 20),
            PlacementSquare(-6, 9, 20),
            PlacementSquare(2, 9, 20),
        ),
        uncut_squares=(PlacementSquare(1, 3, 14), PlacementSquare(1, 15, 14)),
        centred_squares=(
            PlacementSquare(4, 2, 24),
            PlacementSquare(5, 8, 22),
            PlacementSquare(4, 7, 24),
            PlacementSquare(6, 10, 20),
        ),
        accent_squares=(PlacementSquare(2, 2, 4), PlacementSquare(3, 25, 5), PlacementSquare(1, 24, 5), PlacementSquare(7, 26, 4)),
    ),
    "point": Symmetry(
        unfold=_point,
        width=SIZE,
        height=HALF,
        main_squares=(
            PlacementSquare(2, 1, 14),
            PlacementSquare(15, 1, 14),
            PlacementSquare(2, 2, 20),
            PlacementSquare(9, 0, 16),
            PlacementSquare(13, -4, 18),
            PlacementSquare(-3, 1, 20),
        ),
        uncut_squares=(PlacementSquare(2, 1, 14), PlacementSquare(15, 1, 14), PlacementSquare(9, 0, 16)),
        accent_squares=(PlacementSquare(2, 2, 5), PlacementSquare(24, 3, 5), PlacementSquare(25, 9, 4), PlacementSquare(3, 10, 4)),
    ),
    "diagonal": Symmetry(
        unfold=_diagonal,
        width=SIZE,
        height=SIZE,
        main_squares=(
            PlacementSquare(16, 1, 14),
            PlacementSquare(17, 2, 12),
            PlacementSquare(11, -3, 20),
            PlacementSquare(14, 3, 16),
            PlacementSquare(9, 4, 20),
        ),
        uncut_squares=(PlacementSquare(16, 1, 14), PlacementSquare(17, 2, 12)),
        centred_squares=(PlacementSquare(2, 2, 22), PlacementSquare(8, 8, 22), PlacementSquare(-4, -4, 24)),
        accent_squares=(
            PlacementSquare(25, 2, 5),
            PlacementSquare(26, 12, 4),
            PlacementSquare(12, 2, 4),
            PlacementSquare(24, 18, 4),
        ),
    ),
    "double mirror": Symmetry(
        unfold=_double,
        width=HALF,
        height=HALF,
        main_squares=_QUADRANT_MAIN,
        uncut_squares=_QUADRANT_UNCUT,
        centred_squares=(*_QUADRANT_CENTRED, PlacementSquare(4, -10, 24), PlacementSquare(-12, 5, 22)),
        accent_squares=_QUADRANT_ACCENTS,
    ),
    "pinwheel": Symmetry(
        unfold=_pinwheel,
        width=HALF,
        height=HALF,
        main_squares=_QUADRANT_MAIN,
        uncut_squares=_QUADRANT_UNCUT,
        centred_squares=_QUADRANT_CENTRED,
        accent_squares=_QUADRANT_ACCENTS,
    ),
    "kaleidoscope": Symmetry(
        unfold=_kaleidoscope,
        width=HALF,
        height=HALF,
        main_squares=(
            PlacementSquare(1, 1, 14),
            PlacementSquare(4, -3, 16),
            PlacementSquare(0, -5, 20),
            PlacementSquare(3, 0, 16),
            PlacementSquare(5, 1, 14),
            PlacementSquare(7, -6, 16),
        ),
        uncut_squares=(PlacementSquare(1, 1, 14), PlacementSquare(3, 0, 16), PlacementSquare(5, 1, 14)),
        centred_squares=(*_QUADRANT_CENTRED, PlacementSquare(-10, -10, 24), PlacementSquare(9, 1, 14), PlacementSquare(6, -9, 20)),
        accent_squares=_QUADRANT_ACCENTS,
    ),
    "p4m": Symmetry(
        unfold=_p4m,
        width=TILE,
        height=TILE,
        main_squares=_TILE_MAIN,
        uncut_squares=_TILE_UNCUT,
        centred_squares=_TILE_CENTRED,
        accent_squares=_TILE_ACCENTS,
    ),
    "p4g": Symmetry(
        unfold=_p4g,
        width=TILE,
        height=TILE,
        main_squares=_TILE_MAIN,
        uncut_squares=_TILE_UNCUT,
        centred_squares=_TILE_CENTRED,
        accent_squares=_TILE_ACCENTS,
    ),
    "counterchange": Symmetry(
        unfold=_counterchange,
        width=HALF,
        height=SIZE,
        main_squares=(PlacementSquare(1, 3, 14), PlacementSquare(1, 13, 14), PlacementSquare(2, 4, 20), PlacementSquare(2, 9, 20)),
        uncut_squares=(PlacementSquare(1, 3, 14), PlacementSquare(1, 13, 14)),
        centred_squares=(
            PlacementSquare(4, 4, 24),
            PlacementSquare(5, 8, 22),
            PlacementSquare(4, 2, 24),
            PlacementSquare(2, 2, 28),
        ),
        accent_squares=(PlacementSquare(2, 2, 4), PlacementSquare(3, 25, 5), PlacementSquare(1, 24, 5), PlacementSquare(9, 26, 4)),
    ),
}
