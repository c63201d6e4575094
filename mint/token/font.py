"""Bitmap fonts: glyph masks, text measurement, and resized glyphs.

A font is defined by text art of its glyphs (see ``fonts/``). Glyphs are enlarged in two ways that keep every edge crisp: by integer
scales, and by repeating rows and columns that cross only stems, which makes letters taller or wider without thickening their
strokes. Layout and colour are not handled here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from mint.token.raster import Mask, bitmap

HEART = "\u2665"
# Texts are plain ASCII; a heart is typed as <3.
_LIGATURES = (("<3", HEART),)
_MIN_STRETCHABLE_WIDTH = 3


class GlyphMetrics(NamedTuple):
    """The first row of a glyph that has ink and the row after the last (0 and 0 without ink), and its width, in cells."""

    top: int
    bottom: int
    width: int


class GlyphSize(NamedTuple):
    """The size of a glyph: pixels per cell in x and y, and the columns and rows of pixels added by stretching."""

    scale_x: int = 1
    scale_y: int = 1
    extra_width: int = 0
    extra_height: int = 0


NATIVE_SIZE = GlyphSize()


@dataclass(frozen=True, eq=False)
class Font:
    """A hand-drawn bitmap font that does not distinguish case.

    ``art`` contains blocks of glyphs side by side: a line with their characters, then ``height`` lines of cells. ``stretch_rows``
    are the two rows, one in the upper and one in the lower half, that are repeated to make letters taller. ``space_width`` is the
    width of a space, in cells. ``max_aspect`` is the largest allowed ratio of cell width to cell height.
    """

    name: str
    art: str
    height: int
    stretch_rows: tuple[int, int]
    space_width: int = 2
    max_aspect: int = 2

    @cached_property
    def glyphs(self) -> dict[str, Mask]:
        """The mask (height, width) of every character."""
        lines = [line.split() for line in self.art.splitlines() if line.strip()]
        glyphs: dict[str, Mask] = {" ": np.zeros((self.height, self.space_width), bool)}
        for start in range(0, len(lines), self.height + 1):
            for column, char in enumerate(lines[start]):
                glyphs[char] = bitmap([line[column] for line in lines[start + 1 : start + 1 + self.height]])
        return glyphs

    @cached_property
    def metrics(self) -> dict[str, GlyphMetrics]:
        """The measures of every character."""
        return {char: _glyph_metrics(mask) for char, mask in self.glyphs.items()}

    def rows(self, text: str) -> tuple[int, int]:
        """Return the first row that any glyph of a text uses, and the row after the last."""
        return _measure(self, text)[0]

    def width(self, text: str) -> int:
        """Return the width of a line in cells, with one cell between glyphs."""
        return _measure(self, text)[1]

    def num_stretchable(self, text: str) -> int:
        """Return how many glyphs of a line can be stretched in width; dots and single strokes cannot."""
        return _measure(self, text)[2]

    def glyph(self, char: str, size: GlyphSize, rows: tuple[int, int] | None = None) -> Mask:
        """Return the mask of a resized glyph, cropped to the given rows. The array is cached and read-only."""
        return _resized_glyph(self, char, size, rows or (0, self.height))


def to_glyphs(text: str) -> str:
    """Return an ASCII text in the characters of the fonts: upper case, with ligatures."""
    for typed, drawn in _LIGATURES:
        text = text.replace(typed, drawn)
    return text.upper()


def render(font: Font, text: str, size: GlyphSize = NATIVE_SIZE) -> Mask:
    """Return the mask of one line of text at full font height."""
    glyphs = [font.glyph(char, size) for char in to_glyphs(text)]
    gap = np.zeros((glyphs[0].shape[0], size.scale_x), bool)
    return np.concatenate([part for glyph in glyphs for part in (gap, glyph)][1:], axis=1)


@lru_cache(maxsize=16384)
def _measure(font: Font, text: str) -> tuple[tuple[int, int], int, int]:
    metrics = [font.metrics[char] for char in text]
    inked = [glyph for glyph in metrics if glyph.bottom]
    rows = (min(glyph.top for glyph in inked), max(glyph.bottom for glyph in inked))
    num_stretchable = sum(char != " " and glyph.width >= _MIN_STRETCHABLE_WIDTH for char, glyph in zip(text, metrics, strict=True))
    return rows, sum(glyph.width for glyph in metrics) + len(text) - 1, num_stretchable


def _glyph_metrics(mask: Mask) -> GlyphMetrics:
    used = np.flatnonzero(mask.any(axis=1)).tolist()
    return GlyphMetrics(used[0], used[-1] + 1, mask.shape[1]) if used else GlyphMetrics(0, 0, mask.shape[1])


@lru_cache(maxsize=8192)
def _resized_glyph(font: Font, char: str, size: GlyphSize, rows: tuple[int, int]) -> Mask:
    mask = font.glyphs[char]
    row_counts = [size.scale_y] * font.height
    upper, lower = font.stretch_rows
    row_counts[upper] += size.extra_height // 2
    row_counts[lower] += size.extra_height - size.extra_height // 2
    top, bottom = rows
    mask = np.repeat(mask[top:bottom], row_counts[top:bottom], axis=0)
    mask = np.repeat(mask, _column_counts(font, char, size), axis=1)
    mask.flags.writeable = False
    return mask


def _column_counts(font: Font, char: str, size: GlyphSize) -> Sequence[int]:
    """Return how many times each column is repeated in the resized glyph."""
    ink = font.glyphs[char].sum(axis=0).tolist()
    last = len(ink) - 1
    counts = [size.scale_x] * len(ink)
    if char == " " or not (size.extra_width and font.num_stretchable(char)):
        return counts
    # Repeats the emptiest inner column (arms and bars, not stems), and its mirror image if that is as empty.
    column = min(range(1, last), key=lambda i: (ink[i], abs(2 * i - last)))
    if 3 * ink[column] >= 2 * max(ink):
        column = 0
    twin = last - column
    if abs(ink[twin] - ink[column]) > 1:
        twin = column
    counts[column] += size.extra_width - size.extra_width // 2
    counts[twin] += size.extra_width // 2
    return counts
