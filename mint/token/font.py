"""Bitmap fonts: glyph masks, measuring, and cutting a glyph to any size.

A font is a picture of its glyphs in text (see ``fonts/``). Glyphs grow in two ways that keep every edge crisp: by whole scales, and
by repeating the rows and the columns that cross only stems, which makes letters tall or wide while their strokes stay as thick as
they are. Nothing here knows where letters stand or what colour they have.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from mint.token.raster import Mask, bitmap

HEART = "\u2665"
# Texts are plain ASCII; the heart is written as people type it.
_LIGATURES = (("<3", HEART),)
_MIN_STRETCHED_WIDTH = 3


class Cut(NamedTuple):
    """How a glyph is cut: pixels per column and per row of cells, then the columns and rows of pixels added to it."""

    x: int = 1
    y: int = 1
    wide: int = 0
    tall: int = 0


PLAIN = Cut()


@dataclass(frozen=True, eq=False)
class Font:
    """A hand-drawn bitmap font without a difference of case.

    ``art`` holds blocks of glyphs side by side: a line with their characters, then ``height`` lines of cells. ``stretch`` are
    the two rows, one in the upper and one in the lower half, that repeat where letters grow taller. ``space`` is the width of a
    blank, in cells. ``broad`` is how many times as wide as high its cells may become.
    """

    name: str
    art: str
    height: int
    stretch: tuple[int, int]
    space: int = 2
    broad: int = 2

    @cached_property
    def glyphs(self) -> dict[str, Mask]:
        """The mask (height, width) of every character."""
        lines = [line.split() for line in self.art.splitlines() if line.strip()]
        glyphs: dict[str, Mask] = {" ": np.zeros((self.height, self.space), bool)}
        for start in range(0, len(lines), self.height + 1):
            for column, char in enumerate(lines[start]):
                glyphs[char] = bitmap([line[column] for line in lines[start + 1 : start + 1 + self.height]])
        return glyphs

    def rows(self, text: str) -> tuple[int, int]:
        """Return the first row that any glyph of a text touches, and the row after the last."""
        return _measure(self, text)[0]

    def width(self, text: str) -> int:
        """Return the width of a line in cells, one cell between glyphs."""
        return _measure(self, text)[1]

    def num_widening(self, text: str) -> int:
        """Return how many glyphs of a line become wider when it does; dots and single strokes do not."""
        return _measure(self, text)[2]

    def glyph(self, char: str, cut: Cut, rows: tuple[int, int] | None = None) -> Mask:
        """Return the mask of a glyph cut to size, only the given rows of it; shared, so never to be written to."""
        return _cut_glyph(self, char, cut, rows or (0, self.height))


def fold(text: str) -> str:
    """Return the characters with which fonts write an ASCII text."""
    for typed, drawn in _LIGATURES:
        text = text.replace(typed, drawn)
    return text.upper()


def render(font: Font, text: str, cut: Cut = PLAIN) -> Mask:
    """Return the mask of one line of text, as high as the font."""
    glyphs = [font.glyph(char, cut) for char in fold(text)]
    gap = np.zeros((glyphs[0].shape[0], cut.x), bool)
    return np.concatenate([part for glyph in glyphs for part in (gap, glyph)][1:], axis=1)


@lru_cache(maxsize=16384)
def _measure(font: Font, text: str) -> tuple[tuple[int, int], int, int]:
    masks = [font.glyphs[char] for char in text]
    touched = np.flatnonzero(np.any([mask.any(axis=1) for mask in masks], axis=0))
    rows = (int(touched[0]), int(touched[-1]) + 1)
    num_widening = sum(char != " " and mask.shape[1] >= _MIN_STRETCHED_WIDTH for char, mask in zip(text, masks, strict=True))
    return rows, sum(mask.shape[1] for mask in masks) + len(text) - 1, num_widening


@lru_cache(maxsize=8192)
def _cut_glyph(font: Font, char: str, cut: Cut, rows: tuple[int, int]) -> Mask:
    mask = font.glyphs[char]
    tall = [cut.y] * font.height
    upper, lower = font.stretch
    tall[upper] += cut.tall // 2
    tall[lower] += cut.tall - cut.tall // 2
    top, bottom = rows
    mask = np.repeat(mask[top:bottom], tall[top:bottom], axis=0)
    mask = np.repeat(mask, _column_counts(font, char, cut), axis=1)
    mask.flags.writeable = False
    return mask


def _column_counts(font: Font, char: str, cut: Cut) -> Sequence[int]:
    """Return how often each column stands in the cut glyph."""
    ink = font.glyphs[char].sum(axis=0).tolist()
    last = len(ink) - 1
    counts = [cut.x] * len(ink)
    if char == " " or not (cut.wide and font.num_widening(char)):
        return counts
    # The emptiest inner column grows, with its mirror image if that is as empty: arms and bars, so that stems keep their weight.
    column = min(range(1, last), key=lambda i: (ink[i], abs(2 * i - last)))
    if 3 * ink[column] >= 2 * max(ink):
        column = 0
    twin = last - column
    if abs(ink[twin] - ink[column]) > 1:
        twin = column
    counts[column] += cut.wide - cut.wide // 2
    counts[twin] += cut.wide // 2
    return counts
