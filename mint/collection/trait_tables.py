"""The traits of tokens, which combinations of them a hash can draw, and with which odds.

Traits fall into three groups that are drawn independently: those of the palette, those of the families and features of the nine
sprites, and those of their pixels. The odds of the first two follow from the weights of palettes, families and features. Nothing
but drawing tells the odds of the third, so only what contradicts itself is left out of it.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mint.token.families import FAMILIES, FAMILY_FEATURE
from mint.token.features import Feature, tier_of
from mint.token.palettes import HANDMADE_BY_NAME, PALETTE_FEATURE
from mint.token.palettes.harmony import HarmonyKey, harmony_palette
from mint.token.token import NUM_SPRITES
from mint.token.traits import DIFFICULTIES, SYMMETRIES, palette_rarity

Value = str | int
Codes = NDArray[np.int16]

MAX_DIFFICULTY = 100


@dataclass(frozen=True)
class TraitTable:
    """The combinations of some traits: for each trait its values, and for each row the code of its value.

    ``values[trait][codes[trait][row]]`` is the value in a row. ``odds`` are those of each row, (num_rows,) float64, where they are
    known. Rows of odds 0 are left out.
    """

    values: Mapping[str, tuple[Value, ...]]
    codes: Mapping[str, Codes]
    odds: NDArray[np.float64] | None

    @property
    def num_rows(self) -> int:
        """How many combinations there are."""
        return len(next(iter(self.codes.values())))

    def column(self, trait: str, values: frozenset[Value]) -> NDArray[np.bool_]:
        """Return which rows have one of the values, (num_rows,) bool."""
        return np.array([value in values for value in self.values[trait]])[self.codes[trait]]


@cache
def trait_tables() -> tuple[TraitTable, TraitTable, TraitTable]:
    """Return the tables of the palette, of the families and features, and of the pixels."""
    return _palette_table(), _sprite_table(), _pixel_table()


@cache
def trait_values() -> dict[str, tuple[Value, ...]]:
    """Return each trait with its values, in display order of the traits; numbers ascend."""
    return {trait: found for table in trait_tables() for trait, found in table.values.items()}


def _table(rows: Sequence[Mapping[str, Value]], odds: Sequence[float] | None) -> TraitTable:
    values = {trait: _ascending(dict.fromkeys(row[trait] for row in rows)) for trait in rows[0]}
    places = {trait: {value: code for code, value in enumerate(found)} for trait, found in values.items()}
    codes = {trait: np.array([places[trait][row[trait]] for row in rows], np.int16) for trait in values}
    return TraitTable(values, codes, None if odds is None else np.array(odds))


def _ascending(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return values with numbers in their order, and texts as they come."""
    return tuple(sorted(values, key=lambda value: value if isinstance(value, int) else 0))


def _palette_table() -> TraitTable:
    """Every palette. All colours of a harmony differ, whatever its key, so its number of colours is fixed."""
    rows: list[Mapping[str, Value]] = []
    for name in PALETTE_FEATURE.values:
        palette = HANDMADE_BY_NAME.get(name) or harmony_palette(name, HarmonyKey(0, True, True, 255))
        rows.append({"Palette": name, "Palette tier": palette_rarity(name).tier, "Colors": len(palette)})
    return _table(rows, [float(PALETTE_FEATURE.odds(name)) for name in PALETTE_FEATURE.values])


def _pixel_table() -> TraitTable:
    symmetries = [(SYMMETRIES[0], 0), *((name, count) for name in SYMMETRIES[1:] for count in range(1, NUM_SPRITES + 1))]
    rows: list[Mapping[str, Value]] = [
        {
            "Symmetry": symmetry,
            "Symmetric sprites": count,
            "Difficulty": next(name for bound, name in DIFFICULTIES if score <= bound),
            "Difficulty score": score,
        }
        for symmetry, count in symmetries
        for score in range(MAX_DIFFICULTY + 1)
    ]
    return _table(rows, None)


