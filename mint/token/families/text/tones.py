"""Tones: the colours of the letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mint.token.families.text.text_colors import TextColors, choose_dark_on_light, choose_either, choose_gold, choose_light_on_dark
from mint.token.families.text.typesetting import PlacedLetter
from mint.token.palette import MAX_COLORS, Palette
from mint.token.random import Stream
from mint.token.raster import SIZE, Mask, Pixels, blank, disc_mask, dots, grids, rect

# Returns a picture of colours, which is shown only through the mask of the letters.
LetterColoring = Callable[[Sequence[PlacedLetter], TextColors, Palette, Stream], Pixels]
# Changes the picture after its letters are drawn.
LetterFinish = Callable[[Pixels, Sequence[PlacedLetter], TextColors, Stream], None]


def _single_accent(letters: Sequence[PlacedLetter], colors: TextColors, palette: Palette, random: Stream) -> Pixels:
    """Draw one letter in the accent colour, the first, the last or any, and all others in the foreground colour."""
    last = len(letters) - 1
    shades = [colors.foreground] * len(letters)
    shades[random.choice((0, last, random.below(len(letters))))] = colors.accent
    return _per_letter(letters, shades)


def _two_tone(letters: Sequence[PlacedLetter], colors: TextColors, palette: Palette, random: Stream) -> Pixels:
    """Alternate the colour from line to line, or change it half way through a single line."""
    half = (len(letters) + 1) // 2
    lines = letters[-1].line
    pair = (colors.foreground, colors.accent)
    return _per_letter(letters, [pair[letter.line % 2 if lines else number // half] for number, letter in enumerate(letters)])


def _confetti(letters: Sequence[PlacedLetter], colors: TextColors, palette: Palette, random: Stream) -> Pixels:
    """Cycle through the colours letter by letter."""
    shades = colors.foregrounds[:6]
    shift = random.below(len(shades))
    return _per_letter(letters, [shades[(number + shift) % len(shades)] for number in range(len(letters))])


def _split(letters: Sequence[PlacedLetter], colors: TextColors, palette: Palette, random: Stream) -> Pixels:
    """Change the colour half way down every letter."""
    pixels = blank(colors.foreground)
    for letter in letters:
        high, wide = letter.mask.shape
        rect(pixels, letter.x, letter.y + high // 2, wide, high - high // 2, colors.accent)
    return pixels


def _sunrise(letters: Sequence[PlacedLetter], colors: TextColors, palette: Palette, random: Stream) -> Pixels:
    """Draw a gradient over the height of the text; two colours alternate back to the first."""
    shades = sorted(colors.foregrounds[:4], key=lambda index: palette.luma[index])
    if len(shades) == 2:
        shades.append(shades[0])
    top = min(letter.y for letter in letters)
    bottom = max(letter.y + letter.mask.shape[0] for letter in letters)
    pixels = blank(shades[0])
    _fill_rows(pixels, top, bottom - top, shades if random.chance(1, 2) else shades[::-1])
    return pixels


def _chrome(letters: Sequence[PlacedLetter], colors: TextColors, palette: Palette, random: Stream) -> Pixels:
    """Draw a chrome reflection in every letter: a hard horizon, brightest just below it."""
    shades = sorted(colors.foregrounds[:4], key=lambda index: palette.luma[index])
    return _per_line(letters, [shades[-1], shades[len(shades) // 2], shades[0], shades[-1], shades[-1], shades[len(shades) // 2]])


def _gold(letters: Sequence[PlacedLetter], colors: TextColors, palette: Palette, random: Stream) -> Pixels:
    """Draw every letter in gold, with a highlight across the middle."""
    lamp, light, clay = (*colors.foregrounds, *colors.foregrounds[-1:] * 2)[:3]
    return _per_line(letters, [light, lamp, lamp, light, clay, lamp])


def _per_line(letters: Sequence[PlacedLetter], shades: Sequence[int]) -> Pixels:
    """Fill each letter with the shades from top to bottom."""
    pixels = blank(shades[0])
    for letter in letters:
        high, wide = letter.mask.shape
        _fill_rows(pixels[:, letter.x : letter.x + wide], letter.y, high, shades)
    return pixels


def _fill_rows(pixels: Pixels, top: int, height: int, shades: Sequence[int]) -> None:
    rows = np.arange(height) * len(shades) // height
    pixels[top : top + height] = np.array(shades, np.uint8)[rows][:, None]


def _per_letter(letters: Sequence[PlacedLetter], shades: Sequence[int]) -> Pixels:
    pixels = blank(shades[0])
    for letter, color in zip(letters, shades, strict=True):
        high, wide = letter.mask.shape
        rect(pixels, letter.x, letter.y, wide, high, color)
    return pixels


def _no_finish(pixels: Pixels, letters: Sequence[PlacedLetter], colors: TextColors, random: Stream) -> None:
    """Add nothing."""


def _glints(pixels: Pixels, letters: Sequence[PlacedLetter], colors: TextColors, random: Stream) -> None:
    """Draw a highlight on the upper right corner of the first and of the last letter."""
    for letter in (letters[0], letters[-1]):
        x, y = letter.x + letter.mask.shape[1] - 1, letter.y
        dots(pixels, ((x, y), (x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)), colors.accent)


def _inverted_in(where: Callable[[Stream], Mask]) -> LetterFinish:
    """Return a finish for a single foreground colour that swaps foreground and background in a region."""

    def finish(pixels: Pixels, letters: Sequence[PlacedLetter], colors: TextColors, random: Stream) -> None:
        if len(colors.foregrounds) == 1:
            region = where(random)
            table = np.full(MAX_COLORS, colors.foreground, np.uint8)
            table[colors.foreground] = colors.background
            pixels[region] = table[pixels[region]]

    return finish


def _right_part(random: Stream) -> Mask:
    return _broadcast(grids()[1] - random.between(12, 19) >= 0)


def _lower_part(random: Stream) -> Mask:
    return _broadcast(grids()[0] - random.between(12, 19) >= 0)


def _quarters(random: Stream) -> Mask:
    return _right_part(random) ^ _lower_part(random)


def _disc(random: Stream) -> Mask:
    return disc_mask(random.between(12, 19), random.between(12, 19), 11)


def _band(random: Stream) -> Mask:
    return _broadcast((grids()[0] - random.between(8, 13)) // 10 == 0)


def _broadcast(mask: Mask) -> Mask:
    """Broadcast a mask of one row or one column to the whole picture."""
    return np.broadcast_to(mask, (SIZE, SIZE))


@dataclass(frozen=True)
class TextTone:
    """A tone: how it colours letters, its finish, and how it chooses text colours."""

    color_letters: LetterColoring
    finish: LetterFinish
    choose_colors: Callable[[Palette, Stream], TextColors] = choose_either


TONES: dict[str, TextTone] = {
    "normal": TextTone(_single_accent, _no_finish, choose_light_on_dark),
    "inverted": TextTone(_single_accent, _no_finish, choose_dark_on_light),
    "two-tone": TextTone(_two_tone, _inverted_in(_right_part)),
    "split": TextTone(_split, _inverted_in(_lower_part)),
    "sunrise": TextTone(_sunrise, _inverted_in(_disc)),
    "confetti": TextTone(_confetti, _inverted_in(_quarters)),
    "chrome": TextTone(_chrome, _inverted_in(_band)),
    "gold": TextTone(_gold, _glints, choose_gold),
}
