"""Waters before a town, from none to a mirror, and the light that lies on them."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mint.token.families.town.ground import lay_out
from mint.token.families.town.sprites import BOAT, STEAMER, place
from mint.token.families.town.stage import CLEAR, Stage
from mint.token.raster import SIZE, Mask, Pixels, grids

_ys, _xs = grids()
_SWAY: Final = np.array((0, 1, 0, -1), np.int32)
_GLINTS: Final[Mask] = np.asarray(((_xs + _ys * 5) % 13 < 3) & (_ys % 3 == 1))
_FLOW: Final = (0, 0, 1, 2, 3, 3, 4, 4, 4, 3, 3, 2, 1, 0, 0, 0)


def pour_water(stage: Stage, picture: Pixels) -> None:
    """Paint the water over the ground of a composed picture."""
    WATERS[stage.values["water"]](stage, picture)


def _reflect(stage: Stage, picture: Pixels, surface: Mask) -> None:
    """Fill a mask of the ground with water that mirrors what is above: lights stay, walls darken, the sky turns to water."""
    inks, shore = stage.inks, stage.ground
    rows = np.arange(shore, SIZE)[:, None]
    # Two rows above make one row of water, and each row sways: (rows, W)
    at = np.maximum(shore - 1 - (rows - shore) * 2, 0), (_xs + _SWAY[rows % 4]) % SIZE
    seen, solid = picture[at], stage.front[at] != CLEAR
    x, y, radius = stage.body
    in_body = (abs(at[1] - x) <= radius) & (abs(at[0] - y) <= radius)
    shines = (solid & ((seen == inks.lamp) | (seen == inks.neon))) | (in_body & ((seen == inks.body) | (seen == inks.moon)))
    water = np.where(shines, seen, np.where(solid, np.uint8(inks.deep), np.uint8(inks.water)))
    water[_GLINTS[shore:] & ~shines] = inks.glint
    np.copyto(picture[shore:], water, where=surface[shore:])


def _glitter(stage: Stage, picture: Pixels, top: int) -> None:
    """Lay the body's light on the water: dashes that widen towards us."""
    x, _, radius = stage.body
    if radius:
        for row in range(top, SIZE, 2):
            half = 1 + (row - top) // 3
            picture[row, max(x - half, 0) : x + half + 1] = stage.inks.body


def _river(stage: Stage, picture: Pixels) -> None:
    shore = stage.ground
    lean, start = stage.random.between(-2, 2), stage.random.between(8, 23)
    depth = _ys - shore
    centre = start + depth * lean // 2 + _SWAY[_ys // 2 % 4]
    water = (depth >= 1) & (abs(_xs - centre) <= 2 + depth // 2)
    bank = (depth >= 1) & (abs(_xs - centre) == 3 + depth // 2)
    _reflect(stage, picture, np.asarray(water))
    picture[bank] = stage.inks.bank


def _lake(stage: Stage, picture: Pixels) -> None:
    x, y = stage.random.between(11, 20), (stage.ground + SIZE) // 2
    half, height = stage.random.between(10, 13), max((SIZE - stage.ground) // 2 - 1, 2)

    def ellipse(grow: int) -> Mask:
        a, b = half + grow, height + grow
        return np.asarray((_xs - x) ** 2 * b * b + (_ys - y) ** 2 * a * a <= a * a * b * b) & (_ys > stage.ground)

    picture[ellipse(1)] = stage.inks.bank
    _reflect(stage, picture, ellipse(0))


def _sea(stage: Stage, picture: Pixels) -> None:
    _reflect(stage, picture, np.asarray((_ys > stage.ground) & (_xs >= 0)))
    _glitter(stage, picture, stage.ground + 2)
    x = stage.random.between(3, 22)
    boat = BOAT if stage.random.chance(2, 3) else STEAMER
    place(picture, boat, x, SIZE - 2 - boat.shape[0], stage.ink)
    picture[SIZE - 2, x : x + boat.shape[1]] = stage.inks.glint


def raise_cliff(stage: Stage) -> None:
    """Raise a cliff at the edge for a waterfall to spring from, unless the scene has shown it a place."""
    if stage.spout or stage.values["water"] != "waterfall":
        return
    x, top = stage.random.between(2, 3), stage.random.between(9, 13)
    stage.spout = x, top
    stage.fill(0, top, x + 5, stage.ground - top, "g")
    stage.fill(x + 4, top + 2, 1, stage.ground - top - 2, "G")
    for row in range(top + 3, stage.ground, 4):
        stage.fill(0, row, x + 3, 1, "G")
    stage.fill(0, top - 1, x + 5, 2, "d")
    stage.fill(0, top - 1, x + 5, 1, "l")


def _waterfall(stage: Stage, picture: Pixels) -> None:
    """Let water fall into a pool that spreads towards us."""
    assert stage.spout is not None
    inks, shore = stage.inks, stage.ground
    x, top = stage.spout
    pool = (abs(_xs - x - 1) <= 4 + (_ys - shore)) & (_ys > shore + 1)
    picture[pool] = inks.water
    picture[pool & _GLINTS] = inks.glint
    picture[top : shore + 2, x : x + 3] = inks.water
    picture[top : shore + 2, x + 1] = inks.deep
    picture[top : shore + 2 : 3, x] = inks.glint
    picture[top + 1 : shore + 2 : 3, x + 2] = inks.glint
    picture[shore + 1, max(x - 2, 0) : x + 5] = inks.glint
    picture[shore + 2, max(x - 1, 0) : x + 4] = inks.glint


def _lava(stage: Stage, picture: Pixels) -> None:
    """Let slow bands of fire flow past."""
    wave = np.array(_FLOW, np.int32)[(_xs + stage.random.below(16)) % 16]
    flow = (_ys * 2 - stage.ground * 2 + wave) % 7
    area = stage.ground < _ys
    picture[stage.ground + 1 :] = stage.inks.crust
    picture[area & (flow >= 4)] = stage.inks.lava
    picture[area & (flow == 5)] = stage.inks.lamp


def _mirror(stage: Stage, picture: Pixels) -> None:
    shore = stage.ground
    picture[shore + 1 :] = picture[shore - np.arange(SIZE - shore - 1) - 1]
    picture[shore] = stage.inks.glint


WATERS: Final[Mapping[str, Callable[[Stage, Pixels], None]]] = {
    "none": lay_out,
    "river": _river,
    "lake": _lake,
    "sea": _sea,
    "waterfall": _waterfall,
    "lava": _lava,
    "mirror": _mirror,
}
