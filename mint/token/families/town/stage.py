"""The stage a town is built on: a sky behind, a front that silhouettes stand out in, and panes that are lit at the end."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mint.token.families.town.paint import paint_of
from mint.token.families.town.sprites import LETTERS, Sprite, place
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import Mask, Pixels, blank, rect

# Pixels of the front that are no colour yet: nothing, and window panes.
CLEAR: Final = 255
PANE: Final = 254


class Stage:
    """A picture being painted: ``back`` is the sky, ``front`` all that stands before it (CLEAR where nothing does)."""

    __slots__ = ("back", "body", "front", "ground", "ink", "inks", "paint", "random", "spout", "values")

    def __init__(self, values: Mapping[str, str], random: Stream, palette: Palette) -> None:
        self.values = values
        self.random = random
        self.paint = paint_of(palette, values["sky"])
        self.inks = self.paint.inks
        self.back = blank(self.paint.sky[0])
        self.front = blank(CLEAR)
        self.ground = 23  # the first row of the ground
        # Where a scene lets a waterfall spring: its left column and its top row.
        self.spout: tuple[int, int] | None = None
        self.body = (16, 7, 0)  # x, y and radius of the celestial body
        self.ink = blank(0, 1, 128)[0]
        for letter, field in LETTERS.items():
            self.ink[ord(letter)] = getattr(self.inks, field)
        self.ink[ord("o")] = PANE
        self.wear(0)
        self.roof(0)

    def wear(self, number: int) -> None:
        """Take the numbered colours for walls, counted around."""
        self.ink[ord("w")], self.ink[ord("s")] = self.paint.walls[number % len(self.paint.walls)]

    def roof(self, number: int) -> None:
        """Take the numbered colours for roofs, counted around."""
        self.ink[ord("r")], self.ink[ord("R")] = self.paint.roofs[number % len(self.paint.roofs)]

    def dress(self) -> None:
        """Take colours for walls and roof at random."""
        word = self.random.u32()
        self.wear(word & 0xFFFF)
        self.roof(word >> 16)

    def put(self, shape: Sprite, x: int, y: int) -> None:
        """Draw a sprite in front, its top left corner at (x, y)."""
        place(self.front, shape, x, y, self.ink)

    def stand(self, shape: Sprite, x: int, base: int) -> None:
        """Draw a sprite in front, standing on row base, centred on column x."""
        self.put(shape, x - shape.shape[1] // 2, base - shape.shape[0])

    def fill(self, x: int, y: int, width: int, height: int, letter: str) -> None:
        """Fill a rectangle of the front with what a letter stands for."""
        rect(self.front, x, y, width, height, int(self.ink[ord(letter)]))

    def panes(self, x: int, y: int, columns: int, rows: int, step_x: int = 2, step_y: int = 2) -> None:
        """Set a grid of one-pixel window panes."""
        self.front[max(y, 0) : y + rows * step_y : step_y, max(x, x % step_x) : max(x + columns * step_x, 0) : step_x] = PANE

    def ceiling(self, x: int, width: int, highest: int) -> int:
        """Return the highest row a building from x may reach: no higher than highest, nor over the celestial body."""
        body_x, body_y, radius = self.body
        if radius and x <= body_x + radius and x + width > body_x - radius:
            return max(highest, body_y + 1)
        return highest

    def tops(self) -> Mask:
        """Return the mask of the front's pixels with nothing above them."""
        solid: Mask = self.front != CLEAR
        tops = solid.copy()
        tops[1:] &= ~solid[:-1]
        return tops

    def rim(self) -> None:
        """Outline the front where its edge has the colour of the sky behind it."""
        solid = self.front != CLEAR
        inner = solid.copy()
        inner[1:] &= solid[:-1]
        inner[:, 1:] &= solid[:, :-1]
        inner[:, :-1] &= solid[:, 1:]
        self.front[solid & ~inner & (self.front == self.back)] = self.inks.rim

    def composed(self) -> Pixels:
        """Return the front before the sky."""
        return np.where(self.front == CLEAR, self.back, self.front)
