"""Celestial bodies, from the sun to the sky whale."""

from collections.abc import Callable, Mapping
from typing import Final

from mint.token.families.town.canvas import TownCanvas
from mint.token.families.town.sprites import COMET, MOON_CRATERS, SAUCER, WHALE, draw_letters
from mint.token.raster import Mask, disc_mask, dots, stamp

_DISCS: Final[tuple[Mask, ...]] = tuple(disc_mask(r, r, r, 2 * r + 1, 2 * r + 1) for r in range(12))
_SUN_RAYS: Final = ((0, -6), (0, 6), (-6, 0), (6, 0), (-4, -4), (4, -4), (-4, 4), (4, 4), (0, -5), (0, 5), (-5, 0), (5, 0))
# The front half of the ring of a planet of radius 4: (x, y) relative to its centre.
_RING: Final = (
    (-7, 2),
    (-6, 2),
    (-5, 2),
    (-4, 1),
    (-3, 1),
    (-2, 1),
    (-1, 0),
    (0, 0),
    (1, 0),
    (2, -1),
    (3, -1),
    (4, -1),
    (5, -2),
    (6, -2),
    (7, -3),
)
_RING_BACK: Final = ((-8, 1), (-7, 1), (-6, 0), (-5, 0), (7, -2), (8, -3), (6, -3), (5, -3))


def paint_celestial_body(canvas: TownCanvas) -> None:
    """Paint the celestial body and store its position in canvas.celestial_disc."""
    x, y = canvas.random.between(7, 24), canvas.random.between(6, 9)
    canvas.celestial_disc = (x, y, _RADII[canvas.values["celestial"]])
    CELESTIAL_BODIES[canvas.values["celestial"]](canvas, x, y)


def _disc(canvas: TownCanvas, x: int, y: int, radius: int, index: int) -> None:
    """Fill a disc; in two colours, a dark disc in a light sky is drawn as a ring."""
    stamp(canvas.background, _DISCS[radius], x - radius, y - radius, index)
    if canvas.scheme.num_colors == 2 and index == canvas.colors.dark_detail and radius > 1:
        stamp(canvas.background, _DISCS[radius - 1], x - radius + 1, y - radius + 1, canvas.scheme.sky[0])


def _none(canvas: TownCanvas, x: int, y: int) -> None:
    """Leave the sky empty."""


def _sun(canvas: TownCanvas, x: int, y: int) -> None:
    _disc(canvas, x, y, 3, canvas.colors.body)
    dots(canvas.background, ((x + dx, y + dy) for dx, dy in _SUN_RAYS), canvas.colors.body)


def _moon(canvas: TownCanvas, x: int, y: int) -> None:
    _disc(canvas, x, y, 4, canvas.colors.moon)
    draw_letters(canvas.background, MOON_CRATERS, x - 3, y - 3, canvas.letter_colors)


def _crescent(canvas: TownCanvas, x: int, y: int) -> None:
    shape = _DISCS[4].copy()
    shape[:8, 3:] &= ~_DISCS[4][1:, :6]
    stamp(canvas.background, shape, x - 4, y - 4, canvas.colors.moon)
    canvas.background[y - 1, x + 2] = canvas.colors.star


def _twin_moons(canvas: TownCanvas, x: int, y: int) -> None:
    _disc(canvas, x, y, 3, canvas.colors.moon)
    _disc(canvas, x + 6 if x < 16 else x - 6, y - 4, 2, canvas.colors.body_shade)


def _ringed_planet(canvas: TownCanvas, x: int, y: int) -> None:
    dots(canvas.background, ((x + dx, y + dy) for dx, dy in _RING_BACK), canvas.colors.body_shade)
    _disc(canvas, x, y, 4, canvas.colors.body)
    dots(canvas.background, ((x + dx, y + dy) for dx, dy in _RING), canvas.colors.body_shade)


def _comet(canvas: TownCanvas, x: int, y: int) -> None:
    draw_letters(canvas.background, COMET, x - 5, y - 4, canvas.letter_colors)


def _eclipse(canvas: TownCanvas, x: int, y: int) -> None:
    _disc(canvas, x, y, 5, canvas.colors.body)
    _disc(canvas, x, y, 4, canvas.colors.eclipse)
    dots(canvas.background, ((x + 3, y - 4), (x + 4, y - 3), (x + 4, y - 4)), canvas.colors.star)


def _giant_moon(canvas: TownCanvas, x: int, y: int) -> None:
    _disc(canvas, x, y + 4, 10, canvas.colors.moon)
    for dx, dy, radius in ((-4, 0, 2), (3, 2, 1), (-1, 6, 1), (4, -2, 0), (-6, 5, 0)):
        _disc(canvas, x + dx, y + 4 + dy, radius, canvas.colors.body_shade)


def _saucer(canvas: TownCanvas, x: int, y: int) -> None:
    draw_letters(canvas.background, SAUCER, x - 4, y - 3, canvas.letter_colors)
    for row in range(y + 2, 24, 2):
        reach = (row - y) // 3
        canvas.background[row, max(x - reach, 0) : x + reach + 1] = canvas.colors.lamp


def _sky_whale(canvas: TownCanvas, x: int, y: int) -> None:
    draw_letters(canvas.background, WHALE, min(x - 8, 14), y - 6, canvas.letter_colors)


CELESTIAL_BODIES: Final[Mapping[str, Callable[[TownCanvas, int, int], None]]] = {
    "none": _none,
    "sun": _sun,
    "moon": _moon,
    "crescent": _crescent,
    "twin moons": _twin_moons,
    "ringed planet": _ringed_planet,
    "comet": _comet,
    "eclipse": _eclipse,
    "giant moon": _giant_moon,
    "saucer": _saucer,
    "sky whale": _sky_whale,
}
_RADII: Final[Mapping[str, int]] = {
    "none": 0,
    "sun": 4,
    "moon": 4,
    "crescent": 4,
    "twin moons": 5,
    "ringed planet": 5,
    "comet": 5,
    "eclipse": 5,
    "giant moon": 6,
    "saucer": 4,
    "sky whale": 8,
}
