"""Tests of town sprites: visible features, different redraws, and color schemes for every palette."""

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
SIXTEEN_COLORS = next(palette for palette in HANDMADE if len(palette) == 16)
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


def draw_town(values: dict[str, str], name: str, palette: Palette = SIXTEEN_COLORS) -> Pixels:
    return TOWN.draw(values, Stream("town", name), palette)


def random_values(name: str) -> dict[str, str]:
    random = Stream("values", name)
    return {feature.name: random.choice(feature.values) for feature in FEATURES}


def count_differing_pixels(first: Pixels, second: Pixels) -> int:
    return int(np.count_nonzero(first != second))


def test_weights_sum_to_1000() -> None:
    assert {feature.name: sum(feature.weights.values()) for feature in FEATURES} == {feature.name: 1000 for feature in FEATURES}


@pytest.mark.parametrize(("feature", "value"), VALUES)
def test_every_value_is_drawn_in_large_and_small_palettes(feature: str, value: str) -> None:
    for number, palette in enumerate((SIXTEEN_COLORS, FOUR, TWO)):
        name = f"{value}/{number}"
        values = {**random_values(name), feature: value}
        picture = draw_town(values, name, palette)
        assert picture.shape == (32, 32)
        assert picture.dtype == np.uint8
        assert picture.max() < len(palette)
        assert len(np.unique(picture)) >= min(TOWN.min_colors(values), len(palette))
        assert np.array_equal(picture, draw_town(values, name, palette))


@pytest.mark.parametrize("palette", [SIXTEEN_COLORS, FOUR, TWO], ids=len)
@pytest.mark.parametrize("scene", SCENE_NAMES)
def test_values_of_a_feature_differ_in_every_scene(scene: str, palette: Palette) -> None:
    for feature in FEATURES:
        pictures = [draw_town({**PLAIN, "scene": scene, feature.name: value}, "one", palette) for value in feature.values]
        for number, picture in enumerate(pictures):
            assert all(count_differing_pixels(picture, other) > 0 for other in pictures[:number]), feature.name


@pytest.mark.parametrize("scene", SCENE_NAMES)
def test_another_stream_gives_another_picture(scene: str) -> None:
    pictures = [draw_town({**PLAIN, "scene": scene}, f"redraw/{number}") for number in range(8)]
    alike = [count_differing_pixels(a, b) < 103 for number, a in enumerate(pictures) for b in pictures[:number]]
    assert sum(alike) == 0


@pytest.mark.parametrize("scene", SCENE_NAMES)
def test_windows_values_light_increasing_numbers_of_windows(scene: str) -> None:
    # In a night without any other light, each step adds lit windows.
    night = {**PLAIN, "scene": scene, "sky": "night"}
    lamp = town_color_scheme(SIXTEEN_COLORS, "night").colors.lamp
    lit = [
        int(np.count_nonzero(draw_town({**night, "windows": windows}, "lights") == lamp))
        for windows in ("dark", "few lit", "many lit", "all lit")
    ]
    assert lit[0] < lit[1] < lit[2] < lit[3]


def test_mirror_repeats_the_town_upside_down() -> None:
    picture = draw_town({**PLAIN, "water": "mirror"}, "mirror")
    mirrored = [shore for shore in range(16, 24) if np.array_equal(picture[shore + 1 :], picture[shore - 1 : 2 * shore - 32 : -1])]
    assert mirrored


@pytest.mark.parametrize("palette", HANDMADE, ids=lambda palette: palette.name)
def test_lit_windows_contrast_with_walls(palette: Palette) -> None:
    for sky in SKY_STYLES:
        scheme = town_color_scheme(palette, sky)
        assert all(scheme.colors.lamp not in walls for walls in scheme.walls), sky
        assert set(scheme.colors) | set(scheme.sky) <= set(range(len(palette)))


def test_color_rules_refer_to_roles_and_earlier_elements() -> None:
    known = {"high", "low", "upper", "walls"}
    for name, rule in COLOR_RULES.items():
        assert set(rule.contrast_with.split()) <= known
        assert set(rule.day.split()) | set(rule.night.split()) <= set(SIXTEEN_COLORS.roles._fields)
        known.add(name)


def test_pick_distinct_falls_back_to_the_most_distant_color() -> None:
    black, white = (TWO.ramp[0], TWO.ramp[-1])
    assert pick_distinct(TWO, (black,), (white,)) == black
    assert pick_distinct(TWO, (black,), (black,)) == white
    assert color_distance(TWO, black, black) == 0


def test_small_palettes_use_tones() -> None:
    assert town_color_scheme(FOUR, "day").colors.lamp == FOUR.ramp[-1]
    assert len(FOUR) < MIN_ROLE_COLORS <= len(SIXTEEN_COLORS)
