"""Towns: little landscapes under a sky, the flagship of the families."""

from collections.abc import Mapping

import numpy as np

from mint.token.families.family import Family
from mint.token.families.town.celestial import paint_body
from mint.token.families.town.ground import lay_ground
from mint.token.families.town.life import add_life
from mint.token.families.town.scenes import SCENES
from mint.token.families.town.season import cover_roofs, dress, drift
from mint.token.families.town.sky import paint_sky
from mint.token.families.town.stage import Stage
from mint.token.families.town.waters import pour_water, raise_cliff
from mint.token.families.town.weather import drop_weather, hang_weather
from mint.token.families.town.windows import light_windows
from mint.token.features import Feature
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import Pixels

FEATURES = (
    Feature("scene", {name: scene.weight for name, scene in SCENES.items()}),
    Feature(
        "sky",
        {
            "day": 250,
            "dusk": 180,
            "night": 180,
            "dawn": 130,
            "overcast": 95,
            "golden hour": 75,
            "milky way": 45,
            "aurora": 30,
            "sunburst": 11,
            "synthwave": 4,
        },
    ),
    Feature(
        "celestial",
        {
            "sun": 230,
            "moon": 200,
            "crescent": 150,
            "none": 130,
            "twin moons": 85,
            "ringed planet": 70,
            "comet": 50,
            "eclipse": 40,
            "giant moon": 30,
            "saucer": 11,
            "sky whale": 4,
        },
    ),
    Feature(
        "weather",
        {
            "clear": 280,
            "clouds": 250,
            "rain": 130,
            "snow": 100,
            "fog": 85,
            "storm": 60,
            "rainbow": 45,
            "falling stars": 35,
            "fireworks": 15,
        },
    ),
    Feature(
        "windows",
        {"few lit": 310, "many lit": 300, "all lit": 170, "dark": 110, "neon": 65, "lanterns": 36, "rainbow": 9},
    ),
    Feature(
        "water",
        {"none": 270, "river": 240, "sea": 230, "lake": 180, "waterfall": 55, "lava": 20, "mirror": 5},
    ),
    Feature("season", {"spring": 250, "summer": 300, "autumn": 250, "winter": 200}),
)


def draw(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
    """Draw a town: the sky, the land and its buildings, their windows, the water, and last what falls from above."""
    stage = Stage(values, random, palette)
    scene = SCENES[values["scene"]]
    stage.ground = random.between(*scene.ground) - (4 if values["water"] == "mirror" else 0)
    paint_sky(stage, stage.ground + 1)
    paint_body(stage)
    hang_weather(stage)
    dress(stage)
    lay_ground(stage, scene.soil)
    scene.build(stage)
    raise_cliff(stage)
    cover_roofs(stage)
    add_life(stage)
    light_windows(stage)
    stage.rim()
    picture = stage.composed()
    pour_water(stage, picture)
    drop_weather(stage, picture)
    drift(stage, picture)
    return np.ascontiguousarray(picture[:, ::-1]) if random.chance(1, 2) else picture


TOWN = Family(name="town", features=FEATURES, draw=draw)
