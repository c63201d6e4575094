"""Which palette index a town uses for what, under each sky.

Everything a scene is made of has a name here (leaf, glint, snow ...). In palettes of seven colours and more a name prefers a role
of the palette, and gives way to another colour where that role would not stand off what lies behind it. Smaller palettes know only
brightness: there a name is one of four tones, chosen so that silhouettes stay legible down to two colours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from mint.token.families.town.looks import LOOKS
from mint.token.palette import Palette

# Two colours are told apart from this gap on: the largest channel difference plus the difference of brightness.
MIN_GAP: Final = 60
# Palettes smaller than this are painted by tones.
FEW_COLORS: Final = 7


class Inks(NamedTuple):
    """The palette index of each thing."""

    body: int  # the sun, planets
    body_shade: int  # craters, rings
    moon: int
    eclipse: int
    star: int
    trail: int
    streak: int  # thin clouds and mist across the sky
    ray: int
    aurora: int
    violet: int  # the aurora's tips
    cloud: int
    cloud_shade: int
    thunder: int
    bolt: int
    far: int
    rim: int  # outlines a silhouette that the sky would swallow
    glass: int
    lamp: int
    neon: int
    ink: int  # dark details
    paper: int  # light details
    snow: int
    stone: int
    stone_shade: int
    trunk: int
    leaf: int
    leaf_shade: int
    bloom: int
    rust: int
    rust_shade: int
    stubble: int  # an autumn meadow
    stubble_shade: int
    meadow: int
    meadow_shade: int
    sand: int
    sand_shade: int
    path: int
    fence: int
    water: int
    deep: int
    glint: int
    bank: int
    crust: int
    lava: int
    rain: int
    flake: int
    mist: int


@dataclass(frozen=True)
class Wish:
    """What a thing would be: the roles it prefers by day and in the dark, and its tone (0 to 3) in each.

    It stands off, by min_gap, whatever is named in ``off``: "high" and "low" are the ends of the sky, "upper" all but its lowest
    band, "walls" the first walls, and any thing named earlier is itself. A thing without tones takes the tone that stands off best.
    """

    day: str
    night: str = ""
    off: str = ""
    min_gap: int = MIN_GAP
    tones: tuple[int, int] | None = None


WISHES: Final[Mapping[str, Wish]] = {
    "body": Wish("lamp light neon void", off="upper"),
    "body_shade": Wish("clay stone brick", off="body high"),
    "moon": Wish("light chalk void", off="upper"),
    "eclipse": Wish("void dusk", off="body"),
    "star": Wish("light chalk", off="high"),
    "trail": Wish("water chalk lamp", off="high"),
    "streak": Wish("light lamp sky_high", off="upper", min_gap=40),
    "ray": Wish("brick neon clay", off="high low", min_gap=40),
    "aurora": Wish("leaf water", off="high"),
    "violet": Wish("neon water", off="high aurora"),
    "cloud": Wish("light chalk stone", "stone shade", off="high", tones=(3, 2)),
    "cloud_shade": Wish("chalk stone", "shade dusk", off="cloud high", min_gap=40, tones=(1, 1)),
    "thunder": Wish("shade stone", "stone shade", off="high", min_gap=40, tones=(1, 2)),
    "bolt": Wish("light lamp void", off="upper thunder"),
    "far": Wish("stone water", off="low", min_gap=40, tones=(2, 1)),
    "rim": Wish("stone shade chalk light", off="low high", tones=(0, 2)),
    "glass": Wish("dusk void water_dark", off="walls", min_gap=30, tones=(0, 0)),
    "lamp": Wish("lamp light", off="walls glass", tones=(3, 3)),
    "neon": Wish("neon light", off="walls low", tones=(3, 3)),
    "ink": Wish("void", tones=(0, 0)),
    "paper": Wish("light", tones=(3, 3)),
    "snow": Wish("light chalk", off="walls", min_gap=30, tones=(3, 3)),
    "stone": Wish("stone", "shade", tones=(2, 1)),
    "stone_shade": Wish("shade", "dusk", tones=(1, 0)),
    "trunk": Wish("brick void shade", off="low", min_gap=40, tones=(0, 2)),
    "leaf": Wish("leaf", "leaf", tones=(1, 1)),
    "leaf_shade": Wish("leaf_dark", tones=(0, 1)),
    "bloom": Wish("neon light chalk", off="low leaf", min_gap=50, tones=(3, 3)),
    "rust": Wish("clay", tones=(2, 2)),
    "rust_shade": Wish("brick", "brick dusk", off="low", min_gap=20, tones=(0, 1)),
    "stubble": Wish("clay", "brick", tones=(2, 1)),
    "stubble_shade": Wish("brick", "dusk", tones=(1, 2)),
    "meadow": Wish("leaf", "leaf_dark", tones=(2, 1)),
    "meadow_shade": Wish("leaf_dark", "void", tones=(1, 2)),
    "sand": Wish("clay", "brick", tones=(2, 2)),
    "sand_shade": Wish("brick", "dusk", tones=(1, 1)),
    "path": Wish("clay chalk", "stone shade", off="meadow", min_gap=40, tones=(1, 2)),
    "fence": Wish("light chalk brick", "stone chalk", off="meadow", min_gap=60, tones=(0, 2)),
    "water": Wish("water", "water_dark", tones=(1, 0)),
    "deep": Wish("water_dark dusk", "void dusk", off="water", min_gap=30, tones=(0, 1)),
    "glint": Wish("light", "water light", off="water deep", min_gap=50, tones=(3, 3)),
    "bank": Wish("brick", "dusk", off="water", min_gap=20, tones=(0, 2)),
    "crust": Wish("brick void", off="lamp", tones=(0, 1)),
    "lava": Wish("neon lamp", off="crust", min_gap=40, tones=(3, 3)),
    "rain": Wish("water chalk light", off="low high", min_gap=50, tones=(0, 2)),
    "flake": Wish("light", off="high", min_gap=40, tones=(3, 3)),
    "mist": Wish("chalk light", "stone chalk", off="low walls", min_gap=40, tones=(3, 2)),
}


@dataclass(frozen=True, kw_only=True)
class Paint:
    """The colours of towns under one sky in one palette."""

    sky: tuple[int, ...]  # bands from the zenith to the horizon
    walls: tuple[tuple[int, int], ...]  # lit side, shaded side
    roofs: tuple[tuple[int, int], ...]
    rainbow: tuple[int, ...]  # outermost first
    inks: Inks
    num_colors: int


@lru_cache(maxsize=1024)
def paint_of(palette: Palette, sky: str) -> Paint:
    """Return the colours of towns under a sky."""
    look, roles = LOOKS[sky], palette.roles
    if len(palette) < FEW_COLORS:
        # Two colours have one sky or the other; only the dark ones may go over into light.
        light_only = len(palette) == 2 and not look.dark
        return _toned(palette, (3, 3) if light_only else look.tones)
    bands = _indices(palette, look.bands)
    walls = _pairs(palette, look.walls, bands[-1], roles.lamp)
    known = _backdrop(bands, walls[0])
    for name, wish in WISHES.items():
        far = name == "far"
        wished = look.far if far else ((look.dark and wish.night) or wish.day).split()
        avoid = [index for other in wish.off.split() for index in known.get(other, ())]
        known[name] = (nearest(palette, _indices(palette, wished), avoid, wish.min_gap),)
    return Paint(
        sky=bands,
        walls=walls,
        roofs=_pairs(palette, look.roofs, bands[-1], bands[-1]),
        rainbow=(roles.neon, roles.lamp, roles.leaf, roles.water),
        inks=Inks(**{name: known[name][0] for name in WISHES}),
        num_colors=len(palette),
    )


def _toned(palette: Palette, band_tones: Sequence[int]) -> Paint:
    """Return the colours of towns where a palette has too few for roles."""
    tones, night = palette.shades(4), max(band_tones) == 0
    bands = tuple(tones[tone] for tone in band_tones)
    # At night walls are lighter than the sky; two colours leave them dark, outlined, with light in their windows.
    lit, shaded = (2, 1) if night and len(palette) > 2 else (1, 0)
    walls = (tones[lit], tones[shaded])
    known = _backdrop(bands, walls)
    for name, wish in WISHES.items():
        avoid = [index for other in wish.off.split() for index in known.get(other, ())]
        known[name] = (tones[wish.tones[night]] if wish.tones else nearest(palette, (tones[3], tones[0]), avoid),)
    roof = tones[1 if night else 0]
    return Paint(
        sky=bands,
        walls=(walls,),
        roofs=((roof, roof),),
        rainbow=(tones[0 if not night else 3], tones[2], tones[1], tones[3]),
        inks=Inks(**{name: known[name][0] for name in WISHES}),
        num_colors=len(palette),
    )


def _backdrop(bands: tuple[int, ...], walls: tuple[int, int]) -> dict[str, tuple[int, ...]]:
    return {"high": bands[:1], "low": bands[-1:], "upper": bands[:-1], "walls": walls}


def gap(palette: Palette, a: int, b: int) -> int:
    """Return how far two colours are apart, 0 to 510: the largest channel difference plus the difference of brightness."""
    first: list[int] = palette.rgba[a].tolist()
    second: list[int] = palette.rgba[b].tolist()
    return max(abs(x - y) for x, y in zip(first, second, strict=True)) + abs(palette.luma[a] - palette.luma[b])


def nearest(palette: Palette, wished: Sequence[int], avoid: Sequence[int], min_gap: int = MIN_GAP) -> int:
    """Return the first wished index that stands off every index to avoid, else the index that stands off best."""
    for index in wished:
        if all(gap(palette, index, other) >= min_gap for other in avoid):
            return index
    return max(range(len(palette)), key=lambda index: min(gap(palette, index, other) for other in avoid))


def _indices(palette: Palette, roles: Sequence[str]) -> tuple[int, ...]:
    return tuple(getattr(palette.roles, role) for role in roles)


def _pairs(palette: Palette, names: Sequence[tuple[str, str]], behind: int, inside: int) -> tuple[tuple[int, int], ...]:
    """Return the pairs whose lit side stands off what is behind and both sides off what is inside; at least one."""
    pairs = [(getattr(palette.roles, lit), getattr(palette.roles, shaded)) for lit, shaded in names]
    good = [
        (lit, shaded)
        for lit, shaded in pairs
        if min(gap(palette, lit, behind), gap(palette, lit, inside), gap(palette, shaded, inside)) >= MIN_GAP
    ]
    fallback = nearest(palette, (), (inside,))
    return tuple(dict.fromkeys(good)) or ((fallback, fallback),)
