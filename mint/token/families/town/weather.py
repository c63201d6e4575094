"""Weather: what hangs in the sky behind a town, and what falls before it."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mint.token.families.town.sky import hang_deck
from mint.token.families.town.sprites import CLOUDS, place
from mint.token.families.town.stage import Stage
from mint.token.raster import Mask, Pixels, dot, grids

_ys, _xs = grids()
_BOLT: Final = (0, 0, -1, -1, -2, -2, 0, 0, -1, -1, -2, -3, -3)
_BURST: Final = tuple((dx * reach, dy * reach) for reach in (2, 4) for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1))) + tuple(
    (dx * reach, dy * reach) for reach in (1, 3) for dx, dy in ((1, 1), (1, -1), (-1, 1), (-1, -1))
)


def hang_weather(stage: Stage) -> None:
    """Paint the weather that stands behind the town."""
    weather = stage.values["weather"]
    if weather in BEHIND:
        BEHIND[weather](stage)


def drop_weather(stage: Stage, picture: Pixels) -> None:
    """Paint the weather that falls before the town."""
    weather = stage.values["weather"]
    if weather in BEFORE:
        BEFORE[weather](stage, picture)


def _clouds(stage: Stage) -> None:
    body_x = stage.body[0]
    for number, y in enumerate((3, 8, 1)):
        # Clouds keep to the side of the celestial body, and may brush it.
        x = (body_x + 5 + stage.random.below(8) + number * 13) % 40 - 8
        place(stage.back, stage.random.choice(CLOUDS), x, y + stage.random.below(3), stage.ink)


def _rain_clouds(stage: Stage) -> None:
    x = stage.random.between(-4, 6)
    for number in range(3):
        place(stage.back, CLOUDS[(number + x) % 4], x + number * 12 - 6, -1 + number % 2, stage.ink)


def _storm(stage: Stage) -> None:
    """Close the sky with two decks of cloud and let a bolt break from them."""
    hang_deck(stage, stage.inks.thunder, 4)
    hang_deck(stage, stage.inks.ink, 0)
    x = (stage.body[0] + 12 + stage.random.below(8)) % 24 + 4
    for row, shift in enumerate(_BOLT):
        stage.back[5 + row, x + shift : x + shift + 2] = stage.inks.bolt


def _rainbow(stage: Stage) -> None:
    x, y = stage.random.between(4, 27), stage.ground + 3
    far = (_xs - x) ** 2 + (_ys - y) ** 2
    radius = stage.random.between(19, 22)
    for number, index in enumerate(stage.paint.rainbow):
        inner, outer = radius - number - 1, radius - number
        stage.back[(far > inner * inner) & (far <= outer * outer) & (_ys < stage.ground)] = index


def _falling_stars(stage: Stage) -> None:
    for number in range(4):
        x, y = stage.random.between(0, 6) + number * 8, stage.random.between(0, 8)
        for step in range(5):
            dot(stage.back, x - step, y + step, stage.inks.star if step > 2 else stage.inks.trail)
        dot(stage.back, x - 5, y + 4, stage.inks.star)


def _fireworks(stage: Stage) -> None:
    for number, index in enumerate(stage.paint.rainbow[:3]):
        x, y = 5 + number * 10 + stage.random.below(4), stage.random.between(4, 8)
        for dx, dy in _BURST:
            dot(stage.back, x + dx, y + dy, index)
        dot(stage.back, x, y, stage.inks.star)


def _fall(stage: Stage, picture: Pixels, mask: Mask, index: int) -> None:
    """Let something fall before everything but lit windows; of two colours it takes the other, and leaves room."""
    mask &= ~_lights(stage, picture)
    if stage.paint.num_colors == 2:
        picture[mask & (_xs // 7 % 2 == 0)] ^= 1
    else:
        picture[mask] = index


def _lights(stage: Stage, picture: Pixels) -> Mask:
    """Return the mask of the town's lights."""
    return np.asarray((picture == stage.inks.lamp) & (stage.front == stage.inks.lamp))


def _rain(stage: Stage, picture: Pixels) -> None:
    slant = _xs + _ys + stage.random.below(7)
    _fall(stage, picture, (slant % 7 == 0) & ((_ys + slant // 7 * 5) % 9 < 3), stage.inks.rain)


def _snow(stage: Stage, picture: Pixels) -> None:
    phase = stage.random.below(8)
    lanes = (_ys + phase) // 4
    flakes = ((_ys + phase) % 4 == lanes % 2) & ((_xs + lanes * 3 + phase) % 7 == 0)
    _fall(stage, picture, np.asarray(flakes), stage.inks.flake)


def _fog(stage: Stage, picture: Pixels) -> None:
    """Draw long banks of mist, each a row that reaches far and a shorter one above or below; lights shine through."""
    banks = np.zeros_like(picture, dtype=bool)
    for number, row in enumerate((stage.ground - 8, stage.ground - 3, stage.ground + 2)):
        x, length = stage.random.between(-9, 6), stage.random.between(22, 30)
        inset, above = stage.random.between(4, 9), number % 2
        banks[row + above, max(x, 0) : x + length] = True
        banks[row + 1 - above, max(x + inset, 0) : x + length - inset + 2] = True
    picture[banks & ~_lights(stage, picture)] = stage.inks.mist


BEHIND: Final[Mapping[str, Callable[[Stage], None]]] = {
    "clouds": _clouds,
    "rain": _rain_clouds,
    "storm": _storm,
    "rainbow": _rainbow,
    "falling stars": _falling_stars,
    "fireworks": _fireworks,
}
BEFORE: Final[Mapping[str, Callable[[Stage, Pixels], None]]] = {
    "rain": _rain,
    "storm": _rain,
    "snow": _snow,
    "fog": _fog,
}
