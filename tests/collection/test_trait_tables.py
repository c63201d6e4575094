"""The tables of traits know every token, and their odds are those of the tokens."""

from collections import Counter

import numpy as np
import pytest

from mint.collection.trait_tables import trait_tables, trait_values
from mint.token.families import FAMILIES, FAMILY_FEATURE
from mint.token.hash import parse_hash
from mint.token.random import Stream
from mint.token.token import draw_token
from mint.token.traits import sprite_rarities

NUM_TOKENS = 60
NUM_FEATURES = 1500


def test_every_token_is_in_each_table() -> None:
    for number in range(NUM_TOKENS):
        features = draw_token(parse_hash(f"a token {number}")).features
        assert list(features) == list(trait_values())
        for table in trait_tables():
            rows = np.logical_and.reduce([table.column(trait, frozenset([features[trait]])) for trait in table.values])
            assert rows.sum() == 1, f"{features}"


def test_odds_add_up_to_one() -> None:
    palettes, sprites, pixels = trait_tables()
    assert palettes.odds is not None
    assert sprites.odds is not None
    assert pixels.odds is None
    assert palettes.odds.sum() == pytest.approx(1, abs=1e-12)
    assert sprites.odds.sum() == pytest.approx(1, abs=1e-12)


def test_the_odds_of_the_rarest_feature_are_those_of_drawn_features() -> None:
    table = trait_tables()[1]
    assert table.odds is not None
    counts: Counter[str] = Counter()
    for number in range(NUM_FEATURES):
        rarities = []
        for sprite in range(9):
            stream = Stream(f"features {number}", f"sprite/{sprite}")
            family = FAMILIES[FAMILY_FEATURE.draw(stream)]
            rarities += sprite_rarities(family.name, family.draw_values(stream))
        rarest = min(rarities, key=lambda rarity: rarity.odds)
        counts[f"{rarest.feature}: {rarest.value}"] += 1
    odds = np.bincount(table.codes["Rarest"], table.odds) * NUM_FEATURES
    often = np.flatnonzero(odds >= 5)
    seen = np.array([counts[str(table.values["Rarest"][code])] for code in often])
    # The statistic of a chi-squared test: its mean is the number of values, its standard deviation the root of twice that.
    statistic = float(((seen - odds[often]) ** 2 / odds[often]).sum())
    assert len(often) > 40
    assert statistic < len(often) + 4 * np.sqrt(2 * len(often))
