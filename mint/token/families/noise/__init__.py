"""Noise sprites: textures, maps and creatures from simple rules, drawn as levels and coloured last."""

from collections.abc import Callable, Mapping

import numpy as np

from mint.token.families.family import Family
from mint.token.families.noise import automata, creatures, landscapes, patterns
from mint.token.families.noise.inks import INKS
from mint.token.families.noise.levels import Levels
from mint.token.families.noise.postprocessing import EFFECTS, GRAINS, SYMMETRIES, enlarge_cells
from mint.token.features import Feature
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import SIZE, Pixels

# Each kind: its weight, and the rule that draws a square of levels of a given side (32, 16 or 8).
KINDS: dict[str, tuple[int, Callable[[Stream, int], Levels]]] = {
    "invaders": (115, creatures.invaders),
    "islands": (90, landscapes.islands),
    "caves": (85, automata.caves),
    "clouds": (70, landscapes.clouds),
    "maze": (75, patterns.maze),
    "plasma": (65, landscapes.plasma),
    "dunes": (65, landscapes.dunes),
    "beast": (100, creatures.beast),
    "triangles": (55, automata.triangles),
    "marble": (50, landscapes.marble),
    "rivers": (45, patterns.rivers),
    "contours": (40, landscapes.contours),
    "quilt": (30, patterns.quilt),
    "circuit": (30, patterns.circuit),
    "spots": (25, automata.spots),
    "crystals": (20, landscapes.crystals),
    "glitch": (10, patterns.glitch),
    "barcode": (10, patterns.barcode),
    "embers": (8, landscapes.embers),
    "fractal": (5, automata.fractal),
    "static": (4, patterns.static),
    "sandpile": (3, automata.sandpile),
}

# Too uniform pictures are redrawn, such as caves of bare rock.
NUM_ATTEMPTS = 8


def draw(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
    """Draw a noise sprite: its rule, then symmetry, grain, effect and ink."""
    cell, stamp = GRAINS[values["grain"]]
    _, rule = KINDS[values["kind"]]
    num_colors = min(NOISE.min_colors(values), len(palette))
    for attempt in range(NUM_ATTEMPTS):
        levels = SYMMETRIES[values["symmetry"]](rule(random.fork(f"rule/{attempt}"), SIZE // cell))
        big = EFFECTS[values["effect"]](enlarge_cells(levels, stamp), random.fork("effect"))
        pixels = INKS[values["ink"]](big, random.fork("ink"), palette)
        if _is_rich(levels) and np.count_nonzero(np.bincount(pixels.ravel())) >= num_colors:
            break
    return pixels


def _is_rich(levels: Levels) -> bool:
    """Return whether no level covers more than four fifths of a picture, and its levels differ by at least four."""
    counts = np.bincount(levels.ravel())
    return int(counts.max()) * 5 <= levels.size * 4 and int(levels.max()) - int(levels.min()) >= 4


NOISE = Family(
    name="noise",
    features=(
        Feature("kind", {kind: weight for kind, (weight, _) in KINDS.items()}),
        Feature("grain", {"fine": 530, "medium": 340, "coarse": 70, "mosaic": 30, "cross-stitch": 22, "pearls": 8}),
        Feature(
            "symmetry",
            {
                "none": 480,
                "mirrored": 180,
                "fourfold": 110,
                "rotated": 70,
                "reflected": 60,
                "repeated": 40,
                "pinwheel": 35,
                "kaleidoscope": 25,
            },
        ),
        Feature(
            "ink",
            {
                "moonlight": 150,
                "ocean": 150,
                "ember": 140,
                "forest": 110,
                "candy": 110,
                "two-tone": 90,
                "neon": 80,
                "atlas": 60,
                "paper": 60,
                "engraving": 30,
                "gold": 14,
                "prism": 6,
            },
        ),
        Feature(
            "effect",
            {
                "none": 480,
                "framed": 110,
                "inked": 100,
                "scanlines": 90,
                "night and day": 70,
                "ripple": 50,
                "datamosh": 40,
                "porthole": 30,
                "burn-in": 20,
                "eclipse": 10,
            },
        ),
    ),
    draw=draw,
    two_color={"ink": ("two-tone", "engraving")},
)
