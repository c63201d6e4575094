"""Weather behind a town (clouds, rainbow ...) and in front of it (rain, snow, fog)."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mint.token.families.town.canvas import TownCanvas
from mint.token.families.town.sky import paint_cloud_deck
from mint.token.families.town.sprites import CLOUDS, draw_letters
from mint.token.raster import Mask, Pixels, dot, grids

_ys, _xs = grids()
_BOLT: Final = (0, 0, -1, -1, -2, -2, 0, 0, -1, -1, -2, -3, -3)
_BURST: Final = tuple((dx * reach, dy * reach) for reach in (2, 4) for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1))) + tuple(
    (dx * reach, dy * reach) for reach in (1, 3) for dx, dy in ((1, 1), (1, -1), (-1, 1), (-1, -1))
)


def paint_background_weather(canvas: TownCanvas) -> None:
    """Paint the weather behind the town."""
    weather = canvas.values["weather"]
    if weather in BACKGROUND_WEATHER:
        BACKGROUND_WEATHER[weather](canvas)


def paint_foreground_weather(canvas: TownCanvas, picture: Pixels) -> None:
    """Paint the weather in front of the town."""
    weather = canvas.values["weather"]
    if weather in FOREGROUND_WEATHER:
        FOREGROUND_WEATHER[weather](canvas, picture)


def _clouds(canvas: TownCanvas) -> None:
    body_x = canvas.celestial_disc[0]
    for number, y in enumerate((3, 8, 1)):
        # Clouds are placed beside the celestial body and may touch it.
        x = (body_x + 5 + canvas.random.below(8) + number * 13) % 40 - 8
        draw_letters(canvas.background, canvas.random.choice(CLOUDS), x, y + canvas.random.below(3), canvas.letter_colors)


def _rain_clouds(canvas: TownCanvas) -> None:
    x = canvas.random.between(-4, 6)
    for number in range(3):
        draw_letters(canvas.background, CLOUDS[(number + x) % 4], x + number * 12 - 6, -1 + number % 2, canvas.letter_colors)


def _storm(canvas: TownCanvas) -> None:
    """Draw two cloud decks and a bolt of lightning."""
    paint_cloud_deck(canvas, canvas.colors.thunder, 4)
    paint_cloud_deck(canvas, canvas.colors.dark_detail, 0)
    x = (canvas.celestial_disc[0] + 12 + canvas.random.below(8)) % 24 + 4
    for row, shift in enumerate(_BOLT):
        canvas.background[5 + row, x + shift : x + shift + 2] = canvas.colors.bolt


def _rainbow(canvas: TownCanvas) -> None:
    x, y = canvas.random.between(4, 27), canvas.ground_row + 3
    far = (_xs - x) ** 2 + (_ys - y) ** 2
    radius = canvas.random.between(19, 22)
    for number, index in enumerate(canvas.scheme.rainbow):
        inner, outer = radius - number - 1, radius - number
        canvas.background[(far > inner * inner) & (far <= outer * outer) & (_ys < canvas.ground_row)] = index


def _falling_stars(canvas: TownCanvas) -> None:
    for number in range(4):
        x, y = canvas.random.between(0, 6) + number * 8, canvas.random.between(0, 8)
        for step in range(5):
            dot(canvas.background, x - step, y + step, canvas.colors.star if step > 2 else canvas.colors.trail)
        dot(canvas.background, x - 5, y + 4, canvas.colors.star)


def _fireworks(canvas: TownCanvas) -> None:
    for number, index in enumerate(canvas.scheme.rainbow[:3]):
        x, y = 5 + number * 10 + canvas.random.below(4), canvas.random.between(4, 8)
        for dx, dy in _BURST:
            dot(canvas.background, x + dx, y + dy, index)
        dot(canvas.background, x, y, canvas.colors.star)


def _paint_precipitation(canvas: TownCanvas, picture: Pixels, mask: Mask, index: int) -> None:
    """Paint precipitation over everything except lit windows; in two colours, invert the pixels of every other strip instead."""
    mask &= ~_lights(canvas, picture)
    if canvas.scheme.num_colors == 2:
        picture[mask & (_xs // 7 % 2 == 0)] ^= 1
    else:
        picture[mask] = index


def _lights(canvas: TownCanvas, picture: Pixels) -> Mask:
    """Return the mask of the town's visible lights."""
    return np.asarray((picture == canvas.colors.lamp) & (canvas.foreground == canvas.colors.lamp))


def _rain(canvas: TownCanvas, picture: Pixels) -> None:
    slant = _xs + _ys + canvas.random.below(7)
    _paint_precipitation(canvas, picture, (slant % 7 == 0) & ((_ys + slant // 7 * 5) % 9 < 3), canvas.colors.rain)


def _snow(canvas: TownCanvas, picture: Pixels) -> None:
    phase = canvas.random.below(8)
    lanes = (_ys + phase) // 4
    flakes = ((_ys + phase) % 4 == lanes % 2) & ((_xs + lanes * 3 + phase) % 7 == 0)
    _paint_precipitation(canvas, picture, np.asarray(flakes), canvas.colors.flake)


def _fog(canvas: TownCanvas, picture: Pixels) -> None:
    """Draw fog banks, each a long row and a shorter one above or below it; lights remain visible."""
    banks = np.zeros_like(picture, dtype=bool)
    for number, row in enumerate((canvas.ground_row - 8, canvas.ground_row - 3, canvas.ground_row + 2)):
        x, length = canvas.random.between(-9, 6), canvas.random.between(22, 30)
        inset, above = canvas.random.between(4, 9), number % 2
        banks[row + above, max(x, 0) : x + length] = True
        banks[row + 1 - above, max(x + inset, 0) : x + length - inset + 2] = True
    picture[banks & ~_lights(canvas, picture)] = canvas.colors.mist


BACKGROUND_WEATHER: Final[Mapping[str, Callable[[TownCanvas], None]]] = {
    "clouds": _clouds,
    "rain": _rain_clouds,
    "storm": _storm,
    "rainbow": _rainbow,
    "falling stars": _falling_stars,
    "fireworks": _fireworks,
}
FOREGROUND_WEATHER: Final[Mapping[str, Callable[[TownCanvas, Pixels], None]]] = {
    "rain": _rain,
    "storm": _rain,
    "snow": _snow,
    "fog": _fog,
}
