"""Setting type: where a text may break, how large its letters can be cut, and the letters set in place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mint.token.font import Font, GlyphSize, to_glyphs
from mint.token.random import Stream
from mint.token.raster import Mask

# Pixels per cell at most: beyond, letters are blocks rather than drawings.
MAX_SCALE = 4


class Box(NamedTuple):
    """A rectangle of the picture: its top left pixel and its size."""

    x: int
    y: int
    width: int
    height: int


class Letter(NamedTuple):
    """A letter cut to size and set in place; ``line`` is the number of its line."""

    char: str
    mask: Mask
    x: int
    y: int
    line: int


class Setting(NamedTuple):
    """A text set in a box: its letters in reading order, a box left free for an emblem, and a rule to be drawn."""

    letters: tuple[Letter, ...]
    spare: Box | None = None
    rule: Box | None = None


@dataclass(frozen=True)
class Layout:
    """One way to set a text in a box; ``set`` may only be called with what ``fits``, and fits any larger box as well."""

    fits: Callable[[str, Font, Box], bool]
    set: Callable[[str, Font, Box, Stream], Setting]


@lru_cache(maxsize=1024)
def breakings(text: str) -> tuple[tuple[str, ...], ...]:
    """Return all ways to break a text into lines, in the characters that fonts draw."""
    if " / " in text:
        return (tuple(to_glyphs(text.replace("|", "")).split(" / ")),)
    ways: list[tuple[str, ...]] = [("",)]
    for char in to_glyphs(text):
        broken = [(*way, "") for way in ways] if char in " |" else []
        joined = "" if char == "|" else char
        ways = [(*way[:-1], way[-1] + joined) for way in ways] + broken
    return tuple(ways)


def cut_lines(font: Font, lines: Sequence[str], width: int, height: int) -> GlyphSize | None:
    """Return the largest cut with which the lines fill a box without leaving it, or None if even the smallest is too large."""
    top, bottom = font.rows("".join(lines))
    rows = bottom - top
    # Lines are parted by as many pixels as strokes are thick, except that nothing follows the last.
    scale = min(width // max(map(font.width, lines)), height // (len(lines) * (rows + 1) - 1), MAX_SCALE)
    if not scale:
        return None
    room = [(width - scale * font.width(line)) // count for line in lines if (count := font.num_stretchable(line))]
    tall = (height - (len(lines) - 1) * scale) // len(lines) - scale * rows
    return GlyphSize(scale, scale, min([*room, scale * (font.height // 3)]) if room else 0, min(tall, scale * rows))


def drawn_width(font: Font, line: str, cut: GlyphSize) -> int:
    """Return how many pixels wide a line is drawn."""
    return cut.scale_x * font.width(line) + cut.extra_width * font.num_stretchable(line)


def drawn_height(font: Font, text: str, cut: GlyphSize) -> int:
    """Return how many pixels high a line is drawn, trimmed to the rows that the whole text touches."""
    top, bottom = font.rows(text)
    return cut.scale_y * (bottom - top) + cut.extra_height


def set_line(font: Font, line: str, cut: GlyphSize, x: int, y: int, number: int, rows: tuple[int, int]) -> list[Letter]:
    """Set one line from its top left pixel on."""
    letters = []
    for char in line:
        mask = font.glyph(char, cut, rows)
        if char != " ":
            letters.append(Letter(char, mask, x, y, number))
        x += mask.shape[1] + cut.scale_x
    return letters


def words_of(text: str) -> list[str]:
    """Return the words of a text, in the characters that fonts draw."""
    return to_glyphs(text.replace("|", "").replace(" / ", " ")).split(" ")


def cut_row(font: Font, word: str, width: int, height: int) -> GlyphSize | None:
    """Return the largest cut with which one line fits a box, or None."""
    return cut_lines(font, (word,), width, height)


def cut_cell(font: Font, chars: str, width: int, height: int, num_rows: int) -> GlyphSize | None:
    """Return the largest cut with which single letters fit a column of cells one below the other, or None.

    Cells are often far wider than high, so letters may be cut half as broad again as high.
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
