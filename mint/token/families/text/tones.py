"""Tones: which inks the letters have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mint.token.families.text.scheme import Scheme, draw_any, draw_dark, draw_gold, draw_light
from mint.token.families.text.setting import Letter
from mint.token.palette import MAX_COLORS, Palette
from mint.token.random import Stream
from mint.token.raster import SIZE, Mask, Pixels, blank, disc_mask, dots, grids, rect

# Returns a full picture of inks, of which the letters are cut out.
Inks = Callable[[Sequence[Letter], Scheme, Palette, Stream], Pixels]
# Goes over the picture when its letters are inked.
Finish = Callable[[Pixels, Sequence[Letter], Scheme, Stream], None]


def _one(letters: Sequence[Letter], scheme: Scheme, palette: Palette, random: Stream) -> Pixels:
    """Have all letters in the ink but one, in the accent: the first, the last or any."""
    last = len(letters) - 1
    inks = [scheme.ink] * len(letters)
    inks[random.choice((0, last, random.below(len(letters))))] = scheme.accent
    return _per_letter(letters, inks)


def _two_tone(letters: Sequence[Letter], scheme: Scheme, palette: Palette, random: Stream) -> Pixels:
    """Change the ink from line to line, or half way through a single line."""
    half = (len(letters) + 1) // 2
    lines = letters[-1].line
    pair = (scheme.ink, scheme.accent)
    return _per_letter(letters, [pair[letter.line % 2 if lines else number // half] for number, letter in enumerate(letters)])


def _confetti(letters: Sequence[Letter], scheme: Scheme, palette: Palette, random: Stream) -> Pixels:
    """Give every letter an ink of its own, in turns."""
    inks = scheme.inks[:6]
    shift = random.below(len(inks))
    return _per_letter(letters, [inks[(number + shift) % len(inks)] for number in range(len(letters))])


def _split(letters: Sequence[Letter], scheme: Scheme, palette: Palette, random: Stream) -> Pixels:
    """Change the ink half way down every letter."""
    pixels = blank(scheme.ink)
    for letter in letters:
        high, wide = letter.mask.shape
        rect(pixels, letter.x, letter.y + high // 2, wide, high - high // 2, scheme.accent)
    return pixels


def _sunrise(letters: Sequence[Letter], scheme: Scheme, palette: Palette, random: Stream) -> Pixels:
    """Let the inks go over from dark to light down the whole text; two inks go back and forth."""
    inks = sorted(scheme.inks[:4], key=lambda index: palette.luma[index])
    if len(inks) == 2:
        inks.append(inks[0])
    top = min(letter.y for letter in letters)
    bottom = max(letter.y + letter.mask.shape[0] for letter in letters)
    pixels = blank(inks[0])
    _fill_rows(pixels, top, bottom - top, inks if random.chance(1, 2) else inks[::-1])
    return pixels


def _chrome(letters: Sequence[Letter], scheme: Scheme, palette: Palette, random: Stream) -> Pixels:
    """Mirror a sky and a desert in every line: a hard horizon, brightest just below it."""
    inks = sorted(scheme.inks[:4], key=lambda index: palette.luma[index])
    return _per_line(letters, [inks[-1], inks[len(inks) // 2], inks[0], inks[-1], inks[-1], inks[len(inks) // 2]])


def _gold(letters: Sequence[Letter], scheme: Scheme, palette: Palette, random: Stream) -> Pixels:
    """Cast every line in gold: lamp light on top, shine across the middle."""
    lamp, light, clay = (*scheme.inks, *scheme.inks[-1:] * 2)[:3]
    return _per_line(letters, [light, lamp, lamp, light, clay, lamp])


def _per_line(letters: Sequence[Letter], inks: Sequence[int]) -> Pixels:
    """Run down the inks in each letter anew."""
    pixels = blank(inks[0])
    for letter in letters:
        high, wide = letter.mask.shape
        _fill_rows(pixels[:, letter.x : letter.x + wide], letter.y, high, inks)
    return pixels


def _fill_rows(pixels: Pixels, top: int, height: int, inks: Sequence[int]) -> None:
    rows = np.arange(height) * len(inks) // height
    pixels[top : top + height] = np.array(inks, np.uint8)[rows][:, None]


def _per_letter(letters: Sequence[Letter], inks: Sequence[int]) -> Pixels:
    pixels = blank(inks[0])
    for letter, ink in zip(letters, inks, strict=True):
        high, wide = letter.mask.shape
        rect(pixels, letter.x, letter.y, wide, high, ink)
    return pixels


def _leave(pixels: Pixels, letters: Sequence[Letter], scheme: Scheme, random: Stream) -> None:
    """Add nothing."""


def _glint(pixels: Pixels, letters: Sequence[Letter], scheme: Scheme, random: Stream) -> None:
    """Set a star of light on the upper right corner of the first and of the last letter."""
    for letter in (letters[0], letters[-1]):
        x, y = letter.x + letter.mask.shape[1] - 1, letter.y
        dots(pixels, ((x, y), (x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)), scheme.accent)


def _changing(where: Callable[[Stream], Mask]) -> Finish:
    """Return a finish for a single ink: ink and papers change places in a region, so that forms stay readable across its edge."""

    def finish(pixels: Pixels, letters: Sequence[Letter], scheme: Scheme, random: Stream) -> None:
        if len(scheme.inks) == 1:
            region = where(random)
            table = np.full(MAX_COLORS, scheme.ink, np.uint8)
            table[scheme.ink] = scheme.paper
            pixels[region] = table[pixels[region]]

    return finish


def _right(random: Stream) -> Mask:
    return _full(grids()[1] - random.between(12, 19) >= 0)


def _lower(random: Stream) -> Mask:
    return _full(grids()[0] - random.between(12, 19) >= 0)


def _quarters(random: Stream) -> Mask:
    return _right(random) ^ _lower(random)


def _disc(random: Stream) -> Mask:
    return disc_mask(random.between(12, 19), random.between(12, 19), 11)


def _belt(random: Stream) -> Mask:
    return _full((grids()[0] - random.between(8, 13)) // 10 == 0)


def _full(mask: Mask) -> Mask:
    """Return a mask of one row or one column spread over the picture."""
    return np.broadcast_to(mask, (SIZE, SIZE))


@dataclass(frozen=True)
class Tone:
    """A tone: its colour scheme, how it inks letters, and what it adds in the end."""

    inks: Inks
    finish: Finish
    draw_scheme: Callable[[Palette, Stream], Scheme] = draw_any


TONES: dict[str, Tone] = {
    "normal": Tone(_one, _leave, draw_dark),
    "inverted": Tone(_one, _leave, draw_light),
    "two-tone": Tone(_two_tone, _changing(_right)),
    "split": Tone(_split, _changing(_lower)),
    "sunrise": Tone(_sunrise, _changing(_disc)),
    "confetti": Tone(_confetti, _changing(_quarters)),
    "chrome": Tone(_chrome, _changing(_belt)),
    "gold": Tone(_gold, _glint, draw_gold),
}
