"""Small figures in a town: a cat or a stork on a roof, birds, a balloon, a person, lamp posts."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mint.token.families.town.canvas import TRANSPARENT, TownCanvas
from mint.token.families.town.sprites import BALLOON, BIRD, CAT, LAMP_POST, PERSON, STORK, LetterSprite


def add_figures(canvas: TownCanvas) -> None:
    """Draw one kind of figure, chosen at random."""
    tuple(FIGURE_WEIGHTS)[canvas.random.weighted(tuple(FIGURE_WEIGHTS.values()))](canvas)


def _on_a_roof(canvas: TownCanvas, shape: LetterSprite) -> None:
    """Draw a sprite on the topmost pixels at a random column, if there is room above."""
    x = canvas.random.between(4, 27)
    solid = canvas.foreground[:, x - 1 : x + 2] != TRANSPARENT
    top = int(np.argmax(solid.all(axis=1)))
    if top > 6:
        canvas.stand_sprite(shape, x, top)


def _cat(canvas: TownCanvas) -> None:
    _on_a_roof(canvas, CAT)


def _stork(canvas: TownCanvas) -> None:
    _on_a_roof(canvas, STORK)


def _birds(canvas: TownCanvas) -> None:
    x, y = canvas.random.between(2, 22), canvas.random.between(3, 9)
    for dx, dy in ((0, 0), (4, -1), (7, 1)):
        canvas.draw_sprite(BIRD, x + dx, y + dy)


def _balloon(canvas: TownCanvas) -> None:
    body_x = canvas.celestial_disc[0]
    canvas.draw_sprite(BALLOON, (body_x + 10 + canvas.random.below(8)) % 26, canvas.random.between(2, 6))


def _walker(canvas: TownCanvas) -> None:
    canvas.stand_sprite(PERSON, canvas.random.between(3, 28), canvas.ground_row + 1)


def _lamp_posts(canvas: TownCanvas) -> None:
    x = canvas.random.between(2, 8)
    for post in (x, x + 11, x + 22):
        canvas.stand_sprite(LAMP_POST, post, canvas.ground_row + 1)


# Each drawing function and its weight.
FIGURE_WEIGHTS: Final[Mapping[Callable[[TownCanvas], None], int]] = {
    _cat: 3,
    _stork: 2,
    _birds: 3,
    _balloon: 1,
    _walker: 3,
    _lamp_posts: 3,
}
