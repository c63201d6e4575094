"""Frames: the border around a text, and the box that remains for the text."""

from collections.abc import Callable
from dataclasses import dataclass

from mint.token import raster
from mint.token.families.text.text_colors import TextColors
from mint.token.families.text.typesetting import TextBox
from mint.token.raster import SIZE, Pixels

_LAST = SIZE - 1


@dataclass(frozen=True)
class TextFrame:
    """A frame: the box left for the text, and how to draw it."""

    box: TextBox
    draw: Callable[[Pixels, TextColors, int], None]


def _inset(by: int) -> TextBox:
    return TextBox(by, by, SIZE - 2 * by, SIZE - 2 * by)


def _none(pixels: Pixels, colors: TextColors, index: int) -> None:
    """Draw nothing."""


def _line(pixels: Pixels, colors: TextColors, index: int) -> None:
    raster.frame(pixels, 0, 0, SIZE, SIZE, index)


def _double(pixels: Pixels, colors: TextColors, index: int) -> None:
    raster.frame(pixels, 1, 1, SIZE - 2, SIZE - 2, colors.background)
    raster.frame(pixels, 0, 0, SIZE, SIZE, index)
    raster.frame(pixels, 2, 2, SIZE - 4, SIZE - 4, index)


def _corners(pixels: Pixels, colors: TextColors, index: int) -> None:
    reach = 6
    _line(pixels, colors, index)
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        edge[reach:-reach] = colors.background


def _rounded(pixels: Pixels, colors: TextColors, index: int) -> None:
    """Draw a line with filled, rounded corners."""
    _line(pixels, colors, index)
    for dx, dy in ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3)):
        for x in (dx, _LAST - dx):
            raster.dots(pixels, ((x, dy), (x, _LAST - dy)), index)


def _dashed(pixels: Pixels, colors: TextColors, index: int) -> None:
    _line(pixels, colors, index)
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        edge.reshape(8, 4)[:, 1:3] = colors.background


def _ornate(pixels: Pixels, colors: TextColors, index: int) -> None:
    """Draw a line with a flower in each corner and a pearl in the middle of each side."""
    raster.frame(pixels, 1, 1, SIZE - 2, SIZE - 2, index)
    flower = raster.bitmap((".#.#.", "##.##", "..#..", "##.##", ".#.#."))
    for x in (0, SIZE - 5):
        for y in (0, SIZE - 5):
            raster.rect(pixels, x, y, 5, 5, colors.background)
            raster.stamp(pixels, flower, x, y, index)
            raster.dot(pixels, x + 2, y + 2, colors.accent)
    for x, y in ((14, 0), (14, SIZE - 3), (0, 14), (SIZE - 3, 14)):
        raster.rect(pixels, x, y, 4 if x == 14 else 3, 4 if y == 14 else 3, colors.accent)
        raster.rect(pixels, x + 1, y + 1, 2 if x == 14 else 1, 2 if y == 14 else 1, colors.background)


def _checkered(pixels: Pixels, colors: TextColors, index: int) -> None:
    cells = raster.checker(cell=2)
    cells[2:-2, 2:-2] = False
    for inset in (0, 1):
        raster.frame(pixels, inset, inset, SIZE - 2 * inset, SIZE - 2 * inset, colors.background)
    pixels[cells] = index


def _marquee(pixels: Pixels, colors: TextColors, index: int) -> None:
    """Draw a row of bulbs, every other one in the accent colour."""
    for inset in (0, 1):
        raster.frame(pixels, inset, inset, SIZE - 2 * inset, SIZE - 2 * inset, colors.background)
    for number, place in enumerate(range(0, SIZE, 5)):
        color = (index, colors.accent)[number % 2]
        for x, y in ((place, 0), (place, SIZE - 2), (0, place), (SIZE - 2, place)):
            raster.rect(pixels, x, y, 2, 2, color)


def _film(pixels: Pixels, colors: TextColors, index: int) -> None:
    """Draw the perforated edges of a film strip."""
    for y in (0, SIZE - 3):
        raster.rect(pixels, 0, y, SIZE, 3, index)
        for x in range(1, SIZE, 4):
            raster.rect(pixels, x, y + 1, 2, 1, colors.background)


def _window(pixels: Pixels, colors: TextColors, index: int) -> None:
    """Draw a window of an old desktop: a striped title bar with a close box."""
    raster.frame(pixels, 0, 0, SIZE, SIZE, index)
    raster.rect(pixels, 1, 1, SIZE - 2, 3, colors.background)
    raster.rect(pixels, 2, 1, 3, 3, colors.accent)
    raster.dot(pixels, 3, 2, colors.background)
    for y in (1, 3):
        raster.rect(pixels, 6, y, SIZE - 8, 1, colors.accent)
    raster.rect(pixels, 0, 4, SIZE, 1, index)


FRAMES: dict[str, TextFrame] = {
    "none": TextFrame(_inset(1), _none),
    "line": TextFrame(_inset(2), _line),
    "corners": TextFrame(_inset(2), _corners),
    "dashed": TextFrame(_inset(2), _dashed),
    "rounded": TextFrame(_inset(3), _rounded),
    "double": TextFrame(_inset(4), _double),
    "checkered": TextFrame(_inset(3), _checkered),
    "film": TextFrame(TextBox(1, 4, 30, 24), _film),
    "window": TextFrame(TextBox(2, 6, 28, 24), _window),
    "ornate": TextFrame(_inset(4), _ornate),
    "marquee": TextFrame(_inset(3), _marquee),
}
