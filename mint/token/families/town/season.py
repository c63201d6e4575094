"""What a season lays on everything: snow on roofs, petals and leaves in the air."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mint.token.families.town.stage import Stage
from mint.token.raster import Pixels, dots, grids

_ys, _xs = grids()
# What the letters l d b (crown lit, shaded, blossom), m M (meadow, its shade) and f (what lies on it) stand for.
_DRESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "spring": ("bloom", "leaf", "paper", "meadow", "meadow_shade", "bloom"),
    "summer": ("leaf", "leaf_shade", "leaf", "meadow", "meadow_shade", "meadow_shade"),
    "autumn": ("rust", "rust_shade", "lamp", "stubble", "stubble_shade", "stubble_shade"),
    "winter": ("leaf_shade", "leaf_shade", "snow", "snow", "stone", "stone"),
}
_GUST: Final = (2, 0, -1, 0, 2)
_FALL: Final = (0, 4, 9, 6)


def dress(stage: Stage) -> None:
    """Give leaves and meadows the colours of the season."""
    for letter, field in zip("ldbmMf", _DRESSES[stage.values["season"]], strict=True):
        stage.ink[ord(letter)] = getattr(stage.inks, field)


def cover_roofs(stage: Stage) -> None:
    """Lay snow on whatever is open to the sky, in winter."""
    if stage.values["season"] == "winter":
        tops = stage.tops() & (_ys < stage.ground)
        stage.front[tops] = stage.inks.snow


def drift(stage: Stage, picture: Pixels) -> None:
    """Let petals ride a gust across the picture, or leaves fall in pairs."""
    season = stage.values["season"]
    x, y = stage.random.below(8), stage.random.between(9, 13)
    if season == "spring":
        dots(picture, (((x + step * 6) % 32, y + rise) for step, rise in enumerate(_GUST)), stage.inks.bloom)
    elif season == "autumn":
        for step, drop in enumerate(_FALL):
            leaf = picture[y + drop, x + step * 7 : x + step * 7 + 2]
            leaf[:] = np.where(leaf == stage.inks.rust, stage.inks.rust_shade, stage.inks.rust)
