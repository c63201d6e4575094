"""Colorings: the inks (palette colours or halftones) of the grounds, the line and the six tones of a sprite.

In palettes of five colours or more, every ink is one colour, chosen by role and by contrast with the ground. In four colours, inks
are steps of the palette's ramp; in two or three, halftones between neighbours on the ramp, as on one-bit machines.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import SIZE, Pixels, grids

# Ink numbers on a canvas: two grounds, the line, three lead tones and their three partner tones.
GROUND, SECOND_GROUND, LINE, FIRST_TONE = 0, 1, 2, 3
NUM_LEAD_TONES = 3
NUM_TONES = 6
NUM_INKS = FIRST_TONE + NUM_TONES

MAX_RAMP_COLORS = 4

_YS, _XS = grids()
# Screens with 0, 1/4, 1/2 and 3/4 of the pixels set.
_ROW, _COLUMN = _YS % 2 == 1, _XS % 2 == 1
_SCREENS = np.stack([np.zeros((SIZE, SIZE), bool), _ROW & _COLUMN, _ROW ^ _COLUMN, _ROW | _COLUMN])


@dataclass(frozen=True)
class HalftoneInks:
    """The inks by ink number: a base and a dot colour (palette indices), and the halftone screen of the dots."""

    base_color: NDArray[np.uint8]
    dot_color: NDArray[np.uint8]
    screen: NDArray[np.uint8]
    cycle: int = NUM_LEAD_TONES  # the number of tones before they repeat

    @property
    def halftone(self) -> bool:
        """Whether some inks are halftones, so that forms need an edge and a free margin to stand out."""
        return bool(self.screen.any())

    @property
    def num_colors(self) -> int:
        """The number of palette colours in the inks."""
        return len({*self.base_color.tolist(), *self.dot_color[self.screen > 0].tolist()})

    def paint(self, canvas: Pixels) -> Pixels:
        """Return the picture of palette indices for a canvas of ink numbers."""
        if not self.halftone:
            return self.base_color[canvas]
        dotted = _SCREENS[self.screen[canvas], _YS, _XS]
        return np.where(dotted, self.dot_color[canvas], self.base_color[canvas])


@dataclass(frozen=True)
class ColoringScheme:
    """The roles for grounds and for lead tones; and for small palettes, the level of each ink as a digit.

    ``ramp_levels`` are 0 to 3 on a ramp of four colours, ``halftone_levels`` 0 to 4 on a ramp of two or three.
    """

    ground_roles: tuple[str, ...]
    lead_roles: tuple[str, ...]
    ramp_levels: str
    halftone_levels: str

    def choose_inks(self, random: Stream, palette: Palette) -> HalftoneInks:
        """Choose the inks."""
        if len(palette) <= MAX_RAMP_COLORS:
            return _ramp_inks(self.ramp_levels, self.halftone_levels, palette.ramp, random)
        return _contrasting_inks(
            random, palette, self._indices(palette, self.ground_roles), self._indices(palette, self.lead_roles)
        )

    def _indices(self, palette: Palette, roles: Sequence[str]) -> list[int]:
        return list(dict.fromkeys(getattr(palette.roles, role) for role in roles))


def _ramp_inks(ramp_levels: str, halftone_levels: str, ramp: Sequence[int], random: Stream) -> HalftoneInks:
    """Return inks by their levels on a ramp of two to four colours, starting at its dark or its light end."""
    ramp = random.choice((ramp, ramp[::-1]))
    swap = random.choice(((0, 1, 2, 3, 4, 5, 6, 7, 8), (0, 1, 2, 3, 5, 4, 6, 8, 7)))
    if len(ramp) == MAX_RAMP_COLORS:
        ground, second, line, *tones = (ramp[int(ramp_levels[ink])] for ink in swap)
        return _solid_inks(ground, second, line, tones)
    places = [int(halftone_levels[ink]) * (len(ramp) - 1) for ink in swap]
    base_color = [ramp[place // 4] for place in places]
    dot_color = [ramp[min(place // 4 + 1, len(ramp) - 1)] for place in places]
    return HalftoneInks(
        np.array(base_color, np.uint8), np.array(dot_color, np.uint8), np.array([place % 4 for place in places], np.uint8)
    )


def _contrasting_inks(random: Stream, palette: Palette, grounds: Sequence[int], leads: Sequence[int]) -> HalftoneInks:
    """Return solid inks: a ground, and lead tones that contrast with it."""
    luma = palette.luma

    def contrast(a: int, b: int) -> int:
        return abs(luma[a] - luma[b])

    ground = random.choice(grounds)
    candidates = [lead for lead in random.shuffled(leads) if lead != ground]
    # A stable sort: strong contrasts first, otherwise in random order.
    candidates.sort(key=lambda lead: 0 if contrast(lead, ground) >= 70 else 1 if contrast(lead, ground) >= 35 else 2)
    if len(candidates) < NUM_LEAD_TONES:
        candidates += [other for other in palette.contrasting(ground) if other not in candidates]
    first = candidates[0]
    others = sorted(candidates[1:], key=lambda lead: 0 if contrast(lead, first) >= 25 and contrast(lead, ground) >= 25 else 1)
    chosen = [first, *others, first, first][:NUM_LEAD_TONES]
    partners = [_partner(palette, tone, ground, leads) for tone in chosen]
    ends = (palette.roles.void, palette.roles.light)
    line = max((end for end in ends if end != ground), key=lambda end: contrast(end, first))
    return _solid_inks(ground, _neighbour(palette, ground, first, grounds), line, [*chosen, *partners])


def _partner(palette: Palette, tone: int, ground: int, preferred: Sequence[int]) -> int:
    """Return the partner of a tone: clearly lighter or darker, but close, and preferably of the same scheme."""
    luma = palette.luma

    def cost(index: int) -> int:
        step = abs(luma[index] - luma[tone])
        return step + 256 * (index not in preferred) + 512 * (step < 24)

    return min((index for index in range(len(palette)) if index not in (tone, ground)), key=cost)


def _neighbour(palette: Palette, ground: int, first: int, preferred: Sequence[int]) -> int:
    """Return the second ground: close to the first in luma, so that forms contrast with both."""
    luma = palette.luma

    def cost(index: int) -> int:
        step = abs(luma[index] - luma[ground])
        return step + 24 * (index not in preferred) + 512 * (step < 12) + 1024 * (abs(luma[index] - luma[first]) < 40)

    return min((index for index in range(len(palette)) if index not in (first, ground)), key=cost)


def _solid_inks(ground: int, second: int, line: int, tones: Sequence[int], cycle: int = NUM_LEAD_TONES) -> HalftoneInks:
    base_color = np.array([ground, second, line, *tones], np.uint8)
    return HalftoneInks(base_color, base_color, np.zeros(NUM_INKS, np.uint8), cycle)


def _mono(random: Stream, palette: Palette) -> HalftoneInks:
    """Choose all inks at even steps on the ramp, from dark to light or from light to dark."""
    if len(palette) <= MAX_RAMP_COLORS:
        return _ramp_inks("013213321", "421201404", palette.ramp, random)
    shades = palette.shades(7)
    ground, second, *tones = random.choice((shades, shades[::-1]))
    leads = random.choice(((4, 2, 1), (3, 4, 1), (2, 4, 3), (4, 1, 3)))
    return _solid_inks(ground, second, tones[-1], [tones[place] for place in (*leads, *((lead - 2) % 5 for lead in leads))])


def _rainbow(random: Stream, palette: Palette) -> HalftoneInks:
    """Choose inks in the order of their hues."""
    if len(palette) <= MAX_RAMP_COLORS:
        return _ramp_inks("213031301", "021413024", palette.ramp, random)
    ground = random.choice((palette.roles.void, palette.roles.light))
    clear = palette.contrasting(ground, 40)
    bright = sorted((index for index in palette.vivid if index != ground), key=lambda index: index not in clear)
    wheel = sorted(bright[:NUM_TONES], key=lambda index: (_hue(palette, index), index))
    start, wheel = random.below(len(wheel)), random.choice((wheel, wheel[::-1]))
    tones = [wheel[(start + step) % len(wheel)] for step in range(NUM_TONES)]
    line = palette.roles.light if ground == palette.roles.void else palette.roles.void
    return _solid_inks(ground, _neighbour(palette, ground, tones[0], ()), line, tones, NUM_TONES)


def _hue(palette: Palette, index: int) -> int:
    """Return the hue of a colour, 0 to 1535."""
    red, green, blue = palette.rgba[index, :3].tolist()
    high, low = max(red, green, blue), min(red, green, blue)
    if high == low:
        return 0
    sector, part = {red: (0, green - blue), green: (2, blue - red), blue: (4, red - green)}[high]
    return int(sector * 256 + part * 256 // (high - low)) % 1536


def _one_bit(random: Stream, palette: Palette) -> HalftoneInks:
    """Choose halftones of two colours only."""
    return _ramp_inks("", "022423024", (palette.roles.void, palette.roles.light), random)


COLORING_SCHEMES: Mapping[str, ColoringScheme] = {
    "vivid": ColoringScheme(
        ("void", "light", "sky_high", "neon", "lamp", "dusk"),
        ("neon", "lamp", "water", "leaf", "sky_high", "sky_low", "brick", "light", "void"),
        "321012231",
        "432021204",
    ),
    "muted": ColoringScheme(
        ("shade", "chalk", "dusk", "light"),
        ("stone", "chalk", "shade", "sky_low", "clay", "leaf_dark", "water_dark", "brick", "light"),
        "103230302",
        "014243402",
    ),
    "warm": ColoringScheme(
        ("void", "brick", "clay", "light", "lamp"),
        ("lamp", "clay", "neon", "brick", "sky_low", "light"),
        "100320230",
        "432012424",
    ),
    "cool": ColoringScheme(
        ("void", "water_dark", "dusk", "sky_high", "light", "water"),
        ("water", "sky_high", "leaf", "chalk", "light", "water_dark", "leaf_dark"),
        "320102201",
        "022342004",
    ),
    "contrast": ColoringScheme(("void", "light"), ("light", "void", "neon"), "012321132", "012423042"),
    "earth": ColoringScheme(
        ("clay", "brick", "leaf_dark", "light"),
        ("brick", "clay", "leaf", "leaf_dark", "void", "lamp", "chalk"),
        "231013103",
        "430102440",
    ),
    "night": ColoringScheme(("void", "dusk"), ("lamp", "neon", "sky_high", "water", "shade"), "013231123", "012432200"),
    "gold": ColoringScheme(("void", "dusk"), ("lamp", "clay", "light", "brick"), "120302023", "100423202"),
}

COLORINGS: Mapping[str, Callable[[Stream, Palette], HalftoneInks]] = {
    **{name: scheme.choose_inks for name, scheme in COLORING_SCHEMES.items()},
    "mono": _mono,
    "rainbow": _rainbow,
    "one bit": _one_bit,
}
