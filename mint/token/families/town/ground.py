"""The ground in front of a town: its soil by season, and the details that replace water."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mint.token.families.town.canvas import TownCanvas
from mint.token.raster import SIZE, Pixels, grids

_ys, _xs = grids()
_BUSHES: Final = (0, 2, 3, 3, 2, 0, 1, 2, 2, 1, 0, 3, 4, 3)
_BEND: Final = np.array((0, 0, 1, 1, 2, 1, 1, 0), np.int32)
# The colour of spots on sand and stone. These soils keep their own colour except in winter.
_GROUND_SPOTS: Final[Mapping[str, str]] = {"spring": "bloom", "summer": "leaf", "autumn": "rust", "winter": "light_detail"}


def paint_ground(canvas: TownCanvas, soil: str) -> None:
    """Fill the foreground from row canvas.ground_row down with a soil (meadow, sand or stone) in its season."""
    surface, shade, spot_color = canvas.letter_colors[ord("m")], canvas.letter_colors[ord("M")], canvas.letter_colors[ord("f")]
    if soil != "meadow":
        season = canvas.values["season"]
        bare, bare_shade = getattr(canvas.colors, soil), getattr(canvas.colors, f"{soil}_shade")
        surface, shade = (canvas.colors.snow, bare) if season == "winter" else (bare, bare_shade)
        spot_color = getattr(canvas.colors, _GROUND_SPOTS[season])
    canvas.letter_colors[ord("m")], canvas.letter_colors[ord("M")] = surface, shade
    canvas.foreground[canvas.ground_row :] = surface
    canvas.foreground[canvas.ground_row] = shade
    row = _ys - canvas.ground_row
    spots = (row >= 2) & (row % 3 == 2) & ((_xs + row // 3 * 5 + canvas.random.below(9)) % 9 < 2 - row % 2)
    canvas.foreground[spots] = spot_color


def paint_dry_ground(canvas: TownCanvas, picture: Pixels) -> None:
    """Draw a path, furrows, a hedge or a fence, for towns without water."""
    canvas.random.choice(GROUND_DETAILS)(canvas, picture)


def _path(canvas: TownCanvas, picture: Pixels) -> None:
    depth = _ys - canvas.ground_row
    centre = (
        canvas.random.between(7, 24) + canvas.random.choice((-1, 1)) * _BEND[depth % 8] + depth * canvas.random.between(-1, 1) // 2
    )
    picture[(depth >= 0) & (abs(_xs - centre) <= 1 + depth // 4)] = canvas.colors.path


def _furrows(canvas: TownCanvas, picture: Pixels) -> None:
    depth = _ys - canvas.ground_row
    stripes = (_xs - canvas.random.between(8, 23)) * 2 // np.maximum(depth + 4, 1)
    picture[(depth >= 1) & (stripes % 2 == 0)] = canvas.letter_colors[ord("M")]


def _hedge(canvas: TownCanvas, picture: Pixels) -> None:
    """Draw round bushes along the lower edge."""
    top = SIZE - 2 - np.array(_BUSHES, np.int32)[(_xs + canvas.random.below(14)) % 14]
    picture[top <= _ys] = canvas.letter_colors[ord("d")]
    picture[(top <= _ys) & (_ys <= top + 1)] = canvas.letter_colors[ord("l")]
    picture[(_ys == top + 2) & (_xs % 5 == 0)] = canvas.letter_colors[ord("b")]


def _fence(canvas: TownCanvas, picture: Pixels) -> None:
    row = canvas.ground_row + canvas.random.between(3, 4)
    gate = canvas.random.between(6, 22)
    fence = ((_ys == row) | ((_ys >= row - 1) & (_ys <= row + 1) & (_xs % 4 == 0))) & ((_xs < gate) | (_xs > gate + 4))
    picture[fence] = canvas.colors.fence


GROUND_DETAILS: Final[tuple[Callable[[TownCanvas, Pixels], None], ...]] = (_path, _furrows, _hedge, _fence)
