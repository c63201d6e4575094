"""Tests of noise sprites: every value is drawn, visible and deterministic, in palettes of every size."""

import numpy as np
import pytest

from mint.token.families.noise import KINDS, NOISE
from mint.token.families.noise.levels import MAX_LEVEL, SINE, value_noise
from mint.token.families.noise.postprocessing import EFFECTS, GRAINS, SYMMETRIES
from mint.token.palettes import HANDMADE
from mint.token.random import Stream

SIZES = sorted({len(palette): palette for palette in HANDMADE}.items())
PLAIN = {"kind": "islands", "grain": "fine", "symmetry": "none", "ink": "ocean", "effect": "none"}
CHOICES = [(feature.name, value) for feature in NOISE.features for value in feature.values]


@pytest.mark.parametrize(("name", "value"), CHOICES)
def test_every_value_is_drawn_in_every_palette_size(name: str, value: str) -> None:
    values = {**PLAIN, name: value}
    for num_colors, palette in SIZES:
        pixels = NOISE.draw(values, Stream("a", "noise"), palette)
        assert pixels.shape == (32, 32)
        assert pixels.dtype == np.uint8
        assert pixels.max() < num_colors
        assert len(np.unique(pixels)) >= min(NOISE.min_colors(values), num_colors)


@pytest.mark.parametrize("name", [feature.name for feature in NOISE.features])
def test_changing_one_value_changes_the_picture(name: str) -> None:
    feature = next(feature for feature in NOISE.features if feature.name == name)
    pictures = {NOISE.draw({**PLAIN, name: value}, Stream("b", "noise"), HANDMADE[0]).tobytes() for value in feature.values}
    assert len(pictures) == len(feature.values)


@pytest.mark.parametrize("kind", KINDS)
def test_another_stream_draws_another_picture(kind: str) -> None:
    values = {**PLAIN, "kind": kind}
    one, again, other = (NOISE.draw(values, Stream("c", name), HANDMADE[0]) for name in ("one", "one", "other"))
    assert np.array_equal(one, again)
    assert np.count_nonzero(one != other) >= 103


def test_noise_has_three_colors_unless_its_ink_has_two() -> None:
    for index in range(400):
        random = Stream("d", f"noise/{index}")
        palette = HANDMADE[index % len(HANDMADE)]
        values = NOISE.draw_values(random)
        num_colors = len(np.unique(NOISE.draw(values, random, palette)))
        assert num_colors >= min(NOISE.min_colors(values), len(palette)), (values, palette.name)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("side", sorted({32 // cell for cell, _ in GRAINS.values()}))
def test_rules_return_square_levels(kind: str, side: int) -> None:
    levels = KINDS[kind][1](Stream("e", kind), side)
    assert levels.dtype == np.uint8
    assert levels.shape[0] == levels.shape[1]
    assert 32 % levels.shape[0] == 0
    assert levels.max() <= MAX_LEVEL


@pytest.mark.parametrize("side", [8, 16, 32])
def test_symmetries_are_exact(side: int) -> None:
    levels = Stream("f", "symmetry").grid_below(8, side, side).astype(np.uint8)
    shapes = {name: symmetry(levels) for name, symmetry in SYMMETRIES.items()}
    assert all(shape.shape == levels.shape for shape in shapes.values())
    assert np.array_equal(shapes["none"], levels)
    assert np.array_equal(shapes["mirrored"], shapes["mirrored"][:, ::-1])
    assert np.array_equal(shapes["reflected"], shapes["reflected"][::-1])
    assert np.array_equal(shapes["rotated"], np.rot90(shapes["rotated"], 2))
    assert np.array_equal(shapes["pinwheel"], np.rot90(shapes["pinwheel"]))
    assert np.array_equal(shapes["repeated"], np.roll(shapes["repeated"], side // 2, axis=0))
    for mirrored in (shapes["fourfold"], shapes["kaleidoscope"]):
        assert np.array_equal(mirrored, mirrored[::-1, ::-1])
        assert np.array_equal(mirrored, mirrored[:, ::-1])
    assert np.array_equal(shapes["kaleidoscope"], shapes["kaleidoscope"].T)


@pytest.mark.parametrize("effect", EFFECTS)
def test_effects_do_not_change_their_argument(effect: str) -> None:
    levels = value_noise(Stream("g", "levels"), 32, 4, 4).astype(np.uint8) >> np.uint8(5)
    before = levels.copy()
    after = EFFECTS[effect](levels, Stream("g", "effect"))
    assert np.array_equal(levels, before)
    assert after.max() <= MAX_LEVEL
    assert np.array_equal(after, before) == (effect == "none")


def test_sine_is_odd_and_peaks_at_quarter_turns() -> None:
    assert SINE.shape == (64,)
    assert SINE[16] == 127
    assert SINE[48] == -127
    assert np.array_equal(SINE[1:], -SINE[:0:-1])


def test_weights_sum_to_1000() -> None:
    assert [sum(feature.weights.values()) for feature in NOISE.features] == [1000] * len(NOISE.features)
