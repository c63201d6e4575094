"""Typesetting: line breaks, the largest glyph size that fits, and the positions of letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mint.token.font import Font, GlyphSize, to_glyphs
from mint.token.random import Stream
from mint.token.raster import Mask

# Largest number of pixels per cell: at higher scales, letters look like blocks.
MAX_SCALE = 4


class TextBox(NamedTuple):
    """A rectangle of the picture: its top left pixel and its size."""

    x: int
    y: int
    width: int
    height: int


class PlacedLetter(NamedTuple):
    """A resized letter at its position; ``line`` is its line number."""

    char: str
    mask: Mask
    x: int
    y: int
    line: int


class TypesetText(NamedTuple):
    """A text set in a box: its letters in reading order, a free box for an emblem, and a rule to draw."""

    letters: tuple[PlacedLetter, ...]
    emblem_box: TextBox | None = None
    rule: TextBox | None = None


@dataclass(frozen=True)
class TextLayout:
    """One way to set a text in a box.

    ``typeset`` may be called only if ``fits`` is true for the box or for a smaller one.
    """

    fits: Callable[[str, Font, TextBox], bool]
    typeset: Callable[[str, Font, TextBox, Stream], TypesetText]


@lru_cache(maxsize=1024)
def line_breaks(text: str) -> tuple[tuple[str, ...], ...]:
    """Return all ways to break a text into lines, in the characters of the fonts."""
    if " / " in text:
        return (tuple(to_glyphs(text.replace("|", "")).split(" / ")),)
    options: list[tuple[str, ...]] = [("",)]
    for char in to_glyphs(text):
        broken = [(*option, "") for option in options] if char in " |" else []
        joined = "" if char == "|" else char
        options = [(*option[:-1], option[-1] + joined) for option in options] + broken
    return tuple(options)


def fit_lines(font: Font, lines: Sequence[str], width: int, height: int) -> GlyphSize | None:
    """Return the largest glyph size with which the lines fit in a box, or None if even the smallest is too large."""
    top, bottom = font.rows("".join(lines))
    rows = bottom - top
    # The gap between lines is as large as the strokes are thick; the last line needs none.
    scale = min(width // max(map(font.width, lines)), height // (len(lines) * (rows + 1) - 1), MAX_SCALE)
    if not scale:
        return None
    room = [(width - scale * font.width(line)) // count for line in lines if (count := font.num_stretchable(line))]
    tall = (height - (len(lines) - 1) * scale) // len(lines) - scale * rows
    return GlyphSize(scale, scale, min([*room, scale * (font.height // 3)]) if room else 0, min(tall, scale * rows))


def line_width(font: Font, line: str, size: GlyphSize) -> int:
    """Return the width of a line in pixels."""
    return size.scale_x * font.width(line) + size.extra_width * font.num_stretchable(line)


def line_height(font: Font, text: str, size: GlyphSize) -> int:
    """Return the height of a line in pixels, trimmed to the rows that the whole text uses."""
    top, bottom = font.rows(text)
    return size.scale_y * (bottom - top) + size.extra_height


def place_line(font: Font, line: str, size: GlyphSize, x: int, y: int, number: int, rows: tuple[int, int]) -> list[PlacedLetter]:
    """Place the letters of one line, starting at its top left pixel (x, y)."""
    letters = []
    for char in line:
        mask = font.glyph(char, size, rows)
        if char != " ":
            letters.append(PlacedLetter(char, mask, x, y, number))
        x += mask.shape[1] + size.scale_x
    return letters


def words_of(text: str) -> list[str]:
    """Return the words of a text, in the characters of the fonts."""
    return to_glyphs(text.replace("|", "").replace(" / ", " ")).split(" ")


def fit_row(font: Font, word: str, width: int, height: int) -> GlyphSize | None:
    """Return the largest glyph size with which one line fits in a box, or None."""
    return fit_lines(font, (word,), width, height)


def fit_cells(font: Font, chars: str, width: int, height: int, num_rows: int) -> GlyphSize | None:
    """Return the largest glyph size with which single letters fit in a column of num_rows cells, or None.

    Cells are often much wider than high, so letters may be up to one and a half times as wide as their cell is high.
    """
    top, bottom = font.rows(chars)
    rows = bottom - top
    widest = max(font.width(char) for char in chars)
    cell = (height - num_rows + 1) // num_rows
    y = min(cell // rows, MAX_SCALE)
    width = min(width, cell * 3 // 2)
    x = min(width // widest, font.max_aspect * y)
    if not (x and y):
        return None
    return GlyphSize(x, y, min(width - x * widest, x * (font.height // 3)), min(cell - y * rows, y * rows))
