"""The palette index of every element of a town, under each sky.

Every element of a scene has a name here (leaf, glint, snow ...). In palettes of seven colours or more, an element has its preferred
role, or another colour if that role would not contrast with what is behind it. Smaller palettes are used by luma only: each
element is one of four tones, chosen so that silhouettes stay legible even in two colours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from mint.token.families.town.sky_styles import SKY_STYLES
from mint.token.palette import Palette

# Colours at this distance or more can be told apart; see color_distance.
MIN_COLOR_DISTANCE: Final = 60
# Palettes smaller than this use tones instead of roles.
MIN_ROLE_COLORS: Final = 7


class TownColors(NamedTuple):
    """The palette index of each element."""

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
    outline: int  # around silhouettes that have the colour of the sky
    glass: int
    lamp: int
    neon: int
    dark_detail: int  # dark details
    light_detail: int  # light details
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
class ColorRule:
    """How the colour of an element is chosen: its preferred roles by day and in the dark, and its tone (0 to 3) in each.

    The colour is at least ``min_distance`` from everything listed in ``contrast_with``: "high" and "low" are the ends of the sky,
    "upper" all but its lowest band, "walls" the first walls, and other names are elements with an earlier rule. An element without
    tones gets the tone with the most contrast.
    """

    day: str
    night: str = ""
    contrast_with: str = ""
    min_distance: int = MIN_COLOR_DISTANCE
    tones: tuple[int, int] | None = None


COLOR_RULES: Final[Mapping[str, ColorRule]] = {
    "body": ColorRule("lamp light neon void", contrast_with="upper"),
    "body_shade": ColorRule("clay stone brick", contrast_with="body high"),
    "moon": ColorRule("light chalk void", contrast_with="upper"),
    "eclipse": ColorRule("void dusk", contrast_with="body"),
    "star": ColorRule("light chalk", contrast_with="high"),
    "trail": ColorRule("water chalk lamp", contrast_with="high"),
    "streak": ColorRule("light lamp sky_high", contrast_with="upper", min_distance=40),
    "ray": ColorRule("brick neon clay", contrast_with="high low", min_distance=40),
    "aurora": ColorRule("leaf water", contrast_with="high"),
    "violet": ColorRule("neon water", contrast_with="high aurora"),
    "cloud": ColorRule("light chalk stone", "stone shade", contrast_with="high", tones=(3, 2)),
    "cloud_shade": ColorRule("chalk stone", "shade dusk", contrast_with="cloud high", min_distance=40, tones=(1, 1)),
    "thunder": ColorRule("shade stone", "stone shade", contrast_with="high", min_distance=40, tones=(1, 2)),
    "bolt": ColorRule("light lamp void", contrast_with="upper thunder"),
    "far": ColorRule("stone water", contrast_with="low", min_distance=40, tones=(2, 1)),
    "outline": ColorRule("stone shade chalk light", contrast_with="low high", tones=(0, 2)),
    "glass": ColorRule("dusk void water_dark", contrast_with="walls", min_distance=30, tones=(0, 0)),
    "lamp": ColorRule("lamp light", contrast_with="walls glass", tones=(3, 3)),
    "neon": ColorRule("neon light", contrast_with="walls low", tones=(3, 3)),
    "dark_detail": ColorRule("void", tones=(0, 0)),
    "light_detail": ColorRule("light", tones=(3, 3)),
    "snow": ColorRule("light chalk", contrast_with="walls", min_distance=30, tones=(3, 3)),
    "stone": ColorRule("stone", "shade", tones=(2, 1)),
    "stone_shade": ColorRule("shade", "dusk", tones=(1, 0)),
    "trunk": ColorRule("brick void shade", contrast_with="low", min_distance=40, tones=(0, 2)),
    "leaf": ColorRule("leaf", "leaf", tones=(1, 1)),
    "leaf_shade": ColorRule("leaf_dark", tones=(0, 1)),
    "bloom": ColorRule("neon light chalk", contrast_with="low leaf", min_distance=50, tones=(3, 3)),
    "rust": ColorRule("clay", tones=(2, 2)),
    "rust_shade": ColorRule("brick", "brick dusk", contrast_with="low", min_distance=20, tones=(0, 1)),
    "stubble": ColorRule("clay", "brick", tones=(2, 1)),
    "stubble_shade": ColorRule("brick", "dusk", tones=(1, 2)),
    "meadow": ColorRule("leaf", "leaf_dark", tones=(2, 1)),
    "meadow_shade": ColorRule("leaf_dark", "void", tones=(1, 2)),
    "sand": ColorRule("clay", "brick", tones=(2, 2)),
    "sand_shade": ColorRule("brick", "dusk", tones=(1, 1)),
    "path": ColorRule("clay chalk", "stone shade", contrast_with="meadow", min_distance=40, tones=(1, 2)),
    "fence": ColorRule("light chalk brick", "stone chalk", contrast_with="meadow", min_distance=60, tones=(0, 2)),
    "water": ColorRule("water", "water_dark", tones=(1, 0)),
    "deep": ColorRule("water_dark dusk", "void dusk", contrast_with="water", min_distance=30, tones=(0, 1)),
    "glint": ColorRule("light", "water light", contrast_with="water deep", min_distance=50, tones=(3, 3)),
    "bank": ColorRule("brick", "dusk", contrast_with="water", min_distance=20, tones=(0, 2)),
    "crust": ColorRule("brick void", contrast_with="lamp", tones=(0, 1)),
    "lava": ColorRule("neon lamp", contrast_with="crust", min_distance=40, tones=(3, 3)),
    "rain": ColorRule("water chalk light", contrast_with="low high", min_distance=50, tones=(0, 2)),
    "flake": ColorRule("light", contrast_with="high", min_distance=40, tones=(3, 3)),
    "mist": ColorRule("chalk light", "stone chalk", contrast_with="low walls", min_distance=40, tones=(3, 2)),
}


@dataclass(frozen=True, kw_only=True)
class TownColorScheme:
    """The colours of towns under one sky, as indices of one palette."""

    sky: tuple[int, ...]  # bands from the zenith to the horizon
    walls: tuple[tuple[int, int], ...]  # lit side, shaded side
    roofs: tuple[tuple[int, int], ...]
    rainbow: tuple[int, ...]  # outermost first
    colors: TownColors
    num_colors: int


@lru_cache(maxsize=1024)
def town_color_scheme(palette: Palette, sky: str) -> TownColorScheme:
    """Return the colours of towns under a sky, as indices of a palette."""
    style, roles = SKY_STYLES[sky], palette.roles
    if len(palette) < MIN_ROLE_COLORS:
        # In two colours, only a dark sky may have a gradient to light.
        light_only = len(palette) == 2 and not style.dark
        return _tone_color_scheme(palette, (3, 3) if light_only else style.tones)
    bands = _indices(palette, style.bands)
    walls = _distinct_pairs(palette, style.walls, bands[-1], roles.lamp)
    chosen = _reference_colors(bands, walls[0])
    for name, rule in COLOR_RULES.items():
        far = name == "far"
        preferred = style.far if far else ((style.dark and rule.night) or rule.day).split()
        avoided = [index for other in rule.contrast_with.split() for index in chosen.get(other, ())]
        chosen[name] = (pick_distinct(palette, _indices(palette, preferred), avoided, rule.min_distance),)
    return TownColorScheme(
        sky=bands,
        walls=walls,
        roofs=_distinct_pairs(palette, style.roofs, bands[-1], bands[-1]),
        rainbow=(roles.neon, roles.lamp, roles.leaf, roles.water),
        colors=TownColors(**{name: chosen[name][0] for name in COLOR_RULES}),
        num_colors=len(palette),
    )


def _tone_color_scheme(palette: Palette, band_tones: Sequence[int]) -> TownColorScheme:
    """Return the colours of towns for a palette with too few colours for roles."""
    tones, night = palette.shades(4), max(band_tones) == 0
    bands = tuple(tones[tone] for tone in band_tones)
    # At night walls are lighter than the sky; in two colours they stay dark, with outlines and light windows.
    lit, shaded = (2, 1) if night and len(palette) > 2 else (1, 0)
    walls = (tones[lit], tones[shaded])
    chosen = _reference_colors(bands, walls)
    for name, rule in COLOR_RULES.items():
        avoided = [index for other in rule.contrast_with.split() for index in chosen.get(other, ())]
        chosen[name] = (tones[rule.tones[night]] if rule.tones else pick_distinct(palette, (tones[3], tones[0]), avoided),)
    roof = tones[1 if night else 0]
    return TownColorScheme(
        sky=bands,
        walls=(walls,),
        roofs=((roof, roof),),
        rainbow=(tones[0 if not night else 3], tones[2], tones[1], tones[3]),
        colors=TownColors(**{name: chosen[name][0] for name in COLOR_RULES}),
        num_colors=len(palette),
    )


def _reference_colors(bands: tuple[int, ...], walls: tuple[int, int]) -> dict[str, tuple[int, ...]]:
    return {"high": bands[:1], "low": bands[-1:], "upper": bands[:-1], "walls": walls}


def color_distance(palette: Palette, a: int, b: int) -> int:
    """Return the distance of two colours, 0 to 510: the largest channel difference plus the difference in luma."""
    return max(abs(x - y) for x, y in zip(palette.channels[a], palette.channels[b], strict=True)) + abs(
        palette.luma[a] - palette.luma[b]
    )


def pick_distinct(
    palette: Palette, preferred: Sequence[int], avoided: Sequence[int], min_distance: int = MIN_COLOR_DISTANCE
) -> int:
    """Return the first preferred index at min_distance from all avoided ones, else the index that is farthest from them."""
    for index in preferred:
        if all(color_distance(palette, index, other) >= min_distance for other in avoided):
            return index
    return max(range(len(palette)), key=lambda index: min(color_distance(palette, index, other) for other in avoided))


def _indices(palette: Palette, roles: Sequence[str]) -> tuple[int, ...]:
    return tuple(getattr(palette.roles, role) for role in roles)


def _distinct_pairs(palette: Palette, names: Sequence[tuple[str, str]], behind: int, inside: int) -> tuple[tuple[int, int], ...]:
    """Return the pairs whose lit side contrasts with behind and whose two sides contrast with inside; at least one pair."""
    pairs = [(getattr(palette.roles, lit), getattr(palette.roles, shaded)) for lit, shaded in names]
    good = [
        (lit, shaded)
        for lit, shaded in pairs
        if min(color_distance(palette, lit, behind), color_distance(palette, lit, inside), color_distance(palette, shaded, inside))
        >= MIN_COLOR_DISTANCE
    ]
    fallback = pick_distinct(palette, (), (inside,))
    return tuple(dict.fromkeys(good)) or ((fallback, fallback),)
