"""The scenes: the drawing function, ground rows and soil of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from mint.token.families.town import everyday_scenes, fantasy_scenes
from mint.token.families.town.canvas import TownCanvas


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A scene: its weight among 1000, its drawing function, the range of its first ground row, and its soil."""

    weight: int
    build: Callable[[TownCanvas], None]
    ground_rows: tuple[int, int] = (22, 25)
    soil: str = "meadow"


SCENES: Final[Mapping[str, Scene]] = {
    "skyline": Scene(weight=180, build=everyday_scenes.skyline, soil="stone"),
    "village": Scene(weight=170, build=everyday_scenes.village),
    "port": Scene(weight=125, build=everyday_scenes.port, soil="stone", ground_rows=(21, 23)),
    "castle": Scene(weight=110, build=fantasy_scenes.castle, ground_rows=(23, 25)),
    "desert": Scene(weight=100, build=fantasy_scenes.desert, soil="sand"),
    "floating islands": Scene(weight=70, build=fantasy_scenes.floating_islands, ground_rows=(27, 28)),
    "lighthouse": Scene(weight=55, build=everyday_scenes.lighthouse, soil="sand", ground_rows=(22, 23)),
    "temple": Scene(weight=50, build=everyday_scenes.temple, ground_rows=(23, 25)),
    "windmills": Scene(weight=45, build=everyday_scenes.windmills, ground_rows=(23, 24)),
    "factory": Scene(weight=35, build=everyday_scenes.factory, soil="stone"),
    "cathedral": Scene(weight=30, build=everyday_scenes.cathedral, soil="stone", ground_rows=(23, 25)),
    "space colony": Scene(weight=15, build=fantasy_scenes.space_colony, soil="stone", ground_rows=(23, 25)),
    "sunken city": Scene(weight=8, build=fantasy_scenes.sunken_city, soil="sand", ground_rows=(26, 27)),
    "tree city": Scene(weight=5, build=fantasy_scenes.tree_city, ground_rows=(25, 26)),
    "walking castle": Scene(weight=2, build=fantasy_scenes.walking_castle, ground_rows=(24, 26)),
}
