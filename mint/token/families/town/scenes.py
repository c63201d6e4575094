"""The scenes: who builds each, how low its ground may lie, and of what soil it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from mint.token.families.town import realms, streets
from mint.token.families.town.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A scene: its weight among 1000, its painter, the rows its ground may begin at, and its soil."""

    weight: int
    build: Callable[[Stage], None]
    ground: tuple[int, int] = (22, 25)
    soil: str = "meadow"


SCENES: Final[Mapping[str, Scene]] = {
    "skyline": Scene(weight=180, build=streets.skyline, soil="stone"),
    "village": Scene(weight=170, build=streets.village),
    "port": Scene(weight=125, build=streets.port, soil="stone", ground=(21, 23)),
    "castle": Scene(weight=110, build=realms.castle, ground=(23, 25)),
    "desert": Scene(weight=100, build=realms.desert, soil="sand"),
    "floating islands": Scene(weight=70, build=realms.floating_islands, ground=(27, 28)),
    "lighthouse": Scene(weight=55, build=streets.lighthouse, soil="sand", ground=(22, 23)),
    "temple": Scene(weight=50, build=streets.temple, ground=(23, 25)),
    "windmills": Scene(weight=45, build=streets.windmills, ground=(23, 24)),
    "factory": Scene(weight=35, build=streets.factory, soil="stone"),
    "cathedral": Scene(weight=30, build=streets.cathedral, soil="stone", ground=(23, 25)),
    "space colony": Scene(weight=15, build=realms.space_colony, soil="stone", ground=(23, 25)),
    "sunken city": Scene(weight=8, build=realms.sunken_city, soil="sand", ground=(26, 27)),
    "tree city": Scene(weight=5, build=realms.tree_city, ground=(25, 26)),
    "walking castle": Scene(weight=2, build=realms.walking_castle, ground=(24, 26)),
}
