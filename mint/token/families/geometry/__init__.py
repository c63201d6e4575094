"""Geometry: sprites of forms, arranged, shaded and made symmetric.

A sprite is set up as ink numbers on a canvas (stage, arrangements, grounds), painted with the palette (coloring), and its window
is repeated until the whole picture has its symmetry (symmetry).
"""

from collections.abc import Mapping

import numpy as np

from mint.token.families.family import Family
from mint.token.families.geometry.arrangements import ARRANGEMENTS
from mint.token.families.geometry.coloring import COLORINGS
from mint.token.families.geometry.features import FEATURES
from mint.token.families.geometry.grounds import GROUNDS
from mint.token.families.geometry.stage import Stage
from mint.token.families.geometry.symmetry import SYMMETRIES
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import Pixels

# A sprite shows at least this many colours where its coloring has them.
NUM_COLORS = 3


def draw(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
    """Draw a geometry sprite."""
    inks = COLORINGS[values["coloring"]](random.fork("coloring"), palette)
    symmetry = SYMMETRIES[values["symmetry"]]
    ground = GROUNDS[values["ground"]](random.fork("ground"), symmetry.width, symmetry.height).astype(np.uint8)
    stage = Stage(
        canvas=ground.copy(),
        random=random.fork("layout"),
        form=values["form"],
        shading=values["shading"],
        symmetry=symmetry,
        cycle=inks.cycle,
        printed=inks.printed,
    )
    ARRANGEMENTS[values["arrangement"]](stage)
    stage.keep_visible(ground)
    pixels = symmetry.unfold(inks.paint(stage.canvas))
    for tone in (1, 2):
        if np.count_nonzero(np.bincount(pixels.ravel())) >= min(NUM_COLORS, inks.num_colors):
            break
        stage.aside(tone)
        pixels = symmetry.unfold(inks.paint(stage.canvas))
    return pixels


GEOMETRY = Family(name="geometry", features=FEATURES, draw=draw, two_color={"coloring": ("one bit",)})
