"""Someone or something to find in a picture: a cat or a stork on a roof, a balloon, lamp posts."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mint.token.families.town.sprites import BALLOON, BIRD, CAT, LAMP_POST, PERSON, STORK, Sprite
from mint.token.families.town.stage import CLEAR, Stage


def add_life(stage: Stage) -> None:
    """Add one small story, at random."""
    tuple(STORIES)[stage.random.weighted(tuple(STORIES.values()))](stage)


def _on_a_roof(stage: Stage, shape: Sprite) -> None:
    """Stand a sprite on top of whatever column it finds, where there is room above."""
    x = stage.random.between(4, 27)
    solid = stage.front[:, x - 1 : x + 2] != CLEAR
    top = int(np.argmax(solid.all(axis=1)))
    if top > 6:
        stage.stand(shape, x, top)


def _cat(stage: Stage) -> None:
    _on_a_roof(stage, CAT)


def _stork(stage: Stage) -> None:
    _on_a_roof(stage, STORK)


def _birds(stage: Stage) -> None:
    x, y = stage.random.between(2, 22), stage.random.between(3, 9)
    for dx, dy in ((0, 0), (4, -1), (7, 1)):
        stage.put(BIRD, x + dx, y + dy)


def _balloon(stage: Stage) -> None:
    body_x = stage.body[0]
    stage.put(BALLOON, (body_x + 10 + stage.random.below(8)) % 26, stage.random.between(2, 6))


def _walker(stage: Stage) -> None:
    stage.stand(PERSON, stage.random.between(3, 28), stage.ground + 1)


def _lamp_posts(stage: Stage) -> None:
    x = stage.random.between(2, 8)
    for post in (x, x + 11, x + 22):
        stage.stand(LAMP_POST, post, stage.ground + 1)


# Each story and its weight.
STORIES: Final[Mapping[Callable[[Stage], None], int]] = {_cat: 3, _stork: 2, _birds: 3, _balloon: 1, _walker: 3, _lamp_posts: 3}
