"""Frames: what runs round the text, and the box it leaves."""

from collections.abc import Callable
from dataclasses import dataclass

from mint.token import raster
from mint.token.families.text.scheme import Scheme
from mint.token.families.text.setting import Box
from mint.token.raster import SIZE, Pixels

_LAST = SIZE - 1


@dataclass(frozen=True)
class Frame:
    """A frame: the box left for the text, and how to draw it."""

    box: Box
    draw: Callable[[Pixels, Scheme, int], None]


def _inset(by: int) -> Box:
    return Box(by, by, SIZE - 2 * by, SIZE - 2 * by)


def _none(pixels: Pixels, scheme: Scheme, index: int) -> None:
    """Draw nothing."""


def _line(pixels: Pixels, scheme: Scheme, index: int) -> None:
    raster.frame(pixels, 0, 0, SIZE, SIZE, index)


def _double(pixels: Pixels, scheme: Scheme, index: int) -> None:
    raster.frame(pixels, 1, 1, SIZE - 2, SIZE - 2, scheme.paper)
    raster.frame(pixels, 0, 0, SIZE, SIZE, index)
    raster.frame(pixels, 2, 2, SIZE - 4, SIZE - 4, index)


def _corners(pixels: Pixels, scheme: Scheme, index: int) -> None:
    reach = 6
    _line(pixels, scheme, index)
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        edge[reach:-reach] = scheme.paper


def _rounded(pixels: Pixels, scheme: Scheme, index: int) -> None:
    """Cut the corners off a thick line: outside of it is the frame's colour as well."""
    _line(pixels, scheme, index)
    for dx, dy in ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3)):
        for x in (dx, _LAST - dx):
            raster.dots(pixels, ((x, dy), (x, _LAST - dy)), index)


def _dashed(pixels: Pixels, scheme: Scheme, index: int) -> None:
    _line(pixels, scheme, index)
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        edge.reshape(8, 4)[:, 1:3] = scheme.paper


def _ornate(pixels: Pixels, scheme: Scheme, index: int) -> None:
    """Draw a line with a flower in each corner and a pearl in the middle of each side."""
    raster.frame(pixels, 1, 1, SIZE - 2, SIZE - 2, index)
    flower = raster.bitmap((".#.#.", "##.##", "..#..", "##.##", ".#.#."))
    for x in (0, SIZE - 5):
        for y in (0, SIZE - 5):
            raster.rect(pixels, x, y, 5, 5, scheme.paper)
            raster.stamp(pixels, flower, x, y, index)
            raster.dot(pixels, x + 2, y + 2, scheme.accent)
    for x, y in ((14, 0), (14, SIZE - 3), (0, 14), (SIZE - 3, 14)):
        raster.rect(pixels, x, y, 4 if x == 14 else 3, 4 if y == 14 else 3, scheme.accent)
        raster.rect(pixels, x + 1, y + 1, 2 if x == 14 else 1, 2 if y == 14 else 1, scheme.paper)


def _checkered(pixels: Pixels, scheme: Scheme, index: int) -> None:
    cells = raster.checker(cell=2)
    cells[2:-2, 2:-2] = False
    for inset in (0, 1):
        raster.frame(pixels, inset, inset, SIZE - 2 * inset, SIZE - 2 * inset, scheme.paper)
    pixels[cells] = index


def _marquee(pixels: Pixels, scheme: Scheme, index: int) -> None:
    """Draw a band of bulbs, every other one lit in the accent."""
    for inset in (0, 1):
        raster.frame(pixels, inset, inset, SIZE - 2 * inset, SIZE - 2 * inset, scheme.paper)
    for number, place in enumerate(range(0, SIZE, 5)):
        color = (index, scheme.accent)[number % 2]
        for x, y in ((place, 0), (place, SIZE - 2), (0, place), (SIZE - 2, place)):
            raster.rect(pixels, x, y, 2, 2, color)


def _film(pixels: Pixels, scheme: Scheme, index: int) -> None:
    """Draw the perforated edges of a film."""
    for y in (0, SIZE - 3):
        raster.rect(pixels, 0, y, SIZE, 3, index)
        for x in range(1, SIZE, 4):
            raster.rect(pixels, x, y + 1, 2, 1, scheme.paper)


def _window(pixels: Pixels, scheme: Scheme, index: int) -> None:
    """Draw a window of an old desktop: a title bar with stripes, and a box to close it."""
    raster.frame(pixels, 0, 0, SIZE, SIZE, index)
    raster.rect(pixels, 1, 1, SIZE - 2, 3, scheme.paper)
    raster.rect(pixels, 2, 1, 3, 3, scheme.accent)
    raster.dot(pixels, 3, 2, scheme.paper)
    for y in (1, 3):
        raster.rect(pixels, 6, y, SIZE - 8, 1, scheme.accent)
    raster.rect(pixels, 0, 4, SIZE, 1, index)


FRAMES: dict[str, Frame] = {
    "none": Frame(_inset(1), _none),
    "line": Frame(_inset(2), _line),
    "corners": Frame(_inset(2), _corners),
    "dashed": Frame(_inset(2), _dashed),
    "rounded": Frame(_inset(3), _rounded),
    "double": Frame(_inset(4), _double),
    "checkered": Frame(_inset(3), _checkered),
    "film": Frame(Box(1, 4, 30, 24), _film),
    "window": Frame(Box(2, 6, 28, 24), _window),
    "ornate": Frame(_inset(4), _ornate),
    "marquee": Frame(_inset(3), _marquee),
}
