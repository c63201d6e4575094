"""Water in front of a town, with reflections."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mint.token.families.town.canvas import TRANSPARENT, TownCanvas
from mint.token.families.town.ground import paint_dry_ground
from mint.token.families.town.sprites import BOAT, STEAMER, draw_letters
from mint.token.raster import SIZE, Mask, Pixels, grids

_ys, _xs = grids()
_WAVE_SHIFT: Final = np.array((0, 1, 0, -1), np.int32)
_GLINTS: Final[Mask] = np.asarray(((_xs + _ys * 5) % 13 < 3) & (_ys % 3 == 1))
_FLOW: Final = (0, 0, 1, 2, 3, 3, 4, 4, 4, 3, 3, 2, 1, 0, 0, 0)


def paint_water(canvas: TownCanvas, picture: Pixels) -> None:
    """Paint the water over the ground of a composed picture."""
    WATERS[canvas.values["water"]](canvas, picture)


def _reflect(canvas: TownCanvas, picture: Pixels, surface: Mask) -> None:
    """Fill a mask of the ground with water that reflects what is above: lights are kept, walls darken, the sky becomes water."""
    colors, shore = canvas.colors, canvas.ground_row
    rows = np.arange(shore, SIZE)[:, None]
    # Each row of water reflects two rows, shifted sideways by the waves: (rows, W)
    at = np.maximum(shore - 1 - (rows - shore) * 2, 0), (_xs + _WAVE_SHIFT[rows % 4]) % SIZE
    reflected, solid = picture[at], canvas.foreground[at] != TRANSPARENT
    x, y, radius = canvas.celestial_disc
    in_body = (abs(at[1] - x) <= radius) & (abs(at[0] - y) <= radius)
    lights = (solid & ((reflected == colors.lamp) | (reflected == colors.neon))) | (
        in_body & ((reflected == colors.body) | (reflected == colors.moon))
    )
    water = np.where(lights, reflected, np.where(solid, np.uint8(colors.deep), np.uint8(colors.water)))
    water[_GLINTS[shore:] & ~lights] = colors.glint
    np.copyto(picture[shore:], water, where=surface[shore:])


def _glitter(canvas: TownCanvas, picture: Pixels, top: int) -> None:
    """Draw the light of the celestial body on the water: dashes that widen towards the viewer."""
    x, _, radius = canvas.celestial_disc
    if radius:
        for row in range(top, SIZE, 2):
            half = 1 + (row - top) // 3
            picture[row, max(x - half, 0) : x + half + 1] = canvas.colors.body


def _river(canvas: TownCanvas, picture: Pixels) -> None:
    shore = canvas.ground_row
    lean, start = canvas.random.between(-2, 2), canvas.random.between(8, 23)
    depth = _ys - shore
    centre = start + depth * lean // 2 + _WAVE_SHIFT[_ys // 2 % 4]
    water = (depth >= 1) & (abs(_xs - centre) <= 2 + depth // 2)
    bank = (depth >= 1) & (abs(_xs - centre) == 3 + depth // 2)
    _reflect(canvas, picture, np.asarray(water))
    picture[bank] = canvas.colors.bank


def _lake(canvas: TownCanvas, picture: Pixels) -> None:
    x, y = canvas.random.between(11, 20), (canvas.ground_row + SIZE) // 2
    half, height = canvas.random.between(10, 13), max((SIZE - canvas.ground_row) // 2 - 1, 2)

    def ellipse(grow: int) -> Mask:
        a, b = half + grow, height + grow
        return np.asarray((_xs - x) ** 2 * b * b + (_ys - y) ** 2 * a * a <= a * a * b * b) & (_ys > canvas.ground_row)

    picture[ellipse(1)] = canvas.colors.bank
    _reflect(canvas, picture, ellipse(0))


def _sea(canvas: TownCanvas, picture: Pixels) -> None:
    _reflect(canvas, picture, np.asarray((_ys > canvas.ground_row) & (_xs >= 0)))
    _glitter(canvas, picture, canvas.ground_row + 2)
    x = canvas.random.between(3, 22)
    boat = BOAT if canvas.random.chance(2, 3) else STEAMER
    draw_letters(picture, boat, x, SIZE - 2 - boat.shape[0], canvas.letter_colors)
    picture[SIZE - 2, x : x + boat.shape[1]] = canvas.colors.glint


def add_waterfall_cliff(canvas: TownCanvas) -> None:
    """Draw a cliff at the left edge for a waterfall, unless the scene provides a place for it."""
    if canvas.waterfall_source or canvas.values["water"] != "waterfall":
        return
    x, top = canvas.random.between(2, 3), canvas.random.between(9, 13)
    canvas.waterfall_source = x, top
    canvas.fill(0, top, x + 5, canvas.ground_row - top, "g")
    canvas.fill(x + 4, top + 2, 1, canvas.ground_row - top - 2, "G")
    for row in range(top + 3, canvas.ground_row, 4):
        canvas.fill(0, row, x + 3, 1, "G")
    canvas.fill(0, top - 1, x + 5, 2, "d")
    canvas.fill(0, top - 1, x + 5, 1, "l")


def _waterfall(canvas: TownCanvas, picture: Pixels) -> None:
    """Draw a waterfall and a pool that widens towards the viewer."""
    assert canvas.waterfall_source is not None
    colors, shore = canvas.colors, canvas.ground_row
    x, top = canvas.waterfall_source
    pool = (abs(_xs - x - 1) <= 4 + (_ys - shore)) & (_ys > shore + 1)
    picture[pool] = colors.water
    picture[pool & _GLINTS] = colors.glint
    picture[top : shore + 2, x : x + 3] = colors.water
    picture[top : shore + 2, x + 1] = colors.deep
    picture[top : shore + 2 : 3, x] = colors.glint
    picture[top + 1 : shore + 2 : 3, x + 2] = colors.glint
    picture[shore + 1, max(x - 2, 0) : x + 5] = colors.glint
    picture[shore + 2, max(x - 1, 0) : x + 4] = colors.glint


def _lava(canvas: TownCanvas, picture: Pixels) -> None:
    """Draw flowing bands of lava."""
    wave = np.array(_FLOW, np.int32)[(_xs + canvas.random.below(16)) % 16]
    flow = (_ys * 2 - canvas.ground_row * 2 + wave) % 7
    area = canvas.ground_row < _ys
    picture[canvas.ground_row + 1 :] = canvas.colors.crust
    picture[area & (flow >= 4)] = canvas.colors.lava
    picture[area & (flow == 5)] = canvas.colors.lamp


def _mirror(canvas: TownCanvas, picture: Pixels) -> None:
    shore = canvas.ground_row
    picture[shore + 1 :] = picture[shore - np.arange(SIZE - shore - 1) - 1]
    picture[shore] = canvas.colors.glint


WATERS: Final[Mapping[str, Callable[[TownCanvas, Pixels], None]]] = {
    "none": paint_dry_ground,
    "river": _river,
    "lake": _lake,
    "sea": _sea,
    "waterfall": _waterfall,
    "lava": _lava,
    "mirror": _mirror,
}
