"""Skies: their colours from the zenith to the horizon, and what each writes across them."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mint.token.families.town.stage import Stage
from mint.token.raster import SIZE, bands, grids

_ys, _xs = grids()
_WAVE: Final = (0, 1, 2, 3, 3, 3, 2, 1, 0, -1, -1, -2, -2, -1, -1, 0)
_FOLD: Final = (2, 4, 5, 4, 2, 1, 2, 3, 5, 6, 5, 3, 1, 1, 2, 3)
_SCALLOPS: Final = (0, 1, 2, 2, 2, 1, 0, 1, 1, 0, 1, 2, 3, 3, 2, 1)


def paint_sky(stage: Stage, bottom: int) -> None:
    """Paint the sky of the stage from the top to row bottom, and its last colour below."""
    sky = stage.values["sky"]
    stage.back[bottom:] = stage.paint.sky[-1]
    bands(stage.back, 0, bottom, stage.paint.sky, dithered=sky in DITHERED)
    if sky in TEXTURES:
        TEXTURES[sky](stage, bottom)


def _stars(stage: Stage, bottom: int, num_stars: int = 14) -> None:
    """Strew single stars, one to a cell of a wide grid, so that they never clot."""
    word = stage.random.u32()
    for number in range(num_stars):
        cell = (number * 5 + word) % 28
        x, y = cell % 7 * 5 + (word >> number) % 4, cell // 7 * 5 + (word >> (number + 3)) % 4
        if x < SIZE and y < bottom - 2:
            stage.back[y, x] = stage.inks.star


def _milky_way(stage: Stage, bottom: int) -> None:
    start, lean = stage.random.between(-2, 12), stage.random.between(0, 3)
    band = np.abs(_xs - start - _ys * (4 + lean) // 4 + np.array(_WAVE, np.int32)[_ys % 16]) - 1
    sky = stage.back[:bottom]
    near = band[:bottom]
    checker = ((_xs + _ys) % 2 == 0)[:bottom]
    sky[(near < 5) & checker] = stage.inks.far
    sky[near < 3] = stage.inks.far
    sky[(near < 2) & checker] = stage.inks.cloud
    sky[(near < 4) & ((_xs * 5 + _ys * 3 + start) % 11 == 0)[:bottom]] = stage.inks.star
    _stars(stage, bottom, 20)


def _aurora(stage: Stage, bottom: int) -> None:
    """Hang a curtain with a bright hem, whose folds rise and fade."""
    _stars(stage, bottom, 10)
    phase, stride = stage.random.between(0, 15), stage.random.between(1, 2)
    hem = np.array([_WAVE[(x * stride // 2 + phase) % 16] for x in range(SIZE)], np.int32)[None, :] + 11
    rise = hem - _ys
    to_glyphs = np.array([_FOLD[(x + phase) % 16] for x in range(SIZE)], np.int32)[None, :]
    hanging = rise >= 0
    stage.back[hanging & (rise < to_glyphs + 5) & (_xs % 3 == 0)] = stage.inks.violet
    stage.back[hanging & (rise < to_glyphs + 2) & (_xs % 3 < 2)] = stage.inks.aurora
    stage.back[hanging & (rise < 2)] = stage.inks.aurora


def hang_deck(stage: Stage, index: int, depth: int) -> None:
    """Hang a lid of heavy cloud with a scalloped edge from the top, about depth rows thick."""
    edge = depth + np.array(_SCALLOPS, np.int32)[(_xs + stage.random.below(16)) % 16]
    stage.back[_ys < edge] = index


def _deck(stage: Stage, bottom: int) -> None:
    hang_deck(stage, stage.inks.cloud_shade, 3)


def _streaks(stage: Stage, bottom: int) -> None:
    """Draw long thin evening clouds."""
    for row in range(2, bottom - 3, 4):
        x, length = stage.random.between(-6, 20), stage.random.between(9, 18)
        stage.back[row, max(x, 0) : x + length] = stage.inks.streak
        stage.back[row + 1, max(x + 3, 0) : max(x + length - 5, 0)] = stage.inks.streak


def _rays(stage: Stage, bottom: int) -> None:
    """Fan rays out from a point on the horizon."""
    x = stage.random.between(8, 23)
    rows = bottom + 3 - _ys
    sector = (_xs - x) * 5 // np.maximum(rows, 1)
    stage.back[(sector % 2 == 0) & (_ys < bottom)] = stage.inks.ray


def _scan_lines(stage: Stage, bottom: int) -> None:
    """Cut the glow into stripes that widen towards the zenith."""
    shift = stage.random.below(2)
    for row, height in ((0, 4), (6, 3), (11, 2), (15, 1), (18, 1), (21, 1)):
        stage.back[max(row - shift, 0) : min(row - shift + height, bottom)] = stage.inks.eclipse
    _stars(stage, 5, 8)


def _low_bars(stage: Stage, bottom: int) -> None:
    """Lay bars of morning mist above the horizon."""
    for row in (bottom - 10, bottom - 7, bottom - 4):
        x = stage.random.between(-8, 16)
        stage.back[row, max(x, 0) : x + 20] = stage.inks.streak


DITHERED: Final = frozenset(("dusk", "night", "aurora"))
TEXTURES: Final[Mapping[str, Callable[[Stage, int], None]]] = {
    "night": _stars,
    "dawn": _low_bars,
    "overcast": _deck,
    "golden hour": _streaks,
    "milky way": _milky_way,
    "aurora": _aurora,
    "sunburst": _rays,
    "synthwave": _scan_lines,
}
