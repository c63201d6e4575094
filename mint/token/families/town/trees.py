"""Trees; broadleaf trees are bare in winter."""

from collections.abc import Mapping, Sequence
from typing import Final

from mint.token.families.town.canvas import TownCanvas
from mint.token.families.town.sprites import BARE, BROADLEAF, CACTUS, CONIFER, CORAL, PALM, LetterSprite

TREES: Final[Mapping[str, Sequence[LetterSprite]]] = {
    "broadleaf": BROADLEAF,
    "conifer": CONIFER,
    "palm": PALM,
    "cactus": CACTUS,
    "coral": CORAL,
}


def tree(canvas: TownCanvas, kind: str, x: int, base: int, size: int) -> None:
    """Draw a tree that stands on row base; size 0 is the largest of its kind."""
    shapes = BARE if kind == "broadleaf" and canvas.values["season"] == "winter" else TREES[kind]
    canvas.stand_sprite(shapes[min(size, len(shapes) - 1)], x, base)


def grove(canvas: TownCanvas, kind: str, num_trees: int, base: int, left: int = 0, right: int = 31) -> None:
    """Draw trees in a row, spread between two columns."""
    for number in range(num_trees):
        span = (right - left) // num_trees
        x = left + number * span + canvas.random.below(max(span, 1))
        tree(canvas, kind, x, base, canvas.random.below(3))
