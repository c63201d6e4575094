"""The ground before a town: its soil through the seasons, and what people laid out on it where there is no water."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mint.token.families.town.stage import Stage
from mint.token.raster import SIZE, Pixels, grids

_ys, _xs = grids()
_BUSHES: Final = (0, 2, 3, 3, 2, 0, 1, 2, 2, 1, 0, 3, 4, 3)
_BEND: Final = np.array((0, 0, 1, 1, 2, 1, 1, 0), np.int32)
# What lies on sand and stone, which keep their colour but for snow.
_LITTER: Final[Mapping[str, str]] = {"spring": "bloom", "summer": "leaf", "autumn": "rust", "winter": "paper"}


def lay_ground(stage: Stage, soil: str) -> None:
    """Fill the front from row stage.ground down with a soil (meadow, sand or stone) in its season."""
    surface, shade, litter = stage.ink[ord("m")], stage.ink[ord("M")], stage.ink[ord("f")]
    if soil != "meadow":
        season = stage.values["season"]
        bare, bare_shade = getattr(stage.inks, soil), getattr(stage.inks, f"{soil}_shade")
        surface, shade = (stage.inks.snow, bare) if season == "winter" else (bare, bare_shade)
        litter = getattr(stage.inks, _LITTER[season])
    stage.ink[ord("m")], stage.ink[ord("M")] = surface, shade
    stage.front[stage.ground :] = surface
    stage.front[stage.ground] = shade
    row = _ys - stage.ground
    spots = (row >= 2) & (row % 3 == 2) & ((_xs + row // 3 * 5 + stage.random.below(9)) % 9 < 2 - row % 2)
    stage.front[spots] = litter


def lay_out(stage: Stage, picture: Pixels) -> None:
    """Draw what stands for water where there is none: a path, furrows, a hedge or a fence."""
    stage.random.choice(LAYOUTS)(stage, picture)


def _path(stage: Stage, picture: Pixels) -> None:
    depth = _ys - stage.ground
    centre = (
        stage.random.between(7, 24) + stage.random.choice((-1, 1)) * _BEND[depth % 8] + depth * stage.random.between(-1, 1) // 2
    )
    picture[(depth >= 0) & (abs(_xs - centre) <= 1 + depth // 4)] = stage.inks.path


def _furrows(stage: Stage, picture: Pixels) -> None:
    depth = _ys - stage.ground
    stripes = (_xs - stage.random.between(8, 23)) * 2 // np.maximum(depth + 4, 1)
    picture[(depth >= 1) & (stripes % 2 == 0)] = stage.ink[ord("M")]


def _hedge(stage: Stage, picture: Pixels) -> None:
    """Grow round bushes along the lower edge."""
    top = SIZE - 2 - np.array(_BUSHES, np.int32)[(_xs + stage.random.below(14)) % 14]
    picture[top <= _ys] = stage.ink[ord("d")]
    picture[(top <= _ys) & (_ys <= top + 1)] = stage.ink[ord("l")]
    picture[(_ys == top + 2) & (_xs % 5 == 0)] = stage.ink[ord("b")]


def _fence(stage: Stage, picture: Pixels) -> None:
    row = stage.ground + stage.random.between(3, 4)
    gate = stage.random.between(6, 22)
    fence = ((_ys == row) | ((_ys >= row - 1) & (_ys <= row + 1) & (_xs % 4 == 0))) & ((_xs < gate) | (_xs > gate + 4))
    picture[fence] = stage.inks.fence


LAYOUTS: Final[tuple[Callable[[Stage, Pixels], None], ...]] = (_path, _furrows, _hedge, _fence)
