"""The features of text sprites and their weights."""

from mint.token.families.text.words import MOODS
from mint.token.features import Feature

FEATURES = (
    Feature("mood", dict.fromkeys(MOODS, 1)),
    Feature("font", {"block": 290, "terminal": 260, "serif": 160, "round": 140, "tiny": 115, "gothic": 35}),
    Feature(
        "layout",
        {
            "centered": 240,
            "poster": 190,
            "top left": 120,
            "grid": 100,
            "big initial": 95,
            "repeated": 85,
            "stacked": 70,
            "diagonal": 55,
            "scattered": 25,
            "wave": 20,
        },
    ),
    Feature(
        "frame",
        {
            "none": 400,
            "line": 150,
            "corners": 110,
            "rounded": 90,
            "dashed": 70,
            "double": 60,
            "checkered": 45,
            "window": 30,
            "film": 20,
            "ornate": 17,
            "marquee": 8,
        },
    ),
    Feature("shadow", {"none": 420, "drop": 200, "extruded": 125, "outline": 100, "long": 90, "glow": 45, "glitch": 20}),
    Feature(
        "background",
        {
            "plain": 340,
            "bands": 140,
            "dither": 120,
            "stripes": 100,
            "checker": 80,
            "stars": 60,
            "brick": 45,
            "waves": 40,
            "rays": 40,
            "rings": 27,
            "sunset": 8,
        },
    ),
    Feature(
        "tone",
        {
            "normal": 340,
            "inverted": 230,
            "two-tone": 140,
            "split": 90,
            "sunrise": 85,
            "confetti": 80,
            "chrome": 28,
            "gold": 7,
        },
    ),
    Feature("mirror", {"none": 810, "reflected": 100, "mirrored": 55, "upside down": 35}),
)
