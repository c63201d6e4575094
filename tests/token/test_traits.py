"""Tests of traits: they describe what was drawn."""

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mint.token.families import FAMILIES
from mint.token.hash import parse_hash
from mint.token.palettes import draw_palette
from mint.token.random import Stream
from mint.token.raster import Pixels
from mint.token.token import Token, draw_token
from mint.token.traits import DIFFICULTIES, difficulty, palette_rarity, rarest, sprite_rarities, symmetry, traits_of

BLANK = np.zeros((4, 4), np.uint8)


@pytest.fixture(scope="module")
def tokens() -> list[Token]:
    return [draw_token(parse_hash(f"traits {number}")) for number in range(30)]


def _picture(*rows: str) -> Pixels:
    return np.array([[int(cell) for cell in row] for row in rows], np.uint8)


@pytest.mark.parametrize(
    ("pixels", "name"),
    [
        (_picture("0123", "4567", "8901", "2345"), "none"),
        (_picture("0110", "2332", "4554", "6776"), "mirror"),
        (_picture("0123", "4567", "4567", "0123"), "mirror"),
        (_picture("0123", "1456", "2578", "3689"), "mirror"),
        (_picture("0123", "4567", "7654", "3210"), "point"),
        (_picture("0120", "2331", "1332", "0210"), "fourfold"),
        (_picture("0110", "1221", "1221", "0110"), "kaleidoscope"),
        (BLANK, "kaleidoscope"),
    ],
)
def test_symmetry_is_the_highest_one(pixels: Pixels, name: str) -> None:
    assert symmetry(pixels) == name
    assert symmetry(np.rot90(pixels)) == name


def test_one_pixel_breaks_a_symmetry() -> None:
    pixels = BLANK.copy()
    pixels[1, 0] = 1
    assert symmetry(pixels) == "none"


def test_rarest_is_the_least_likely_value(tokens: list[Token]) -> None:
    for token in tokens:
        odds = [
            (FAMILIES[sprite.family].features[place].odds(value), f"{sprite.family} {name}", value)
            for sprite in token.sprites
            for place, (name, value) in enumerate(sprite.values.items())
        ]
        found = rarest(token)
        assert found.odds <= min(odd for odd, _, _ in odds)
        assert found.feature == "family" or (found.odds, found.feature, found.value) in odds


def test_odds_of_a_sprite_are_those_of_its_family_and_features() -> None:
    values = {"pair": "text + town", "join": "stacked", "balance": "sliver", "seam": "none", "turn": "echoed", "tint": "none"}
    rarities = sprite_rarities("mix", values)
    assert [rarity.feature for rarity in rarities] == ["family", *(f"mix {name}" for name in values)]
    assert (rarities[0].odds, rarities[0].tier) == (Fraction(1, 25), "rare")
    assert (rarities[3].odds, rarities[3].tier) == (Fraction(3, 100), "epic")


def test_traits_describe_the_sprites(tokens: list[Token]) -> None:
    for token in tokens:
        traits = dict(traits_of(token).values)
        counts = Counter(sprite.family for sprite in token.sprites)
        assert [traits[family.capitalize()] for family in FAMILIES] == [counts[family] for family in FAMILIES]
        assert traits["Palette"] == token.palette_name
        assert traits["Palette tier"] == palette_rarity(token.palette_name).tier
        assert traits["Colors"] == len(token.palette)
        assert traits["Rarest"] == f"{rarest(token).feature}: {rarest(token).value}"
        assert traits["Rarest tier"] == rarest(token).tier
        found = [symmetry(sprite.pixels) for sprite in token.sprites]
        assert traits["Symmetric sprites"] == 9 - found.count("none")
        assert traits["Symmetry"] in found
        assert (traits["Symmetry"] == "none") == (traits["Symmetric sprites"] == 0)


def test_traits_are_str_and_int(tokens: list[Token]) -> None:
    for token in tokens:
        traits = traits_of(token)
        assert {type(value) for _, value in traits.values} == {str, int}
        assert json.loads(json.dumps(traits.values)) == [list(pair) for pair in traits.values]
        assert traits.description.isprintable()


def test_difficulty_has_a_name_for_every_score(tokens: list[Token]) -> None:
    for token in tokens:
        traits = dict(traits_of(token).values)
        score, name = int(traits["Difficulty score"]), str(traits["Difficulty"])
        names = [name for _, name in DIFFICULTIES]
        lowest = ([-1] + [bound for bound, _ in DIFFICULTIES])[names.index(name)]
        assert lowest < score <= {name: bound for bound, name in DIFFICULTIES}[name]
    assert DIFFICULTIES[-1][0] == 100


def with_sprites(token: Token, sprites: Pixels) -> Token:
    return replace(
        token, sprites=tuple(replace(sprite, pixels=pixels) for sprite, pixels in zip(token.sprites, sprites, strict=True))
    )


def test_difficulty_increases_with_colors_differences_and_near_duplicates(tokens: list[Token]) -> None:
    random = np.random.default_rng(1)
    token = next(token for token in tokens if len(token.palette) == 16)
    noise = random.integers(0, 16, (9, 32, 32), np.uint8)
    twins = noise.copy()
    twins[1] = np.where(random.random((32, 32)) < 0.2, 0, twins[0])
    half = noise.copy()
    half[:, 16:] = 0
    two_colors = draw_palette("one bit", Stream("x", "y"))
    assert difficulty(with_sprites(token, half)) < difficulty(with_sprites(token, noise)) < difficulty(with_sprites(token, twins))
    assert difficulty(replace(with_sprites(token, noise), palette=two_colors)) < difficulty(with_sprites(token, noise))


def test_difficulty_does_not_depend_on_the_order_of_sprites(tokens: list[Token]) -> None:
    for token in tokens[:5]:
        assert difficulty(token) == difficulty(with_sprites(token, token.pixels[::-1]))
