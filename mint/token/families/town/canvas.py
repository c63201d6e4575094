"""The canvas of a town: background and foreground layers, the colours of all elements, and drawing operations."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mint.token.families.town.color_scheme import town_color_scheme
from mint.token.families.town.sprites import LETTER_COLORS, LetterSprite, draw_letters
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import Mask, Pixels, blank, rect

# Foreground pixels that are not palette indices: empty ones, and windows to be coloured later.
TRANSPARENT: Final = 255
WINDOW: Final = 254


class TownCanvas:
    """A picture being drawn: ``background`` is the sky, ``foreground`` everything in front of it, TRANSPARENT elsewhere.

    ``letter_colors`` maps the letters of sprites (see ``sprites``) to palette indices, (128,) uint8.
    """

    __slots__ = (
        "background",
        "celestial_disc",
        "colors",
        "foreground",
        "ground_row",
        "letter_colors",
        "random",
        "scheme",
        "values",
        "waterfall_source",
    )

    def __init__(self, values: Mapping[str, str], random: Stream, palette: Palette) -> None:
        self.values = values
        self.random = random
        self.scheme = town_color_scheme(palette, values["sky"])
        self.colors = self.scheme.colors
        self.background = blank(self.scheme.sky[0])
        self.foreground = blank(TRANSPARENT)
        self.ground_row = 23  # the first row of the ground
        # Left column and top row of a waterfall, if the scene provides a place for it.
        self.waterfall_source: tuple[int, int] | None = None
        self.celestial_disc = (16, 7, 0)  # x, y and radius of the celestial body
        self.letter_colors = blank(0, 1, 128)[0]
        for letter, field in LETTER_COLORS.items():
            self.letter_colors[ord(letter)] = getattr(self.colors, field)
        self.letter_colors[ord("o")] = WINDOW
        self.use_walls(0)
        self.use_roof(0)

    def use_walls(self, number: int) -> None:
        """Select the wall colours, by number modulo the number of choices."""
        self.letter_colors[ord("w")], self.letter_colors[ord("s")] = self.scheme.walls[number % len(self.scheme.walls)]

    def use_roof(self, number: int) -> None:
        """Select the roof colours, by number modulo the number of choices."""
        self.letter_colors[ord("r")], self.letter_colors[ord("R")] = self.scheme.roofs[number % len(self.scheme.roofs)]

    def choose_building_colors(self) -> None:
        """Select random colours for walls and roof."""
        word = self.random.u32()
        self.use_walls(word & 0xFFFF)
        self.use_roof(word >> 16)

    def draw_sprite(self, shape: LetterSprite, x: int, y: int) -> None:
        """Draw a sprite in the foreground with its top left corner at (x, y)."""
        draw_letters(self.foreground, shape, x, y, self.letter_colors)

    def stand_sprite(self, shape: LetterSprite, x: int, base: int) -> None:
        """Draw a sprite in the foreground that stands on row base, centred on column x."""
        self.draw_sprite(shape, x - shape.shape[1] // 2, base - shape.shape[0])

    def fill(self, x: int, y: int, width: int, height: int, letter: str) -> None:
        """Fill a rectangle of the foreground with the colour of a letter."""
        rect(self.foreground, x, y, width, height, int(self.letter_colors[ord(letter)]))

    def add_windows(self, x: int, y: int, columns: int, rows: int, step_x: int = 2, step_y: int = 2) -> None:
        """Draw a grid of one-pixel windows."""
        self.foreground[max(y, 0) : y + rows * step_y : step_y, max(x, x % step_x) : max(x + columns * step_x, 0) : step_x] = WINDOW

    def top_limit(self, x: int, width: int, highest: int) -> int:
        """Return the top row of a building at column x: at least highest, and below the celestial body."""
        body_x, body_y, radius = self.celestial_disc
        if radius and x <= body_x + radius and x + width > body_x - radius:
            return max(highest, body_y + 1)
        return highest

    def exposed_mask(self) -> Mask:
        """Return the mask of foreground pixels with nothing directly above them."""
        solid: Mask = self.foreground != TRANSPARENT
        exposed = solid.copy()
        exposed[1:] &= ~solid[:-1]
        return exposed

    def outline_hidden_edges(self) -> None:
        """Outline the foreground where its edge has the colour of the background."""
        solid = self.foreground != TRANSPARENT
        inner = solid.copy()
        inner[1:] &= solid[:-1]
        inner[:, 1:] &= solid[:, :-1]
        inner[:, :-1] &= solid[:, 1:]
        self.foreground[solid & ~inner & (self.foreground == self.background)] = self.colors.outline

    def composite(self) -> Pixels:
        """Return the foreground composited over the background."""
        return np.where(self.foreground == TRANSPARENT, self.background, self.foreground)
