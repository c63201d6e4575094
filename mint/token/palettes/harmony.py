"""Palettes generated from the token's hash, by the colour harmonies of the painter's colour wheel.

Every role has a fixed luma by day and by night and the harmony only selects hues, which guarantees contrast. Shadows shift towards
violet and lights towards yellow. Integers only.
"""

from typing import NamedTuple

from mint.token.palette import Palette
from mint.token.palettes.table import palette_from_row
from mint.token.random import Stream

Rgb = tuple[int, int, int]

# From red through yellow, green and blue back to red. Complements are opposite as in paint (red and green, blue and orange).
COLOR_WHEEL: tuple[Rgb, ...] = (
    *((230, 57, 70), (238, 75, 47), (243, 98, 42), (247, 127, 38), (249, 154, 36), (251, 180, 39), (252, 203, 47), (253, 224, 60)),
    *((223, 226, 60), (181, 214, 60), (134, 199, 67), (84, 182, 77), (46, 166, 93), (31, 156, 120), (28, 151, 147), (31, 143, 176)),
    *((42, 127, 196), (58, 108, 203), (74, 88, 201), (95, 72, 192), (123, 65, 182), (155, 60, 171), (189, 58, 149), (214, 58, 114)),
)
# Hues are counted in tenths of a step between two neighbours on the wheel.
HUES_PER_STEP = 10
NUM_HUES = HUES_PER_STEP * len(COLOR_WHEEL)
YELLOW, VIOLET = 7 * HUES_PER_STEP, 20 * HUES_PER_STEP

# The hue slots of a harmony: air and stone, water, leaves, roofs and clay, and the accent.
AIR, WATER, LEAF, ROOF, ACCENT = range(5)

# The offset of each slot's hue from the key hue, in steps of the wheel.
HARMONIES: dict[str, tuple[int, int, int, int, int]] = {
    "analogous harmony": (0, -2, 3, 5, 6),
    "complementary harmony": (0, 1, -1, 12, 12),
    "split harmony": (0, 1, 10, 14, 14),
    "triadic harmony": (0, -1, 8, 16, 16),
    "tetradic harmony": (0, 6, 18, 12, 12),
    "monochrome harmony": (0, 0, 0, 0, 0),
}


class RoleColor(NamedTuple):
    """The colour of a role: its hue slot, its saturation (0 to 255), and its luma by day and by night."""

    slot: int
    saturation: int
    day: int
    night: int


# One entry for each role, in the order of Roles. Lumas differ by ten or more, so that colours of one hue stay distinguishable.
ROLE_COLORS = (
    RoleColor(AIR, 170, 18, 11),  # void
    RoleColor(AIR, 170, 34, 23),  # dusk
    RoleColor(AIR, 120, 64, 46),  # shade
    RoleColor(AIR, 60, 116, 92),  # stone
    RoleColor(AIR, 70, 195, 170),  # chalk
    RoleColor(ROOF, 200, 244, 240),  # light
    RoleColor(AIR, 190, 142, 80),  # sky_high
    RoleColor(WATER, 230, 208, 144),  # sky_low
    RoleColor(LEAF, 200, 74, 58),  # leaf_dark
    RoleColor(LEAF, 210, 153, 117),  # leaf
    RoleColor(WATER, 200, 49, 34),  # water_dark
    RoleColor(WATER, 210, 163, 131),  # water
    RoleColor(ROOF, 200, 90, 69),  # brick
    RoleColor(ROOF, 200, 173, 157),  # clay
    RoleColor(ROOF, 255, 224, 212),  # lamp
    RoleColor(ACCENT, 255, 128, 104),  # neon
)
LAMP, NEON = 14, 15
# A single hue has too little range for sixteen colours: eleven are spread wider. For each role, the role whose entry it uses.
MONOCHROME = (0, 1, 2, 3, 7, 5, 6, 7, 2, 3, 1, 13, 12, 13, LAMP, NEON)
# At the luma of a dark accent (blue, red), a light hue (yellow, lime) looks muddy; it gets this luma instead.
LIGHT_NEON = 184


class HarmonyKey(NamedTuple):
    """The random choices of a harmony: its first hue, the direction on the wheel, the time of day and the purity (0 to 255)."""

    hue: int
    clockwise: bool
    night: bool
    purity: int


def draw_harmony(name: str, random: Stream) -> Palette:
    """Return a palette of the named harmony with a random key."""
    key = HarmonyKey(random.below(NUM_HUES), random.chance(1, 2), random.chance(1, 2), random.between(176, 255))
    return harmony_palette(name, key)


def harmony_palette(name: str, key: HarmonyKey) -> Palette:
    """Return the palette of a harmony in a key: sixteen colours, or eleven if it has only one hue."""
    step_size = HUES_PER_STEP if key.clockwise else -HUES_PER_STEP
    hues = tuple((key.hue + step_size * steps) % NUM_HUES for steps in HARMONIES[name])
    roles = MONOCHROME if len(set(hues)) == 1 else range(len(ROLE_COLORS))
    return palette_from_row(name, tuple(_color(role, hues, key) for role in roles))


def _color(role: int, hues: tuple[int, ...], key: HarmonyKey) -> str:
    role_color = ROLE_COLORS[role]
    hue, luma = hues[role_color.slot], role_color.night if key.night else role_color.day
    if role == LAMP:
        hue = min(hues, key=lambda h: abs(_hue_offset(h, YELLOW)))
    if role == NEON and luma_of(pure_color(hue)) > LIGHT_NEON - 30:
        luma = LIGHT_NEON
    r, g, b = color_with_luma(_shifted_hue(hue, luma), role_color.saturation * key.purity // 255, luma)
    return f"#{r:02x}{g:02x}{b:02x}"


def _shifted_hue(hue: int, luma: int) -> int:
    """Shift the hue of a shadow towards violet by at most four steps of the wheel, of a light towards yellow by at most two."""
    target, steps = (VIOLET, 4) if luma < 128 else (YELLOW, 2)
    max_shift = steps * HUES_PER_STEP * abs(luma - 128) // 128
    return (hue + max(-max_shift, min(max_shift, _hue_offset(hue, target)))) % NUM_HUES


def _hue_offset(hue: int, target: int) -> int:
    """Return the shortest signed distance around the wheel."""
    return (target - hue + NUM_HUES // 2) % NUM_HUES - NUM_HUES // 2


def pure_color(hue: int) -> Rgb:
    """Return the most saturated colour of a hue (0 to 239)."""
    step, part = divmod(hue, HUES_PER_STEP)
    this, following = COLOR_WHEEL[step], COLOR_WHEEL[(step + 1) % len(COLOR_WHEEL)]
    r, g, b = (a + (z - a) * part // HUES_PER_STEP for a, z in zip(this, following, strict=True))
    return r, g, b


def luma_of(rgb: Rgb) -> int:
    """Return the luma of a colour, 0 to 255, with the formula of Palette.luma."""
    return (rgb[0] * 299 + rgb[1] * 587 + rgb[2] * 114) // 1000


def color_with_luma(hue: int, saturation: int, luma: int) -> Rgb:
    """Return the colour of a hue with a saturation (0 to 255) and a luma (0 to 255, accurate to within two)."""
    own = luma_of(pure_color(hue))
    dulled = [own + (channel - own) * saturation // 255 for channel in pure_color(hue)]
    if luma <= own:
        r, g, b = (channel * luma // own for channel in dulled)
    else:
        r, g, b = (channel + (255 - channel) * (luma - own) // (255 - own) for channel in dulled)
    return r, g, b
