"""Palettes made from the token's hash, by the harmonies of the painter's colour wheel.

Every role has a fixed brightness by day and by night and the harmony only chooses hues, so that contrast is right by construction.
Shadows lean towards violet and lights towards yellow. Integers only.
"""

from typing import NamedTuple

from mint.token.palette import Palette
from mint.token.palettes.table import from_row
from mint.token.random import Stream

Rgb = tuple[int, int, int]

# From red by yellow, green and blue back to red. Complements stand opposite as painters mix them (red and green, blue and orange).
WHEEL: tuple[Rgb, ...] = (
    *((230, 57, 70), (238, 75, 47), (243, 98, 42), (247, 127, 38), (249, 154, 36), (251, 180, 39), (252, 203, 47), (253, 224, 60)),
    *((223, 226, 60), (181, 214, 60), (134, 199, 67), (84, 182, 77), (46, 166, 93), (31, 156, 120), (28, 151, 147), (31, 143, 176)),
    *((42, 127, 196), (58, 108, 203), (74, 88, 201), (95, 72, 192), (123, 65, 182), (155, 60, 171), (189, 58, 149), (214, 58, 114)),
)
# Hues are counted in tenths between two neighbours of the wheel.
FINE = 10
TURN = FINE * len(WHEEL)
YELLOW, VIOLET = 7 * FINE, 20 * FINE

# The parts among which a harmony's hues are dealt out: air and stone, water, leaves, roofs and clay, and the accent.
AIR, WATER, LEAF, ROOF, ACCENT = range(5)

# How far each part's hue stands from the key hue, in steps of the wheel.
HARMONIES: dict[str, tuple[int, int, int, int, int]] = {
    "analogous harmony": (0, -2, 3, 5, 6),
    "complementary harmony": (0, 1, -1, 12, 12),
    "split harmony": (0, 1, 10, 14, 14),
    "triadic harmony": (0, -1, 8, 16, 16),
    "tetradic harmony": (0, 6, 18, 12, 12),
    "monochrome harmony": (0, 0, 0, 0, 0),
}


class Tone(NamedTuple):
    """How a role is coloured: its part, its saturation (0 to 255), and its luma by day and by night."""

    part: int
    saturation: int
    day: int
    night: int


# One tone a role, in the order of Roles. Lumas differ by ten or more, so colours of one hue can still be told apart.
TONES = (
    Tone(AIR, 170, 18, 11),  # void
    Tone(AIR, 170, 34, 23),  # dusk
    Tone(AIR, 120, 64, 46),  # shade
    Tone(AIR, 60, 116, 92),  # stone
    Tone(AIR, 70, 195, 170),  # chalk
    Tone(ROOF, 200, 244, 240),  # light
    Tone(AIR, 190, 142, 80),  # sky_high
    Tone(WATER, 230, 208, 144),  # sky_low
    Tone(LEAF, 200, 74, 58),  # leaf_dark
    Tone(LEAF, 210, 153, 117),  # leaf
    Tone(WATER, 200, 49, 34),  # water_dark
    Tone(WATER, 210, 163, 131),  # water
    Tone(ROOF, 200, 90, 69),  # brick
    Tone(ROOF, 200, 173, 157),  # clay
    Tone(ROOF, 255, 224, 212),  # lamp
    Tone(ACCENT, 255, 128, 104),  # neon
)
LAMP, NEON = 14, 15
# One hue alone has no room for sixteen tones: eleven are spread wider, and these are the roles whose tone each role takes.
MONOCHROME = (0, 1, 2, 3, 7, 5, 6, 7, 2, 3, 1, 13, 12, 13, LAMP, NEON)
# An accent of a light hue (yellow, lime) is muddy at the luma of a dark one (blue, red) and shines at this.
LIGHT_NEON = 184


class Key(NamedTuple):
    """What a hash decides of a harmony: its first hue, the way round the wheel, the time of day and the purity (0 to 255)."""

    hue: int
    clockwise: bool
    night: bool
    purity: int


def draw_harmony(name: str, random: Stream) -> Palette:
    """Return a palette of the named harmony about a random hue."""
    key = Key(random.below(TURN), random.chance(1, 2), random.chance(1, 2), random.between(176, 255))
    return compose(name, key)


def compose(name: str, key: Key) -> Palette:
    """Return the palette of a harmony in a key: sixteen colours, eleven if it has one hue only."""
    way = FINE if key.clockwise else -FINE
    hues = tuple((key.hue + way * steps) % TURN for steps in HARMONIES[name])
    roles = MONOCHROME if len(set(hues)) == 1 else range(len(TONES))
    return from_row(name, tuple(_color(role, hues, key) for role in roles))


def _color(role: int, hues: tuple[int, ...], key: Key) -> str:
    tone = TONES[role]
    hue, luma = hues[tone.part], tone.night if key.night else tone.day
    if role == LAMP:
        hue = min(hues, key=lambda h: abs(_way(h, YELLOW)))
    if role == NEON and luma_of(pure(hue)) > LIGHT_NEON - 30:
        luma = LIGHT_NEON
    rgb = tint(_leaned(hue, luma), tone.saturation * key.purity // 255, luma)
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _leaned(hue: int, luma: int) -> int:
    """Turn a shadow's hue towards violet by at most four steps of the wheel, and a light's towards yellow by at most two."""
    pole, steps = (VIOLET, 4) if luma < 128 else (YELLOW, 2)
    most = steps * FINE * abs(luma - 128) // 128
    return (hue + max(-most, min(most, _way(hue, pole)))) % TURN


def _way(hue: int, target: int) -> int:
    """Return the shortest signed way round the wheel."""
    return (target - hue + TURN // 2) % TURN - TURN // 2


def pure(hue: int) -> Rgb:
    """Return the purest colour of a hue (0 to 239)."""
    step, part = divmod(hue, FINE)
    here, there = WHEEL[step], WHEEL[(step + 1) % len(WHEEL)]
    r, g, b = (a + (z - a) * part // FINE for a, z in zip(here, there, strict=True))
    return r, g, b


def luma_of(rgb: Rgb) -> int:
    """Return the brightness of a colour, 0 to 255, as Palette.luma does."""
    return (rgb[0] * 299 + rgb[1] * 587 + rgb[2] * 114) // 1000


def tint(hue: int, saturation: int, luma: int) -> Rgb:
    """Return the colour of a hue at a saturation (0 to 255) and a luma (0 to 255, met to within two)."""
    own = luma_of(pure(hue))
    dulled = [own + (channel - own) * saturation // 255 for channel in pure(hue)]
    if luma <= own:
        r, g, b = (channel * luma // own for channel in dulled)
    else:
        r, g, b = (channel + (255 - channel) * (luma - own) // (255 - own) for channel in dulled)
    return r, g, b
