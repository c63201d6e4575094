"""The far land behind a town, in one flat colour paler or darker than the sky."""

from typing import Final

import numpy as np

from mint.token.families.town.stage import Stage
from mint.token.raster import SIZE, Mask, grids

_ys, _xs = grids()
_COLUMNS: Final = np.arange(SIZE, dtype=np.int32)


def _paint(stage: Stage, mask: Mask) -> None:
    """Paint far land: a bare outline where the horizon has its colour, nothing where there are two colours only."""
    if stage.paint.num_colors == 2:
        return
    mask &= stage.ground >= _ys
    if stage.inks.far == stage.paint.sky[-1]:
        mask[1:] &= ~mask[:-1]
        stage.back[mask] = stage.inks.rim
    else:
        stage.back[mask] = stage.inks.far


def hills(stage: Stage, height: int) -> None:
    """Roll two or three hills along the horizon."""
    top = np.full((1, SIZE), SIZE, np.int32)
    for number in range(3):
        x, half = number * 13 + stage.random.between(-2, 6), stage.random.between(8, 13)
        crest = stage.ground - height - stage.random.below(4)
        hill = crest + (_COLUMNS - x) ** 2 * height // (half * half)
        top = np.minimum(top, hill[None, :])
    _paint(stage, np.asarray(_ys >= top))


def peaks(stage: Stage) -> None:
    """Raise pointed mountains with snow on them."""
    top = np.full((1, SIZE), SIZE, np.int32)
    for number in range(3):
        x, crest = number * 12 + stage.random.between(0, 7), stage.ground - stage.random.between(8, 13)
        top = np.minimum(top, (crest + abs(_COLUMNS - x) * 4 // 5)[None, :])
    _paint(stage, np.asarray(_ys >= top))
    if stage.inks.snow != stage.paint.sky[-1]:
        caps = (_ys >= top) & (_ys < top + 2 - _xs % 2) & (top < stage.ground - 5)
        stage.back[caps] = stage.inks.snow


def roofline(stage: Stage) -> None:
    """Set a row of distant blocks along the horizon."""
    word = stage.random.u32()
    top = stage.ground - 7 - np.array([(word >> (x // 3)) % 5 + (word >> (x // 3 + 11)) % 4 for x in range(SIZE)], np.int32)
    _paint(stage, np.asarray(_ys >= top[None, :]))


def dunes(stage: Stage) -> None:
    """Pile a pyramid or two, each with a lit and a shaded face, behind the dunes."""
    for number in range(stage.random.between(1, 2)):
        x, half = stage.random.between(4, 14) + 14 * number, stage.random.between(7, 11)
        row = _ys - (stage.ground - half)
        inside = (row >= 0) & (abs(_xs - x) <= row) & (_ys <= stage.ground)
        stage.back[inside] = stage.inks.sand
        stage.back[inside & (_xs > x + row // 3)] = stage.inks.sand_shade
