"""Colorings: which inks of the palette paint the grounds, the line and the six tones of a sprite.

With five colours or more every ink is one plain colour, chosen by role and by contrast with the ground. With four, inks are steps
of the palette's ramp; with two or three, halftones between its neighbours, as on one-bit machines.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import SIZE, Pixels, grids

# What the numbers on a canvas mean: two grounds, the line, three leading tones and their three partners.
GROUND, SECOND, LINE, TONE = 0, 1, 2, 3
NUM_LEADS = 3
NUM_TONES = 6
NUM_INKS = TONE + NUM_TONES

MAX_RAMP = 4

_YS, _XS = grids()
# Screens with 0, 1/4, 1/2 and 3/4 of the pixels set.
_ROW, _COLUMN = _YS % 2 == 1, _XS % 2 == 1
_SCREENS = np.stack([np.zeros((SIZE, SIZE), bool), _ROW & _COLUMN, _ROW ^ _COLUMN, _ROW | _COLUMN])


@dataclass(frozen=True)
class Inks:
    """The inks by number on the canvas: two palette indices each, and the screen that sets the second on the first."""

    base: NDArray[np.uint8]
    over: NDArray[np.uint8]
    screen: NDArray[np.uint8]
    cycle: int = NUM_LEADS  # how many tones follow one another before they repeat

    @property
    def printed(self) -> bool:
        """Whether some inks are halftones, so that forms need an edge and a free rim to be seen."""
        return bool(self.screen.any())

    @property
    def num_colors(self) -> int:
        """How many palette colours the inks hold."""
        return len({*self.base.tolist(), *self.over[self.screen > 0].tolist()})

    def paint(self, canvas: Pixels) -> Pixels:
        """Return the picture of palette indices for a canvas of ink numbers."""
        if not self.printed:
            return self.base[canvas]
        dotted = _SCREENS[self.screen[canvas], _YS, _XS]
        return np.where(dotted, self.over[canvas], self.base[canvas])


@dataclass(frozen=True)
class Scheme:
    """The roles that may be ground and the roles that may lead; and for few colours, the level of each ink as a digit.

    ``thirds`` count 0 to 3 up a ramp of four colours, ``quarters`` 0 to 4 up a ramp of two or three.
    """

    grounds: tuple[str, ...]
    leads: tuple[str, ...]
    thirds: str
    quarters: str

    def inks(self, random: Stream, palette: Palette) -> Inks:
        """Choose the inks."""
        if len(palette) <= MAX_RAMP:
            return _ramped(self.thirds, self.quarters, palette.ramp, random)
        return _solid(random, palette, self._indices(palette, self.grounds), self._indices(palette, self.leads))

    def _indices(self, palette: Palette, roles: Sequence[str]) -> list[int]:
        return list(dict.fromkeys(getattr(palette.roles, role) for role in roles))


def _ramped(thirds: str, quarters: str, ramp: Sequence[int], random: Stream) -> Inks:
    """Return inks by their levels on a ramp of two to four colours, counted from its dark or from its light end."""
    ramp = random.choice((ramp, ramp[::-1]))
    swap = random.choice(((0, 1, 2, 3, 4, 5, 6, 7, 8), (0, 1, 2, 3, 5, 4, 6, 8, 7)))
    if len(ramp) == MAX_RAMP:
        ground, second, line, *tones = (ramp[int(thirds[ink])] for ink in swap)
        return _plain_inks(ground, second, line, tones)
    places = [int(quarters[ink]) * (len(ramp) - 1) for ink in swap]
    base = [ramp[place // 4] for place in places]
    over = [ramp[min(place // 4 + 1, len(ramp) - 1)] for place in places]
    return Inks(np.array(base, np.uint8), np.array(over, np.uint8), np.array([place % 4 for place in places], np.uint8))


def _solid(random: Stream, palette: Palette, grounds: Sequence[int], leads: Sequence[int]) -> Inks:
    """Return plain inks: a ground, and leads that stand out from it."""
    luma = palette.luma

    def apart(a: int, b: int) -> int:
        return abs(luma[a] - luma[b])

    ground = random.choice(grounds)
    fitting = [lead for lead in random.shuffled(leads) if lead != ground]
    # Stable: strong contrasts first, in the order of chance.
    fitting.sort(key=lambda lead: 0 if apart(lead, ground) >= 70 else 1 if apart(lead, ground) >= 35 else 2)
    if len(fitting) < NUM_LEADS:
        fitting += [other for other in palette.contrasting(ground) if other not in fitting]
    first = fitting[0]
    others = sorted(fitting[1:], key=lambda lead: 0 if apart(lead, first) >= 25 and apart(lead, ground) >= 25 else 1)
    chosen = [first, *others, first, first][:NUM_LEADS]
    partners = [_partner(palette, tone, ground, leads) for tone in chosen]
    ends = (palette.roles.void, palette.roles.light)
    line = max((end for end in ends if end != ground), key=lambda end: apart(end, first))
    return _plain_inks(ground, _neighbour(palette, ground, first, grounds), line, [*chosen, *partners])


def _partner(palette: Palette, tone: int, ground: int, preferred: Sequence[int]) -> int:
    """Return the shade to set beside a tone: clearly lighter or darker, but near, and of the same scheme if it can be."""
    luma = palette.luma

    def cost(index: int) -> int:
        step = abs(luma[index] - luma[tone])
        return step + 256 * (index not in preferred) + 512 * (step < 24)

    return min((index for index in range(len(palette)) if index not in (tone, ground)), key=cost)


def _neighbour(palette: Palette, ground: int, first: int, preferred: Sequence[int]) -> int:
    """Return the second ground: near the first in brightness, so that forms stand out from both."""
    luma = palette.luma

    def cost(index: int) -> int:
        step = abs(luma[index] - luma[ground])
        return step + 24 * (index not in preferred) + 512 * (step < 12) + 1024 * (abs(luma[index] - luma[first]) < 40)

    return min((index for index in range(len(palette)) if index not in (first, ground)), key=cost)


def _plain_inks(ground: int, second: int, line: int, tones: Sequence[int], cycle: int = NUM_LEADS) -> Inks:
    base = np.array([ground, second, line, *tones], np.uint8)
    return Inks(base, base, np.zeros(NUM_INKS, np.uint8), cycle)


def _mono(random: Stream, palette: Palette) -> Inks:
    """Take all inks from the ramp at even steps, from dark to light or from light to dark."""
    if len(palette) <= MAX_RAMP:
        return _ramped("013213321", "421201404", palette.ramp, random)
    shades = palette.shades(7)
    ground, second, *tones = random.choice((shades, shades[::-1]))
    leads = random.choice(((4, 2, 1), (3, 4, 1), (2, 4, 3), (4, 1, 3)))
    return _plain_inks(ground, second, tones[-1], [tones[place] for place in (*leads, *((lead - 2) % 5 for lead in leads))])


def _rainbow(random: Stream, palette: Palette) -> Inks:
    """Run through the hues in their order."""
    if len(palette) <= MAX_RAMP:
        return _ramped("213031301", "021413024", palette.ramp, random)
    ground = random.choice((palette.roles.void, palette.roles.light))
    clear = palette.contrasting(ground, 40)
    bright = sorted((index for index in palette.vivid if index != ground), key=lambda index: index not in clear)
    wheel = sorted(bright[:NUM_TONES], key=lambda index: (_hue(palette, index), index))
    start, wheel = random.below(len(wheel)), random.choice((wheel, wheel[::-1]))
    tones = [wheel[(start + step) % len(wheel)] for step in range(NUM_TONES)]
    line = palette.roles.light if ground == palette.roles.void else palette.roles.void
    return _plain_inks(ground, _neighbour(palette, ground, tones[0], ()), line, tones, NUM_TONES)


def _hue(palette: Palette, index: int) -> int:
    """Return the hue of a colour, 0 to 1535."""
    red, green, blue = palette.rgba[index, :3].tolist()
    high, low = max(red, green, blue), min(red, green, blue)
    if high == low:
        return 0
    sector, part = {red: (0, green - blue), green: (2, blue - red), blue: (4, red - green)}[high]
    return int(sector * 256 + part * 256 // (high - low)) % 1536


def _one_bit(random: Stream, palette: Palette) -> Inks:
    """Print in two colours only."""
    return _ramped("", "022423024", (palette.roles.void, palette.roles.light), random)


SCHEMES: Mapping[str, Scheme] = {
    "vivid": Scheme(
        ("void", "light", "sky_high", "neon", "lamp", "dusk"),
        ("neon", "lamp", "water", "leaf", "sky_high", "sky_low", "brick", "light", "void"),
        "321012231",
        "432021204",
    ),
    "muted": Scheme(
        ("shade", "chalk", "dusk", "light"),
        ("stone", "chalk", "shade", "sky_low", "clay", "leaf_dark", "water_dark", "brick", "light"),
        "103230302",
        "014243402",
    ),
    "warm": Scheme(
        ("void", "brick", "clay", "light", "lamp"),
        ("lamp", "clay", "neon", "brick", "sky_low", "light"),
        "100320230",
        "432012424",
    ),
    "cool": Scheme(
        ("void", "water_dark", "dusk", "sky_high", "light", "water"),
        ("water", "sky_high", "leaf", "chalk", "light", "water_dark", "leaf_dark"),
        "320102201",
        "022342004",
    ),
    "contrast": Scheme(("void", "light"), ("light", "void", "neon"), "012321132", "012423042"),
    "earth": Scheme(
        ("clay", "brick", "leaf_dark", "light"),
        ("brick", "clay", "leaf", "leaf_dark", "void", "lamp", "chalk"),
        "231013103",
        "430102440",
    ),
    "night": Scheme(("void", "dusk"), ("lamp", "neon", "sky_high", "water", "shade"), "013231123", "012432200"),
    "gold": Scheme(("void", "dusk"), ("lamp", "clay", "light", "brick"), "120302023", "100423202"),
}

COLORINGS: Mapping[str, Callable[[Stream, Palette], Inks]] = {
    **{name: scheme.inks for name, scheme in SCHEMES.items()},
    "mono": _mono,
    "rainbow": _rainbow,
    "one bit": _one_bit,
}
