"""Towns: every value shows, every redraw differs, and the paint suits every palette."""

import numpy as np
import pytest

from mint.token.families.town import FEATURES, TOWN
from mint.token.families.town.color_scheme import COLOR_RULES, MIN_ROLE_COLORS, color_distance, pick_distinct, town_color_scheme
from mint.token.families.town.scenes import SCENES
from mint.token.families.town.sky_styles import SKY_STYLES
from mint.token.palette import Palette
from mint.token.palettes import HANDMADE
from mint.token.random import Stream
from mint.token.raster import Pixels

SCENE_NAMES = tuple(SCENES)
RICH = next(palette for palette in HANDMADE if len(palette) == 16)
FOUR = next(palette for palette in HANDMADE if len(palette) == 4)
TWO = next(palette for palette in HANDMADE if len(palette) == 2)
PLAIN = {
    "scene": "skyline",
    "sky": "day",
    "celestial": "none",
    "weather": "clear",
    "windows": "dark",
    "water": "none",
    "season": "summer",
}
VALUES = [(feature.name, value) for feature in FEATURES for value in feature.values]


def drawn(values: dict[str, str], name: str, palette: Palette = RICH) -> Pixels:
    return TOWN.draw(values, Stream("town", name), palette)


def some_values(name: str) -> dict[str, str]:
    random = Stream("values", name)
    return {feature.name: random.choice(feature.values) for feature in FEATURES}


def num_differing(first: Pixels, second: Pixels) -> int:
    return int(np.count_nonzero(first != second))


def test_odds_are_of_a_thousand() -> None:
    assert {feature.name: sum(feature.weights.values()) for feature in FEATURES} == {feature.name: 1000 for feature in FEATURES}


@pytest.mark.parametrize(("feature", "value"), VALUES)
def test_every_value_draws_in_large_and_small_palettes(feature: str, value: str) -> None:
    for number, palette in enumerate((RICH, FOUR, TWO)):
        name = f"{value}/{number}"
        values = {**some_values(name), feature: value}
        picture = drawn(values, name, palette)
        assert picture.shape == (32, 32)
        assert picture.dtype == np.uint8
        assert picture.max() < len(palette)
        assert len(np.unique(picture)) >= min(TOWN.min_colors(values), len(palette))
        assert np.array_equal(picture, drawn(values, name, palette))


@pytest.mark.parametrize("palette", [RICH, FOUR, TWO], ids=len)
@pytest.mark.parametrize("scene", SCENE_NAMES)
def test_every_other_value_of_every_feature_shows_in_every_scene(scene: str, palette: Palette) -> None:
    for feature in FEATURES:
        pictures = [drawn({**PLAIN, "scene": scene, feature.name: value}, "one", palette) for value in feature.values]
        for number, picture in enumerate(pictures):
            assert all(num_differing(picture, other) > 0 for other in pictures[:number]), feature.name


@pytest.mark.parametrize("scene", SCENE_NAMES)
def test_a_redraw_with_the_same_values_is_another_picture(scene: str) -> None:
    pictures = [drawn({**PLAIN, "scene": scene}, f"redraw/{number}") for number in range(8)]
    alike = [num_differing(a, b) < 103 for number, a in enumerate(pictures) for b in pictures[:number]]
    assert sum(alike) == 0


@pytest.mark.parametrize("scene", SCENE_NAMES)
def test_more_windows_are_lit_from_dark_to_all(scene: str) -> None:
    # Against a night without any other light, each step adds lamps.
    night = {**PLAIN, "scene": scene, "sky": "night"}
    lamp = town_color_scheme(RICH, "night").colors.lamp
    lit = [
        int(np.count_nonzero(drawn({**night, "windows": windows}, "lights") == lamp))
        for windows in ("dark", "few lit", "many lit", "all lit")
    ]
    assert lit[0] < lit[1] < lit[2] < lit[3]


def test_a_mirror_repeats_the_town_upside_down() -> None:
    picture = drawn({**PLAIN, "water": "mirror"}, "mirror")
    mirrored = [shore for shore in range(16, 24) if np.array_equal(picture[shore + 1 :], picture[shore - 1 : 2 * shore - 32 : -1])]
    assert mirrored


@pytest.mark.parametrize("palette", HANDMADE, ids=lambda palette: palette.name)
def test_lit_windows_stand_off_the_walls_they_are_in(palette: Palette) -> None:
    for sky in SKY_STYLES:
        scheme = town_color_scheme(palette, sky)
        assert all(scheme.colors.lamp not in walls for walls in scheme.walls), sky
        assert set(scheme.colors) | set(scheme.sky) <= set(range(len(palette)))


def test_every_wish_names_roles_or_things_before_it() -> None:
    known = {"high", "low", "upper", "walls"}
    for name, rule in COLOR_RULES.items():
        assert set(rule.contrast_with.split()) <= known
        assert set(rule.day.split()) | set(rule.night.split()) <= set(RICH.roles._fields)
        known.add(name)


def test_nearest_gives_way_to_the_colour_that_stands_off_best() -> None:
    black, white = (TWO.ramp[0], TWO.ramp[-1])
    assert pick_distinct(TWO, (black,), (white,)) == black
    assert pick_distinct(TWO, (black,), (black,)) == white
    assert color_distance(TWO, black, black) == 0


def test_small_palettes_are_painted_by_tones() -> None:
    assert town_color_scheme(FOUR, "day").colors.lamp == FOUR.ramp[-1]
    assert len(FOUR) < MIN_ROLE_COLORS <= len(RICH)
