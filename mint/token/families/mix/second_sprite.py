"""Transformations of the second sprite of a mix: turns and tints."""

from collections.abc import Callable

import numpy as np

from mint.token.families.noise.inks import INKS
from mint.token.families.noise.levels import MAX_LEVEL
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import Mask, Pixels

# The transformation of the second sprite by each turn; "swapped" exchanges the two sprites instead.
TURNS: dict[str, tuple[int, Callable[[Pixels], Pixels]]] = {
    "upright": (460, lambda pixels: pixels),
    "swapped": (240, lambda pixels: pixels),
    "mirrored": (140, lambda pixels: pixels[:, ::-1]),
    "upside down": (100, lambda pixels: pixels[::-1]),
    "sideways": (45, np.rot90),
    "echoed": (15, lambda pixels: np.tile(pixels[::2, ::2], (2, 2))),
}


def _negative(pixels: Pixels, random: Stream, palette: Palette) -> Pixels:
    table = np.empty(len(palette), np.uint8)
    table[list(palette.ramp)] = palette.ramp[::-1]
    return np.asarray(table[pixels])


# The levels of small palettes, dark to light: every ink dithers these levels, while pure tones would not change.
_DITHERED_LEVELS = {2: [1, 4], 3: [1, 4, 6], 4: [1, 3, 5, 6]}


def _tinted(ink: str) -> Callable[[Pixels, Stream, Palette], Pixels]:
    """Return a tint that maps the brightness of a sprite to one of the inks of noise sprites."""

    def tint(pixels: Pixels, random: Stream, palette: Palette) -> Pixels:
        levels = np.empty(len(palette), np.uint8)
        last = len(palette) - 1
        levels[list(palette.ramp)] = _DITHERED_LEVELS.get(len(palette)) or [rank * MAX_LEVEL // last for rank in range(last + 1)]
        return INKS[ink](levels[pixels], random, palette)

    return tint


TINTS: dict[str, tuple[int, Callable[[Pixels, Stream, Palette], Pixels]]] = {
    "none": (560, lambda pixels, random, palette: pixels),
    "negative": (140, _negative),
    "monochrome": (120, _tinted("moonlight")),
    "ember": (70, _tinted("ember")),
    "ocean": (70, _tinted("ocean")),
    "gold": (30, _tinted("gold")),
    "engraving": (10, _tinted("engraving")),
}


def turned_sprite(pixels: Pixels, turn: str, part: Mask) -> Pixels:
    """Turn a sprite; if its own symmetry makes the turn invisible, also shift it."""
    turned = TURNS[turn][1](pixels)
    if turn in ("upright", "swapped") or (turned != pixels)[part].any():
        return turned
    return np.roll(turned, _TURN_SHIFTS[turn], (0, 1))


_TURN_SHIFTS = {"mirrored": (0, 8), "upside down": (8, 0), "sideways": (8, 8), "echoed": (4, 4)}
