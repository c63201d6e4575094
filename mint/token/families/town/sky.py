"""Skies: their colours from the zenith to the horizon, and the texture of each."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mint.token.families.town.canvas import TownCanvas
from mint.token.raster import SIZE, bands, grids

_ys, _xs = grids()
_WAVE: Final = (0, 1, 2, 3, 3, 3, 2, 1, 0, -1, -1, -2, -2, -1, -1, 0)
_CURTAIN_HEIGHTS: Final = (2, 4, 5, 4, 2, 1, 2, 3, 5, 6, 5, 3, 1, 1, 2, 3)
_CLOUD_EDGE: Final = (0, 1, 2, 2, 2, 1, 0, 1, 1, 0, 1, 2, 3, 3, 2, 1)


def paint_sky(canvas: TownCanvas, bottom: int) -> None:
    """Paint the sky from the top to row bottom, and its last colour below."""
    sky = canvas.values["sky"]
    canvas.background[bottom:] = canvas.scheme.sky[-1]
    bands(canvas.background, 0, bottom, canvas.scheme.sky, dithered=sky in DITHERED)
    if sky in TEXTURES:
        TEXTURES[sky](canvas, bottom)


def _stars(canvas: TownCanvas, bottom: int, num_stars: int = 14) -> None:
    """Draw single stars, each in a separate cell of a wide grid, so that they never cluster."""
    word = canvas.random.u32()
    for number in range(num_stars):
        cell = (number * 5 + word) % 28
        x, y = cell % 7 * 5 + (word >> number) % 4, cell // 7 * 5 + (word >> (number + 3)) % 4
        if x < SIZE and y < bottom - 2:
            canvas.background[y, x] = canvas.colors.star


def _milky_way(canvas: TownCanvas, bottom: int) -> None:
    start, lean = canvas.random.between(-2, 12), canvas.random.between(0, 3)
    band = np.abs(_xs - start - _ys * (4 + lean) // 4 + np.array(_WAVE, np.int32)[_ys % 16]) - 1
    sky = canvas.background[:bottom]
    near = band[:bottom]
    checker = ((_xs + _ys) % 2 == 0)[:bottom]
    sky[(near < 5) & checker] = canvas.colors.far
    sky[near < 3] = canvas.colors.far
    sky[(near < 2) & checker] = canvas.colors.cloud
    sky[(near < 4) & ((_xs * 5 + _ys * 3 + start) % 11 == 0)[:bottom]] = canvas.colors.star
    _stars(canvas, bottom, 20)


def _aurora(canvas: TownCanvas, bottom: int) -> None:
    """Draw a curtain with a bright lower edge and folds that fade upwards."""
    _stars(canvas, bottom, 10)
    phase, stride = canvas.random.between(0, 15), canvas.random.between(1, 2)
    hem = np.array([_WAVE[(x * stride // 2 + phase) % 16] for x in range(SIZE)], np.int32)[None, :] + 11
    rise = hem - _ys
    height = np.array([_CURTAIN_HEIGHTS[(x + phase) % 16] for x in range(SIZE)], np.int32)[None, :]
    hanging = rise >= 0
    canvas.background[hanging & (rise < height + 5) & (_xs % 3 == 0)] = canvas.colors.violet
    canvas.background[hanging & (rise < height + 2) & (_xs % 3 < 2)] = canvas.colors.aurora
    canvas.background[hanging & (rise < 2)] = canvas.colors.aurora


def paint_cloud_deck(canvas: TownCanvas, index: int, depth: int) -> None:
    """Paint a heavy cloud deck with a scalloped edge at the top, about depth rows thick."""
    edge = depth + np.array(_CLOUD_EDGE, np.int32)[(_xs + canvas.random.below(16)) % 16]
    canvas.background[_ys < edge] = index


def _deck(canvas: TownCanvas, bottom: int) -> None:
    paint_cloud_deck(canvas, canvas.colors.cloud_shade, 3)


def _streaks(canvas: TownCanvas, bottom: int) -> None:
    """Draw long thin evening clouds."""
    for row in range(2, bottom - 3, 4):
        x, length = canvas.random.between(-6, 20), canvas.random.between(9, 18)
        canvas.background[row, max(x, 0) : x + length] = canvas.colors.streak
        canvas.background[row + 1, max(x + 3, 0) : max(x + length - 5, 0)] = canvas.colors.streak


def _rays(canvas: TownCanvas, bottom: int) -> None:
    """Draw rays that fan out from a point on the horizon."""
    x = canvas.random.between(8, 23)
    rows = bottom + 3 - _ys
    sector = (_xs - x) * 5 // np.maximum(rows, 1)
    canvas.background[(sector % 2 == 0) & (_ys < bottom)] = canvas.colors.ray


def _stripes(canvas: TownCanvas, bottom: int) -> None:
    """Draw dark stripes that widen towards the zenith."""
    shift = canvas.random.below(2)
    for row, height in ((0, 4), (6, 3), (11, 2), (15, 1), (18, 1), (21, 1)):
        canvas.background[max(row - shift, 0) : min(row - shift + height, bottom)] = canvas.colors.eclipse
    _stars(canvas, 5, 8)


def _mist_bars(canvas: TownCanvas, bottom: int) -> None:
    """Draw bars of morning mist above the horizon."""
    for row in (bottom - 10, bottom - 7, bottom - 4):
        x = canvas.random.between(-8, 16)
        canvas.background[row, max(x, 0) : x + 20] = canvas.colors.streak


DITHERED: Final = frozenset(("dusk", "night", "aurora"))
TEXTURES: Final[Mapping[str, Callable[[TownCanvas, int], None]]] = {
    "night": _stars,
    "dawn": _mist_bars,
    "overcast": _deck,
    "golden hour": _streaks,
    "milky way": _milky_way,
    "aurora": _aurora,
    "sunburst": _rays,
    "synthwave": _stripes,
}
