"""Geometry sprites: shaded forms, arranged and made symmetric.

A sprite is drawn as ink numbers on a canvas (canvas, arrangements, grounds) and coloured with the palette (coloring). Then its
window is repeated to give the whole picture its symmetry (symmetry).
"""

from collections.abc import Mapping

import numpy as np

from mint.token.families.family import Family
from mint.token.families.geometry.arrangements import ARRANGEMENTS
from mint.token.families.geometry.canvas import GeometryCanvas
from mint.token.families.geometry.coloring import COLORINGS
from mint.token.families.geometry.features import FEATURES
from mint.token.families.geometry.grounds import GROUNDS
from mint.token.families.geometry.symmetry import SYMMETRIES
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import Pixels

# A sprite has at least this many colours, if its coloring has as many.
MIN_COLORS = 3


def draw(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
    """Draw a geometry sprite."""
    inks = COLORINGS[values["coloring"]](random.fork("coloring"), palette)
    symmetry = SYMMETRIES[values["symmetry"]]
    ground = GROUNDS[values["ground"]](random.fork("ground"), symmetry.width, symmetry.height).astype(np.uint8)
    canvas = GeometryCanvas(
        ink_numbers=ground.copy(),
        random=random.fork("layout"),
        form=values["form"],
        shading=values["shading"],
        symmetry=symmetry,
        cycle=inks.cycle,
        halftone=inks.halftone,
    )
    ARRANGEMENTS[values["arrangement"]](canvas)
    canvas.ensure_ground_visible(ground)
    pixels = symmetry.unfold(inks.paint(canvas.ink_numbers))
    for tone in (1, 2):
        if np.count_nonzero(np.bincount(pixels.ravel())) >= min(MIN_COLORS, inks.num_colors):
            break
        canvas.add_symmetry_accent(tone)
        pixels = symmetry.unfold(inks.paint(canvas.ink_numbers))
    return pixels


GEOMETRY = Family(name="geometry", features=FEATURES, draw=draw, two_color={"coloring": ("one bit",)})
