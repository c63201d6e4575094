"""Town sprites: small landscapes with buildings under a sky."""

from collections.abc import Mapping

import numpy as np

from mint.token.families.family import Family
from mint.token.families.town.canvas import TownCanvas
from mint.token.families.town.celestial import paint_celestial_body
from mint.token.families.town.figures import add_figures
from mint.token.families.town.ground import paint_ground
from mint.token.families.town.scenes import SCENES
from mint.token.families.town.season import add_falling_leaves, add_roof_snow, set_season_colors
from mint.token.families.town.sky import paint_sky
from mint.token.families.town.water import add_waterfall_cliff, paint_water
from mint.token.families.town.weather import paint_background_weather, paint_foreground_weather
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
    """Draw a town sprite: sky, land, buildings, windows, water, and finally precipitation."""
    canvas = TownCanvas(values, random, palette)
    scene = SCENES[values["scene"]]
    canvas.ground_row = random.between(*scene.ground_rows) - (4 if values["water"] == "mirror" else 0)
    paint_sky(canvas, canvas.ground_row + 1)
    paint_celestial_body(canvas)
    paint_background_weather(canvas)
    set_season_colors(canvas)
    paint_ground(canvas, scene.soil)
    scene.build(canvas)
    add_waterfall_cliff(canvas)
    add_roof_snow(canvas)
    add_figures(canvas)
    light_windows(canvas)
    canvas.outline_hidden_edges()
    picture = canvas.composite()
    paint_water(canvas, picture)
    paint_foreground_weather(canvas, picture)
    add_falling_leaves(canvas, picture)
    return np.ascontiguousarray(picture[:, ::-1]) if random.chance(1, 2) else picture


TOWN = Family(name="town", features=FEATURES, draw=draw)
