"""Tests of all palettes: the properties that drawing code and viewers rely on."""

from collections.abc import Sequence
from itertools import combinations
from math import dist

import pytest

from mint.token.features import tier_of
from mint.token.palette import Palette
from mint.token.palettes import HANDMADE, PALETTE_FEATURE, draw_palette
from mint.token.palettes.harmony import HARMONIES, NUM_HUES, HarmonyKey, color_with_luma, harmony_palette, luma_of
from mint.token.palettes.table import read_palettes
from mint.token.random import Stream

GENERATED = tuple(draw_palette(name, Stream("test_palettes", f"{name}/{i}")) for i in range(334) for name in HARMONIES)
ALL_PALETTES = (*HANDMADE, *GENERATED)

# A clearly visible difference, in OKLab (Bjorn Ottosson, 2020) times 100; neighbouring pixels differ visibly from about 2.
VISIBLE = 3.0


def linear(color: str) -> list[float]:
    channels = [channel / 255 for channel in bytes.fromhex(color[1:])]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, 1 to 21."""
    light, dark = sorted((0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(linear, (one, other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def oklab(color: str) -> tuple[float, float, float]:
    r, g, b = linear(color)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def nearest(palette: Palette) -> float:
    """Return the smallest distance between two colours of a palette."""
    return min(100 * dist(one, other) for one, other in combinations(map(oklab, palette.colors), 2))


def worst(measure: Sequence[tuple[float, str]]) -> str:
    return f"{min(measure)[1]}: {min(measure)[0]:.2f}"


def test_text_is_legible_in_every_palette() -> None:
    found = [(contrast(p.colors[p.roles.void], p.colors[p.roles.light]), p.name) for p in ALL_PALETTES]
    assert min(found)[0] >= 7, worst(found)


@pytest.mark.parametrize("role", ["lamp", "neon", "chalk"])
def test_lights_contrast_with_void_in_every_palette(role: str) -> None:
    found = [(contrast(p.colors[p.roles.void], p.colors[getattr(p.roles, role)]), p.name) for p in ALL_PALETTES]
    assert min(found)[0] >= 3, worst(found)


def test_silhouettes_contrast_with_the_sky_in_four_or_more_colors() -> None:
    found = [
        (abs(p.luma[sky] - p.luma[silhouette]), p.name)
        for p in ALL_PALETTES
        if len(p) >= 4
        for sky in (p.roles.sky_high, p.roles.sky_low)
        for silhouette in (p.roles.shade, p.roles.void)
    ]
    assert min(found)[0] >= 24, worst(found)


def test_void_is_the_darkest_and_light_the_lightest() -> None:
    for palette in ALL_PALETTES:
        assert palette.roles.void == palette.ramp[0], palette.name
        assert palette.roles.light == palette.ramp[-1], palette.name


def test_colors_of_a_palette_are_distinguishable() -> None:
    found = [(nearest(p), p.name) for p in ALL_PALETTES]
    assert min(found)[0] >= VISIBLE, worst(found)


def test_every_color_has_a_role_and_is_lower_case_hex() -> None:
    for palette in ALL_PALETTES:
        assert set(palette.roles) == set(range(len(palette))), palette.name
        assert all(f"#{int(color[1:], 16):06x}" == color for color in palette.colors), palette.name


def test_no_color_is_a_pure_primary() -> None:
    primaries = {f"#{r}{g}{b}" for r in ("00", "ff") for g in ("00", "ff") for b in ("00", "ff")}
    assert not [palette.name for palette in ALL_PALETTES if primaries & set(palette.colors)]


def test_there_are_many_handmade_palettes_of_many_sizes() -> None:
    sizes = [len(palette) for palette in HANDMADE]
    assert len({palette.name for palette in HANDMADE}) == len({palette.colors for palette in HANDMADE}) == len(HANDMADE) >= 32
    assert sizes.count(16) * 2 > len(sizes)
    assert {2, 3, 4, 8, 16} <= set(sizes)


def test_the_feature_has_one_value_for_each_palette_and_harmony() -> None:
    assert PALETTE_FEATURE.name == "palette"
    assert PALETTE_FEATURE.values == (*(palette.name for palette in HANDMADE), *HARMONIES)
    assert sum(PALETTE_FEATURE.weights.values()) == 1000
    assert all(value == value.lower() for value in PALETTE_FEATURE.values)
    assert 250 <= sum(PALETTE_FEATURE.weights[name] for name in HARMONIES) <= 300


def test_two_colors_and_gold_are_legendary() -> None:
    rare = [palette.name for palette in HANDMADE if len(palette) == 2 or "gold" in palette.name.split()]
    assert len(rare) >= 4
    assert all(tier_of(PALETTE_FEATURE.odds(name)) == "legendary" for name in rare)


def test_handmade_palette_draws_nothing_from_the_stream() -> None:
    for palette in HANDMADE:
        random = Stream("hash", "palette")
        assert draw_palette(palette.name, random) is palette
        assert random.u32() == Stream("hash", "palette").u32()


@pytest.mark.parametrize("name", HARMONIES)
def test_harmony_depends_on_the_hash(name: str) -> None:
    made = [draw_palette(name, Stream(f"hash {i}", "palette")) for i in range(60)]
    assert made[7] == draw_palette(name, Stream("hash 7", "palette"))
    assert {palette.name for palette in made} == {name}
    assert len({palette.colors for palette in made}) >= 58


def test_harmonies_differ_in_the_same_key() -> None:
    key = HarmonyKey(hue=160, clockwise=True, night=False, purity=220)
    assert len({harmony_palette(name, key).colors for name in HARMONIES}) == len(HARMONIES)


@pytest.mark.parametrize("name", HARMONIES)
def test_every_field_of_a_key_changes_the_colors(name: str) -> None:
    key = HarmonyKey(hue=30, clockwise=True, night=False, purity=220)
    changed = [key._replace(hue=40), key._replace(night=True), key._replace(purity=180)]
    if name != "monochrome harmony":
        changed.append(key._replace(clockwise=False))
    assert harmony_palette(name, key).colors not in [harmony_palette(name, other).colors for other in changed]


def test_contrast_holds_for_every_hue() -> None:
    for night in (False, True):
        for hue in range(0, NUM_HUES, 3):
            for name in HARMONIES:
                palette = harmony_palette(name, HarmonyKey(hue=hue, clockwise=True, night=night, purity=255))
                void, light, _, neon = (palette.colors[i] for i in (palette.roles.void, palette.roles.light, 0, palette.roles.neon))
                assert contrast(void, light) >= 7, palette
                assert contrast(void, neon) >= 3, palette


def test_color_with_luma_has_that_luma() -> None:
    missed = [
        abs(luma_of(color_with_luma(hue, saturation, luma)) - luma)
        for hue in range(0, NUM_HUES, 3)
        for saturation in (0, 60, 170, 255)
        for luma in range(8, 248, 12)
    ]
    assert max(missed) <= 2


def test_color_in_two_columns_is_one_palette_color() -> None:
    ((palette, weight),) = read_palettes("""
        5 ink and paper
        101010 101010 101010 f0f0f0 f0f0f0 f0f0f0 f0f0f0 f0f0f0 101010 f0f0f0 101010 f0f0f0 101010 f0f0f0 f0f0f0 f0f0f0
    """)
    assert (palette.name, weight) == ("ink and paper", 5)
    assert palette.colors == ("#101010", "#f0f0f0")
    assert palette.roles == (0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1)


@pytest.mark.parametrize("table", ["5 a\n101010 f0f0f0", "5 a", "five a\n" + "101010 " * 8 + "f0f0f0 " * 8])
def test_malformed_table_is_rejected(table: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        read_palettes(table)
