"""Distant land behind a town, in one flat colour that is lighter or darker than the sky."""

from typing import Final

import numpy as np

from mint.token.families.town.canvas import TownCanvas
from mint.token.raster import SIZE, Mask, grids

_ys, _xs = grids()
_COLUMNS: Final = np.arange(SIZE, dtype=np.int32)


def _paint(canvas: TownCanvas, mask: Mask) -> None:
    """Paint distant land: only its outline if the horizon has the same colour, and nothing in two colours."""
    if canvas.scheme.num_colors == 2:
        return
    mask &= canvas.ground_row >= _ys
    if canvas.colors.far == canvas.scheme.sky[-1]:
        mask[1:] &= ~mask[:-1]
        canvas.background[mask] = canvas.colors.outline
    else:
        canvas.background[mask] = canvas.colors.far


def hills(canvas: TownCanvas, height: int) -> None:
    """Draw three hills along the horizon."""
    top = np.full((1, SIZE), SIZE, np.int32)
    for number in range(3):
        x, half = number * 13 + canvas.random.between(-2, 6), canvas.random.between(8, 13)
        crest = canvas.ground_row - height - canvas.random.below(4)
        hill = crest + (_COLUMNS - x) ** 2 * height // (half * half)
        top = np.minimum(top, hill[None, :])
    _paint(canvas, np.asarray(_ys >= top))


def peaks(canvas: TownCanvas) -> None:
    """Draw pointed mountains with snow caps."""
    top = np.full((1, SIZE), SIZE, np.int32)
    for number in range(3):
        x, crest = number * 12 + canvas.random.between(0, 7), canvas.ground_row - canvas.random.between(8, 13)
        top = np.minimum(top, (crest + abs(_COLUMNS - x) * 4 // 5)[None, :])
    _paint(canvas, np.asarray(_ys >= top))
    if canvas.colors.snow != canvas.scheme.sky[-1]:
        caps = (_ys >= top) & (_ys < top + 2 - _xs % 2) & (top < canvas.ground_row - 5)
        canvas.background[caps] = canvas.colors.snow


def roofline(canvas: TownCanvas) -> None:
    """Draw a row of distant buildings along the horizon."""
    word = canvas.random.u32()
    top = canvas.ground_row - 7 - np.array([(word >> (x // 3)) % 5 + (word >> (x // 3 + 11)) % 4 for x in range(SIZE)], np.int32)
    _paint(canvas, np.asarray(_ys >= top[None, :]))


def pyramids(canvas: TownCanvas) -> None:
    """Draw one or two pyramids, each with a lit and a shaded face."""
    for number in range(canvas.random.between(1, 2)):
        x, half = canvas.random.between(4, 14) + 14 * number, canvas.random.between(7, 11)
        row = _ys - (canvas.ground_row - half)
        inside = (row >= 0) & (abs(_xs - x) <= row) & (_ys <= canvas.ground_row)
        canvas.background[inside] = canvas.colors.sand
        canvas.background[inside & (_xs > x + row // 3)] = canvas.colors.sand_shade
