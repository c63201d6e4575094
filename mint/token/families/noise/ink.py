"""Inks: how the eight levels of a noise become colours of a palette.

An ink is a ladder of roles from dark to light, and a hatch. Where a palette is too small for the ladder, its own tones are used
with the ink's hatch between them, as an engraver would: so every ink keeps a face of its own in four colours and in two.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mint.token.families.noise.levels import NUM_LEVELS, TOP, Levels
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import BAYER4, SIZE, Pixels, grids

Hatch = Pixels
# A ladder with fewer colours than this gives way to hatching.
NUM_TONES = 4

ROWS = np.array([[0, 2, 1, 3], [8, 10, 9, 11], [4, 6, 5, 7], [12, 14, 13, 15]], np.uint8)
COLUMNS = np.ascontiguousarray(ROWS.T)
RISING = np.array([[0, 12, 8, 4], [13, 9, 5, 1], [10, 6, 2, 14], [7, 3, 15, 11]], np.uint8)
FALLING = np.ascontiguousarray(RISING[:, ::-1])
DOTS = np.array([[14, 10, 11, 13], [9, 2, 3, 8], [12, 1, 0, 7], [15, 5, 4, 6]], np.uint8)
BRICKS = np.array([[0, 2, 3, 1], [12, 8, 9, 4], [1, 3, 2, 0], [9, 4, 12, 8]], np.uint8)

# Where each level stands between the tones of a small palette, in sixteenths of a tone: most stand on a tone or close to one, for
# a sparse hatch reads as cloth, an even one as mud.
_PLACES = {
    2: (0, 2, 4, 8, 12, 16, 16, 16),
    3: (0, 2, 14, 16, 18, 24, 30, 32),
    4: (0, 4, 16, 18, 32, 34, 46, 48),
}


@dataclass(frozen=True)
class Ink:
    """Role names from dark to light, and how to mix tones in small palettes.

    ``hatch`` holds 4x4 thresholds, 0 to 15; ``order`` is the order in which four tones are used, 0 the darkest.
    """

    ladder: tuple[str, ...]
    hatch: Hatch
    order: tuple[int, ...]

    def paint(self, levels: Levels, random: Stream, palette: Palette) -> Pixels:
        """Colour a picture of levels."""
        tones = spread(tuple(getattr(palette.roles, role) for role in self.ladder))
        used = np.flatnonzero(np.bincount(levels.ravel(), minlength=NUM_LEVELS))
        if len(set(tones.tolist())) >= NUM_TONES and len(set(tones[used].tolist())) >= 3:
            return np.asarray(tones[levels])
        num_tones = min(len(palette), NUM_TONES)
        shades = palette.shades(num_tones)
        return hatched(levels, tuple(shades[place] for place in self.order if place < num_tones), self.hatch)


def spread(tones: tuple[int, ...]) -> Pixels:
    """Return the tone of each level, (8,)."""
    return np.array([tones[level * len(tones) // NUM_LEVELS] for level in range(NUM_LEVELS)], np.uint8)


def hatched(levels: Levels, tones: tuple[int, ...], hatch: Hatch) -> Pixels:
    """Colour levels with two to four tones, mixing two neighbours by a hatch; the levels 0 and 7 stay pure."""
    place = np.array(_PLACES[len(tones)], np.uint8)[levels]
    tone = (place + (15 - np.tile(hatch, (SIZE // 4, SIZE // 4)))) // 16
    return np.asarray(np.array(tones, np.uint8)[tone])


def _two_tone(levels: Levels, random: Stream, palette: Palette) -> Pixels:
    dark = random.choice(palette.ramp)
    light = random.choice(palette.contrasting(dark, 110)[:4])
    return np.array((dark, light), np.uint8)[levels // 4]


def _engraving(levels: Levels, random: Stream, palette: Palette) -> Pixels:
    dark = random.choice(palette.ramp[: len(palette) // 2])
    light = random.choice(palette.contrasting(dark, 110)[:3])
    return hatched(levels, (dark, light), random.choice((ROWS, RISING, FALLING)))


def _prism(levels: Levels, random: Stream, palette: Palette) -> Pixels:
    ys, xs = grids()
    hues = [index for index in palette.vivid if index != palette.roles.void][:6] or [palette.roles.light]
    across = random.choice((xs + ys, xs - ys + 31, ys * 2 + xs * 0, xs * 2 + ys * 0))
    band = np.array(hues, np.uint8)[(across * len(hues) // 63)]
    out = np.where(levels < 2, palette.roles.void, np.where(levels == TOP, palette.roles.light, band))
    return np.where((levels == 2) & ((xs + ys) % 2 == 0), palette.roles.void, out).astype(np.uint8)


Paint = Callable[[Levels, Stream, Palette], Pixels]

INKS: dict[str, Paint] = {
    "moonlight": Ink(("void", "dusk", "shade", "stone", "chalk", "light"), BAYER4, (0, 1, 2, 3)).paint,
    "ocean": Ink(("void", "water_dark", "sky_high", "water", "sky_low", "light"), ROWS, (1, 0, 2, 3)).paint,
    "ember": Ink(("void", "dusk", "brick", "clay", "lamp", "light"), DOTS, (0, 2, 3, 1)).paint,
    "forest": Ink(("void", "leaf_dark", "leaf", "clay", "lamp"), COLUMNS, (0, 2, 1, 3)).paint,
    "candy": Ink(("dusk", "brick", "neon", "sky_low", "water", "light"), RISING, (2, 1, 3, 0)).paint,
    "neon": Ink(("void", "void", "dusk", "water_dark", "neon", "neon", "lamp", "light"), BRICKS, (0, 1, 3, 2)).paint,
    "atlas": Ink(("water_dark", "sky_high", "water", "clay", "leaf", "leaf_dark", "stone", "light"), ROWS, (2, 3, 1, 0)).paint,
    "paper": Ink(("light", "light", "chalk", "stone", "brick", "shade", "void", "void"), BAYER4, (3, 2, 1, 0)).paint,
    "two-tone": _two_tone,
    "engraving": _engraving,
    "gold": Ink(("void", "void", "brick", "lamp", "lamp", "light"), FALLING, (3, 1, 2, 0)).paint,
    "prism": _prism,
}
