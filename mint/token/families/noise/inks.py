"""Inks: map the eight levels of a noise sprite to colours of a palette.

An ink is a ramp of roles from dark to light, and a matrix of dither thresholds. If a palette is too small for the ramp, its own
tones are dithered with the thresholds of the ink, so that inks stay distinguishable even in four or two colours.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mint.token.families.noise.levels import MAX_LEVEL, NUM_LEVELS, Levels
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import BAYER4, SIZE, Pixels, grids

ThresholdMatrix = Pixels
# A ramp with fewer colours than this is replaced by dithering.
NUM_TONES = 4

ROWS = np.array([[0, 2, 1, 3], [8, 10, 9, 11], [4, 6, 5, 7], [12, 14, 13, 15]], np.uint8)
COLUMNS = np.ascontiguousarray(ROWS.T)
RISING = np.array([[0, 12, 8, 4], [13, 9, 5, 1], [10, 6, 2, 14], [7, 3, 15, 11]], np.uint8)
FALLING = np.ascontiguousarray(RISING[:, ::-1])
DOTS = np.array([[14, 10, 11, 13], [9, 2, 3, 8], [12, 1, 0, 7], [15, 5, 4, 6]], np.uint8)
BRICKS = np.array([[0, 2, 3, 1], [12, 8, 9, 4], [1, 3, 2, 0], [9, 4, 12, 8]], np.uint8)

# The position of each level between the tones of a small palette, in sixteenths of a tone. Most are on or close to a tone: sparse
# dithering looks like a texture, even dithering looks muddy.
_TONE_POSITIONS = {
    2: (0, 2, 4, 8, 12, 16, 16, 16),
    3: (0, 2, 14, 16, 18, 24, 30, 32),
    4: (0, 4, 16, 18, 32, 34, 46, 48),
}


@dataclass(frozen=True)
class NoiseInk:
    """Role names from dark to light, and how tones are dithered in small palettes.

    ``thresholds`` is a 4x4 matrix of 0 to 15; ``tone_order`` is the order in which four tones are used, 0 the darkest.
    """

    role_ramp: tuple[str, ...]
    thresholds: ThresholdMatrix
    tone_order: tuple[int, ...]

    def color(self, levels: Levels, random: Stream, palette: Palette) -> Pixels:
        """Return the palette indices of a picture of levels."""
        tones = tones_of_levels(tuple(getattr(palette.roles, role) for role in self.role_ramp))
        used = np.flatnonzero(np.bincount(levels.ravel(), minlength=NUM_LEVELS))
        if len(set(tones.tolist())) >= NUM_TONES and len(set(tones[used].tolist())) >= 3:
            return np.asarray(tones[levels])
        num_tones = min(len(palette), NUM_TONES)
        shades = palette.shades(num_tones)
        return dither_levels(
            levels, tuple(shades[position] for position in self.tone_order if position < num_tones), self.thresholds
        )


def tones_of_levels(tones: tuple[int, ...]) -> Pixels:
    """Return the tone of each level, (8,)."""
    return np.array([tones[level * len(tones) // NUM_LEVELS] for level in range(NUM_LEVELS)], np.uint8)


def dither_levels(levels: Levels, tones: tuple[int, ...], thresholds: ThresholdMatrix) -> Pixels:
    """Colour levels with two to four tones, dithered between neighbouring tones; the levels 0 and 7 stay pure."""
    position = np.array(_TONE_POSITIONS[len(tones)], np.uint8)[levels]
    tone = (position + (15 - np.tile(thresholds, (SIZE // 4, SIZE // 4)))) // 16
    return np.asarray(np.array(tones, np.uint8)[tone])


def _two_tone(levels: Levels, random: Stream, palette: Palette) -> Pixels:
    dark = random.choice(palette.ramp)
    light = random.choice(palette.contrasting(dark, 110)[:4])
    return np.array((dark, light), np.uint8)[levels // 4]


def _engraving(levels: Levels, random: Stream, palette: Palette) -> Pixels:
    dark = random.choice(palette.ramp[: len(palette) // 2])
    light = random.choice(palette.contrasting(dark, 110)[:3])
    return dither_levels(levels, (dark, light), random.choice((ROWS, RISING, FALLING)))


def _prism(levels: Levels, random: Stream, palette: Palette) -> Pixels:
    ys, xs = grids()
    hues = [index for index in palette.vivid if index != palette.roles.void][:6] or [palette.roles.light]
    across = random.choice((xs + ys, xs - ys + 31, ys * 2 + xs * 0, xs * 2 + ys * 0))
    band = np.array(hues, np.uint8)[(across * len(hues) // 63)]
    out = np.where(levels < 2, palette.roles.void, np.where(levels == MAX_LEVEL, palette.roles.light, band))
    return np.where((levels == 2) & ((xs + ys) % 2 == 0), palette.roles.void, out).astype(np.uint8)


InkFunction = Callable[[Levels, Stream, Palette], Pixels]

INKS: dict[str, InkFunction] = {
    "moonlight": NoiseInk(("void", "dusk", "shade", "stone", "chalk", "light"), BAYER4, (0, 1, 2, 3)).color,
    "ocean": NoiseInk(("void", "water_dark", "sky_high", "water", "sky_low", "light"), ROWS, (1, 0, 2, 3)).color,
    "ember": NoiseInk(("void", "dusk", "brick", "clay", "lamp", "light"), DOTS, (0, 2, 3, 1)).color,
    "forest": NoiseInk(("void", "leaf_dark", "leaf", "clay", "lamp"), COLUMNS, (0, 2, 1, 3)).color,
    "candy": NoiseInk(("dusk", "brick", "neon", "sky_low", "water", "light"), RISING, (2, 1, 3, 0)).color,
    "neon": NoiseInk(("void", "void", "dusk", "water_dark", "neon", "neon", "lamp", "light"), BRICKS, (0, 1, 3, 2)).color,
    "atlas": NoiseInk(("water_dark", "sky_high", "water", "clay", "leaf", "leaf_dark", "stone", "light"), ROWS, (2, 3, 1, 0)).color,
    "paper": NoiseInk(("light", "light", "chalk", "stone", "brick", "shade", "void", "void"), BAYER4, (3, 2, 1, 0)).color,
    "two-tone": _two_tone,
    "engraving": _engraving,
    "gold": NoiseInk(("void", "void", "brick", "lamp", "lamp", "light"), FALLING, (3, 1, 2, 0)).color,
    "prism": _prism,
}
