"""Bodies in the sky, from the sun to whales."""

from collections.abc import Callable, Mapping
from typing import Final

from mint.token.families.town.sprites import COMET, MOON_CRATERS, SAUCER, WHALE, place
from mint.token.families.town.stage import Stage
from mint.token.raster import Mask, disc_mask, dots, stamp

_DISCS: Final[tuple[Mask, ...]] = tuple(disc_mask(r, r, r, 2 * r + 1, 2 * r + 1) for r in range(12))
_SUN_RAYS: Final = ((0, -6), (0, 6), (-6, 0), (6, 0), (-4, -4), (4, -4), (-4, 4), (4, 4), (0, -5), (0, 5), (-5, 0), (5, 0))
# The ring of a planet of radius 4: (x, y) about its centre, front half.
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


def paint_body(stage: Stage) -> None:
    """Paint the celestial body of the stage, and leave its place in stage.body."""
    x, y = stage.random.between(7, 24), stage.random.between(6, 9)
    stage.body = (x, y, _RADII[stage.values["celestial"]])
    BODIES[stage.values["celestial"]](stage, x, y)


def _disc(stage: Stage, x: int, y: int, radius: int, index: int) -> None:
    """Fill a disc; of two colours, a dark one in a light sky stays a ring."""
    stamp(stage.back, _DISCS[radius], x - radius, y - radius, index)
    if stage.paint.num_colors == 2 and index == stage.inks.ink and radius > 1:
        stamp(stage.back, _DISCS[radius - 1], x - radius + 1, y - radius + 1, stage.paint.sky[0])


def _none(stage: Stage, x: int, y: int) -> None:
    """Leave the sky empty."""


def _sun(stage: Stage, x: int, y: int) -> None:
    _disc(stage, x, y, 3, stage.inks.body)
    dots(stage.back, ((x + dx, y + dy) for dx, dy in _SUN_RAYS), stage.inks.body)


def _moon(stage: Stage, x: int, y: int) -> None:
    _disc(stage, x, y, 4, stage.inks.moon)
    place(stage.back, MOON_CRATERS, x - 3, y - 3, stage.ink)


def _crescent(stage: Stage, x: int, y: int) -> None:
    shape = _DISCS[4].copy()
    shape[:8, 3:] &= ~_DISCS[4][1:, :6]
    stamp(stage.back, shape, x - 4, y - 4, stage.inks.moon)
    stage.back[y - 1, x + 2] = stage.inks.star


def _twins(stage: Stage, x: int, y: int) -> None:
    _disc(stage, x, y, 3, stage.inks.moon)
    _disc(stage, x + 6 if x < 16 else x - 6, y - 4, 2, stage.inks.body_shade)


def _ringed(stage: Stage, x: int, y: int) -> None:
    dots(stage.back, ((x + dx, y + dy) for dx, dy in _RING_BACK), stage.inks.body_shade)
    _disc(stage, x, y, 4, stage.inks.body)
    dots(stage.back, ((x + dx, y + dy) for dx, dy in _RING), stage.inks.body_shade)


def _comet(stage: Stage, x: int, y: int) -> None:
    place(stage.back, COMET, x - 5, y - 4, stage.ink)


def _eclipse(stage: Stage, x: int, y: int) -> None:
    _disc(stage, x, y, 5, stage.inks.body)
    _disc(stage, x, y, 4, stage.inks.eclipse)
    dots(stage.back, ((x + 3, y - 4), (x + 4, y - 3), (x + 4, y - 4)), stage.inks.star)


def _giant(stage: Stage, x: int, y: int) -> None:
    _disc(stage, x, y + 4, 10, stage.inks.moon)
    for dx, dy, radius in ((-4, 0, 2), (3, 2, 1), (-1, 6, 1), (4, -2, 0), (-6, 5, 0)):
        _disc(stage, x + dx, y + 4 + dy, radius, stage.inks.body_shade)


def _saucer(stage: Stage, x: int, y: int) -> None:
    place(stage.back, SAUCER, x - 4, y - 3, stage.ink)
    for row in range(y + 2, 24, 2):
        reach = (row - y) // 3
        stage.back[row, max(x - reach, 0) : x + reach + 1] = stage.inks.lamp


def _whale(stage: Stage, x: int, y: int) -> None:
    place(stage.back, WHALE, min(x - 8, 14), y - 6, stage.ink)


BODIES: Final[Mapping[str, Callable[[Stage, int, int], None]]] = {
    "none": _none,
    "sun": _sun,
    "moon": _moon,
    "crescent": _crescent,
    "twin moons": _twins,
    "ringed planet": _ringed,
    "comet": _comet,
    "eclipse": _eclipse,
    "giant moon": _giant,
    "saucer": _saucer,
    "sky whale": _whale,
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
