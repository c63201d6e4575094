"""The colours of each sky: its bands, and the walls, roofs and distant land of towns under it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SkyStyle:
    """The colours of a sky and of the town under it.

    ``bands`` are palette roles from the zenith to the horizon; small palettes use ``tones`` (0 to 3) instead. ``walls`` and
    ``roofs`` are pairs of a lit and a shaded role, ``far`` the preferred roles of distant land.
    """

    bands: tuple[str, ...]
    tones: tuple[int, ...]
    walls: tuple[tuple[str, str], ...]
    roofs: tuple[tuple[str, str], ...]
    far: tuple[str, ...]
    dark: bool = False


_DAY_WALLS = (("chalk", "stone"), ("clay", "brick"), ("stone", "shade"), ("light", "stone"), ("sky_low", "brick"))
_DAY_ROOFS = (("brick", "shade"), ("shade", "dusk"), ("water_dark", "void"), ("leaf_dark", "void"))
_DUSK_WALLS = (("shade", "void"), ("stone", "dusk"), ("water_dark", "void"), ("leaf_dark", "void"))
_DUSK_ROOFS = (("void", "void"), ("dusk", "void"), ("water_dark", "void"))
_NIGHT_WALLS = (("shade", "void"), ("stone", "dusk"), ("brick", "void"), ("leaf_dark", "void"))
_NIGHT_ROOFS = (("brick", "void"), ("stone", "shade"), ("leaf_dark", "void"))

SKY_STYLES: dict[str, SkyStyle] = {
    "day": SkyStyle(
        bands=("sky_high", "sky_high", "sky_high", "water", "chalk"),
        tones=(2, 3),
        walls=_DAY_WALLS,
        roofs=_DAY_ROOFS,
        far=("stone", "water", "leaf"),
    ),
    "dusk": SkyStyle(
        bands=("dusk", "shade", "brick", "neon", "sky_low"),
        tones=(0, 1, 2),
        walls=_DUSK_WALLS,
        roofs=_DUSK_ROOFS,
        far=("shade", "brick"),
        dark=True,
    ),
    "night": SkyStyle(
        bands=("void", "dusk", "water_dark"),
        tones=(0, 0),
        walls=_NIGHT_WALLS,
        roofs=_NIGHT_ROOFS,
        far=("dusk", "shade", "leaf_dark"),
        dark=True,
    ),
    "dawn": SkyStyle(
        bands=("sky_high", "stone", "chalk", "sky_low", "light"),
        tones=(1, 2, 2, 3),
        walls=(("shade", "dusk"), ("brick", "shade"), ("water_dark", "dusk"), ("clay", "brick")),
        roofs=(("dusk", "void"), ("brick", "dusk"), ("water_dark", "void")),
        far=("stone", "shade"),
    ),
    "overcast": SkyStyle(
        bands=("stone", "stone", "chalk"),
        tones=(2, 1),
        walls=(("shade", "dusk"), ("brick", "shade"), ("clay", "brick"), ("water_dark", "void")),
        roofs=(("dusk", "void"), ("brick", "dusk"), ("leaf_dark", "void")),
        far=("shade", "stone"),
    ),
    "golden hour": SkyStyle(
        bands=("brick", "clay", "sky_low", "lamp", "light"),
        tones=(1, 2, 3),
        walls=_DUSK_WALLS,
        roofs=(("brick", "void"), ("dusk", "void"), ("water_dark", "void")),
        far=("brick", "clay"),
    ),
    "milky way": SkyStyle(
        bands=("void", "void", "dusk"),
        tones=(0, 0),
        walls=_NIGHT_WALLS,
        roofs=_NIGHT_ROOFS,
        far=("water_dark", "shade"),
        dark=True,
    ),
    "aurora": SkyStyle(
        bands=("void", "dusk", "water_dark"),
        tones=(0, 0),
        walls=(("shade", "void"), ("stone", "dusk")),
        roofs=_NIGHT_ROOFS,
        far=("leaf_dark", "shade"),
        dark=True,
    ),
    "sunburst": SkyStyle(
        bands=("sky_low", "sky_low", "lamp"),
        tones=(2, 3),
        walls=_DUSK_WALLS,
        roofs=(("brick", "void"), ("water_dark", "void")),
        far=("brick", "stone"),
    ),
    "synthwave": SkyStyle(
        bands=("shade", "brick", "neon", "neon", "sky_low", "lamp"),
        tones=(0, 1, 2),
        walls=(("shade", "void"), ("water_dark", "void")),
        roofs=(("void", "void"), ("water_dark", "void")),
        far=("brick", "shade"),
        dark=True,
    ),
}
