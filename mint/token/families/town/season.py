"""The effects of seasons: plant colours, snow on roofs, petals and leaves in the air."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from mint.token.families.town.canvas import TownCanvas
from mint.token.raster import Pixels, dots, grids

_ys, _xs = grids()
# The colours of the letters l d b (leaf lit, shaded, bloom), m M (meadow, its shade) and f (spots on the meadow).
_SEASON_COLORS: Final[Mapping[str, tuple[str, ...]]] = {
    "spring": ("bloom", "leaf", "light_detail", "meadow", "meadow_shade", "bloom"),
    "summer": ("leaf", "leaf_shade", "leaf", "meadow", "meadow_shade", "meadow_shade"),
    "autumn": ("rust", "rust_shade", "lamp", "stubble", "stubble_shade", "stubble_shade"),
    "winter": ("leaf_shade", "leaf_shade", "snow", "snow", "stone", "stone"),
}
_PETAL_PATH: Final = (2, 0, -1, 0, 2)
_LEAF_FALL: Final = (0, 4, 9, 6)


def set_season_colors(canvas: TownCanvas) -> None:
    """Set the colours of leaves and meadows to those of the season."""
    for letter, field in zip("ldbmMf", _SEASON_COLORS[canvas.values["season"]], strict=True):
        canvas.letter_colors[ord(letter)] = getattr(canvas.colors, field)


def add_roof_snow(canvas: TownCanvas) -> None:
    """In winter, draw snow on every surface that is open to the sky."""
    if canvas.values["season"] == "winter":
        roofs = canvas.exposed_mask() & (_ys < canvas.ground_row)
        canvas.foreground[roofs] = canvas.colors.snow


def add_falling_leaves(canvas: TownCanvas, picture: Pixels) -> None:
    """Draw petals in the wind in spring, or falling leaves in pairs in autumn."""
    season = canvas.values["season"]
    x, y = canvas.random.below(8), canvas.random.between(9, 13)
    if season == "spring":
        dots(picture, (((x + step * 6) % 32, y + rise) for step, rise in enumerate(_PETAL_PATH)), canvas.colors.bloom)
    elif season == "autumn":
        for step, drop in enumerate(_LEAF_FALL):
            leaf = picture[y + drop, x + step * 7 : x + step * 7 + 2]
            leaf[:] = np.where(leaf == canvas.colors.rust, canvas.colors.rust_shade, canvas.colors.rust)