@cache
def _monomials() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the powers of all monomials of degree 0 to 8 with one unknown a family, and where each divided by an unknown is.

    Both have the shape (num_families, num_monomials). What does not divide is at -1; the constant is at 0.
    """
    grid = np.indices((NUM_SPRITES,) * len(FAMILIES)).reshape(len(FAMILIES), -1)
    powers = grid[:, grid.sum(axis=0) < NUM_SPRITES]
    places = {tuple(each): place for place, each in enumerate(powers.T)}
    units = np.eye(len(FAMILIES), dtype=int)
    divided = np.array([[places.get(tuple(each), -1) for each in (powers.T - unit)] for unit in units])
    return powers, divided


def _rests(odds: Fraction) -> NDArray[np.float64]:
    """Return the odds of the eight sprites beside the rarest, which has some odds, for each monomial: its powers count families.

    The rarest is the first of equals: those before it are more common, those after it may be as common. That is
    ``h(8) = sum(A**j * B**(8 - j))`` where A and B are linear in the unknowns, and ``h(n) = A * h(n - 1) + B**n``.
    """
    more_common = np.array([_share(family, odds, equal=False) for family in FAMILIES])
    as_common = np.array([_share(family, odds, equal=True) for family in FAMILIES])
    powers, divided = _monomials()

    def times(polynomial: NDArray[np.float64], linear: NDArray[np.float64]) -> NDArray[np.float64]:
        product: NDArray[np.float64] = linear @ np.append(polynomial, 0.0)[divided]
        return product

    power = np.zeros(powers.shape[1])
    power[0] = 1.0
    total = power
    for _ in range(NUM_SPRITES - 1):
        power = times(power, as_common)
        total = times(total, more_common) + power
    return total


def _share(family: str, odds: Fraction, *, equal: bool) -> float:
    """Return the odds of a sprite of a family in which nothing has lower odds, nor, unless ``equal``, the same."""
    own = FAMILY_FEATURE.odds(family)
    share = own if own > odds or (equal and own == odds) else Fraction(0)
    for feature in FAMILIES[family].features:
        share *= _feature_share(feature, odds, equal=equal)
    return float(share)


def _feature_share(feature: Feature, odds: Fraction, *, equal: bool) -> Fraction:
    found = (feature.odds(value) for value in feature.values)
    return sum((own for own in found if own > odds or (equal and own == odds)), Fraction(0))


def _firsts(family: str) -> Iterator[tuple[str, Fraction, float]]:
    """Yield what can be the rarest of a sprite: its label and odds, and the odds of a sprite with it as the first of the lowest."""
    own, features = FAMILY_FEATURE.odds(family), FAMILIES[family].features
    rest = math.prod((_feature_share(feature, own, equal=True) for feature in features), start=own)
    yield f"family: {family}", own, float(rest)
    for place, feature in enumerate(features):
        for value in feature.values:
            odds = feature.odds(value)
            share = own * odds if own > odds else Fraction(0)
            for other, each in enumerate(features):
                if other != place:
                    share *= _feature_share(each, odds, equal=other > place)
            yield f"{family} {feature.name}: {value}", odds, float(share)


def _sprite_table() -> TraitTable:
    """Count families and name the rarest feature.

    The rarest is the first of the lowest odds among nine sprites, and in a sprite among its family and its features.
    """
    names = tuple(FAMILIES)
    counts, _ = _monomials()
    rest_rows = np.flatnonzero(counts.sum(axis=0) == NUM_SPRITES - 1)
    rests: dict[Fraction, NDArray[np.float64]] = {}
    labels: list[str] = []
    tiers: list[str] = []
    parts: list[tuple[NDArray[np.int16], NDArray[np.float64]]] = []
    for place, family in enumerate(names):
        for label, odds, first in _firsts(family):
            if odds not in rests:
                rests[odds] = _rests(odds)[rest_rows]
            row_odds = rests[odds] * first
            kept = row_odds > 0
            if kept.any():
                own = counts[:, rest_rows[kept]].astype(np.int16)
                own[place] += 1
                labels.append(label)
                tiers.append(tier_of(odds))
                parts.append((own, row_odds[kept]))
    return _sprite_rows(names, labels, tiers, parts)


def _sprite_rows(
    names: tuple[str, ...], labels: list[str], tiers: list[str], parts: list[tuple[NDArray[np.int16], NDArray[np.float64]]]
) -> TraitTable:
    sizes = [len(odds) for _, odds in parts]
    tier_values = tuple(dict.fromkeys(tiers))
    families = np.concatenate([own for own, _ in parts], axis=1)
    return TraitTable(
        {
            **{name.capitalize(): tuple(range(NUM_SPRITES + 1)) for name in names},
            "Rarest": tuple(labels),
            "Rarest tier": tier_values,
        },
        {
            **{name.capitalize(): families[place] for place, name in enumerate(names)},
            "Rarest": np.repeat(np.arange(len(labels), dtype=np.int16), sizes),
            "Rarest tier": np.repeat(np.array([tier_values.index(tier) for tier in tiers], np.int16), sizes),
        },
        np.concatenate([odds for _, odds in parts]),
    )
