"""Trees, and what the season does to them."""

from collections.abc import Mapping, Sequence
from typing import Final

from mint.token.families.town.sprites import BARE, BROADLEAF, CACTUS, CONIFER, CORAL, PALM, Sprite
from mint.token.families.town.stage import Stage

TREES: Final[Mapping[str, Sequence[Sprite]]] = {
    "broadleaf": BROADLEAF,
    "conifer": CONIFER,
    "palm": PALM,
    "cactus": CACTUS,
    "coral": CORAL,
}


def tree(stage: Stage, kind: str, x: int, base: int, size: int) -> None:
    """Plant a tree on row base; size 0 is the largest of its kind."""
    shapes = BARE if kind == "broadleaf" and stage.values["season"] == "winter" else TREES[kind]
    stage.stand(shapes[min(size, len(shapes) - 1)], x, base)


def grove(stage: Stage, kind: str, num_trees: int, base: int, left: int = 0, right: int = 31) -> None:
    """Plant trees in a row, spread between two columns."""
    for number in range(num_trees):
        span = (right - left) // num_trees
        x = left + number * span + stage.random.below(max(span, 1))
        tree(stage, kind, x, base, stage.random.below(3))
