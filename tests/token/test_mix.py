"""Tests of mix sprites: visible features, and inner values that equal the drawn ones."""

from collections.abc import Mapping

import numpy as np
import pytest

from mint.token.families.family import Family
from mint.token.families.mix import make_mix
from mint.token.families.mix.joins import BALANCES, JOINS
from mint.token.families.mix.seams import SEAMS
from mint.token.families.mix.second_sprite import TINTS, TURNS
from mint.token.families.noise import NOISE
from mint.token.features import Feature
from mint.token.palette import Palette
from mint.token.palettes import HANDMADE
from mint.token.random import Stream
from mint.token.raster import Pixels


def _stripes(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
    """Draw stripes and a block: a picture that every turn changes."""
    pixels = np.zeros((32, 32), np.uint8)
    pixels[:] = np.array([palette.roles.void, palette.roles.leaf, palette.roles.clay])[np.arange(32) // 3 % 3]
    pixels[10:20] = palette.roles.lamp if values["sun"] == "yes" else palette.roles.neon
    pixels[4:9, 12 : 20 + random.below(8)] = palette.roles.light
    return pixels


TOWN = Family(name="town", features=(Feature("sun", {"yes": 1, "no": 1}),), draw=_stripes)
TEXT = Family(name="text", features=(Feature("sun", {"yes": 9, "no": 1}),), draw=lambda v, r, p: _stripes(v, r, p).T.copy())
MIX = make_mix((TOWN, TEXT, NOISE))
PLAIN = {"pair": "town + noise", "join": "stacked", "balance": "half", "seam": "none", "turn": "upright", "tint": "none"}
CHOICES = [(feature.name, value) for feature in MIX.features for value in feature.values]


def test_pairs_are_all_pairs_of_families() -> None:
    assert MIX.features[0].values == ("text + town", "town + noise", "text + noise")


@pytest.mark.parametrize("table", [JOINS, BALANCES, SEAMS, TURNS, TINTS])
def test_weights_sum_to_1000(table: Mapping[str, tuple[int, object]]) -> None:
    assert sum(weight for weight, _ in table.values()) == 1000


@pytest.mark.parametrize(("name", "value"), CHOICES)
def test_every_value_is_drawn_in_every_palette_size(name: str, value: str) -> None:
    for num_colors, palette in sorted({len(palette): palette for palette in HANDMADE}.items()):
        pixels = MIX.draw({**PLAIN, name: value}, Stream("a", "mix"), palette)
        assert pixels.shape == (32, 32)
        assert pixels.dtype == np.uint8
        assert pixels.max() < num_colors
        assert len(np.unique(pixels)) >= min(3, num_colors)


@pytest.mark.parametrize("name", [feature.name for feature in MIX.features])
@pytest.mark.parametrize("join", JOINS)
def test_changing_one_value_changes_the_picture_in_every_join(name: str, join: str) -> None:
    feature = next(feature for feature in MIX.features if feature.name == name)
    values = {**PLAIN, "join": join}
    pictures = {MIX.draw({**values, name: value}, Stream("b", "mix"), HANDMADE[0]).tobytes() for value in feature.values}
    assert len(pictures) == len(feature.values)


def test_inner_values_are_the_drawn_values() -> None:
    seen: list[dict[str, str]] = []

    def record(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
        seen.append(dict(values))
        return _stripes(values, random, palette)

    recorded_mix = make_mix(
        (Family(name="town", features=TOWN.features, draw=record), Family(name="text", features=TEXT.features, draw=record), NOISE)
    )
    for index in range(20):
        seen.clear()
        random = Stream("c", f"mix/{index}")
        assert recorded_mix.inner_values is not None
        inner = recorded_mix.inner_values({**PLAIN, "pair": "text + town"}, random)
        recorded_mix.draw({**PLAIN, "pair": "text + town"}, Stream("c", f"mix/{index}"), HANDMADE[0])
        assert list(inner) == ["text", "town"]
        assert seen[:2] == [inner["text"], inner["town"]]
        assert random.u32() == Stream("c", f"mix/{index}").u32()


@pytest.mark.parametrize("balance", BALANCES)
def test_balance_is_the_share_of_the_first_sprite(balance: str) -> None:
    _, share = BALANCES[balance]
    for join in ("side by side", "stacked"):
        assert np.count_nonzero(JOINS[join][1](Stream("d", join), share, np.zeros((32, 32), np.uint8)).first_mask) == share * 32


def test_picture_of_two_colors_gets_a_border_in_a_third() -> None:
    def flat(values: Mapping[str, str], random: Stream, palette: Palette) -> Pixels:
        return np.full((32, 32), palette.roles.void, np.uint8)

    flat_mix = make_mix(tuple(Family(name=name, features=TOWN.features, draw=flat) for name in ("one", "other", "third")))
    pixels = flat_mix.draw({**PLAIN, "pair": "one + other", "seam": "line"}, Stream("e", "mix"), HANDMADE[0])
    assert len(np.unique(pixels)) == 3
    assert len(set(pixels[0]) | set(pixels[:, -1])) == 1
