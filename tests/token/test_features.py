"""Tests of features: exact odds, tiers, draws that follow the odds, and requirements of all families."""

from collections import Counter
from fractions import Fraction

import pytest
from scipy.stats import chisquare

from mint.token.families import FAMILIES, FAMILY_FEATURE
from mint.token.families.family import Family
from mint.token.features import TIER_FLOORS, Feature, tier_of
from mint.token.palettes import PALETTE_FEATURE
from mint.token.random import Stream

ALL_FEATURES = [FAMILY_FEATURE, PALETTE_FEATURE, *(feature for family in FAMILIES.values() for feature in family.features)]
COLORS = Feature("color", {"red": 600, "green": 300, "blue": 95, "gold": 5})


def test_odds_are_weights_over_their_sum() -> None:
    assert [COLORS.odds(value) for value in COLORS.values] == [
        Fraction(3, 5),
        Fraction(3, 10),
        Fraction(19, 200),
        Fraction(1, 200),
    ]


def test_tier_follows_from_odds() -> None:
    assert [COLORS.tier(value) for value in COLORS.values] == ["common", "common", "uncommon", "legendary"]


@pytest.mark.parametrize(
    ("odds", "tier", "next_tier"),
    [
        (Fraction(1, 5), "common", "uncommon"),
        (Fraction(1, 12), "uncommon", "rare"),
        (Fraction(1, 30), "rare", "epic"),
        (Fraction(1, 100), "epic", "legendary"),
    ],
)
def test_tier_includes_its_floor(odds: Fraction, tier: str, next_tier: str) -> None:
    assert tier_of(odds) == tier
    assert tier_of(odds - Fraction(1, 10**9)) == next_tier


def test_tiers_are_in_order() -> None:
    floors = [floor for _, floor in TIER_FLOORS]
    assert floors == sorted(floors, reverse=True)
    assert floors[-1] == 0


def test_draws_follow_the_odds() -> None:
    random = Stream("features", "color")
    counts = Counter(COLORS.draw(random) for _ in range(40_000))
    expected = [float(40_000 * COLORS.odds(value)) for value in COLORS.values]
    assert chisquare([counts[value] for value in COLORS.values], expected).pvalue > 0.001


@pytest.mark.parametrize("weights", [{}, {"only": 1}, {"some": 1, "never": 0}, {"some": 1, "less": -1}])
def test_feature_needs_two_values_of_positive_weight(weights: dict[str, int]) -> None:
    with pytest.raises(AssertionError):
        Feature("broken", weights)


@pytest.mark.parametrize("feature", ALL_FEATURES, ids=lambda feature: feature.name)
def test_odds_of_every_feature_sum_to_one(feature: Feature) -> None:
    assert sum(feature.odds(value) for value in feature.values) == 1
    assert all(value.isprintable() and value == value.strip() and value for value in feature.values)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_family_has_five_features_and_values_of_every_tier(family: Family) -> None:
    names = [feature.name for feature in family.features]
    assert len(set(names)) == len(names) >= 5
    tiers = {feature.tier(value) for feature in family.features for value in feature.values}
    # A mix is rare in itself and needs no legendary values.
    assert tiers | ({"legendary"} if family.name == "mix" else set()) == {tier for tier, _ in TIER_FLOORS}
    values = {feature.name: feature.values for feature in family.features}
    assert all(set(few) <= set(values[name]) for name, few in family.two_color.items())


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_features_of_a_family_are_independent(family: Family) -> None:
    """Test that the counts of pairs of common values follow the product of their odds."""
    draws = [family.draw_values(Stream(f"independent {number}", family.name)) for number in range(3000)]
    first, *others = family.features
    for other in others:
        a, b = first.values[0], other.values[0]
        p, q = float(first.odds(a)), float(other.odds(b))
        counts = Counter((values[first.name] == a, values[other.name] == b) for values in draws)
        expected = [3000 * x * y for x in (p, 1 - p) for y in (q, 1 - q)]
        assert chisquare([counts[i, j] for i in (True, False) for j in (True, False)], expected).pvalue > 0.001


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_text_of_and_inner_values_are_deterministic(family: Family) -> None:
    random = Stream("telling", family.name)
    values = family.draw_values(random)
    before = dict(values)
    for function in (family.text_of, family.inner_values):
        if function is not None:
            result = function(values, random.fork("pixels"))
            assert result
            assert function(values, random.fork("pixels")) == result
    assert values == before


def test_only_text_has_text_of_and_only_mix_has_inner_values() -> None:
    assert [name for name, family in FAMILIES.items() if family.text_of] == ["text"]
    assert [name for name, family in FAMILIES.items() if family.inner_values] == ["mix"]
    values = FAMILIES["mix"].draw_values(Stream("inner", "mix"))
    assert FAMILIES["mix"].inner_values is not None
    inner = FAMILIES["mix"].inner_values(values, Stream("inner", "mix"))
    assert " + ".join(inner) == values["pair"]
    for name, inside in inner.items():
        assert all(inside[feature.name] in feature.weights for feature in FAMILIES[name].features)
