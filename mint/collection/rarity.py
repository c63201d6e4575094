"""OpenRarity: how rare each token of a collection is, as a score and a rank.

The method is the one of the package open-rarity 0.7.5 (Apache 2.0, https://github.com/ProjectOpenSea/open-rarity; in words at
https://openrarity.gitbook.io/developers/fundamentals/methodology). Names and values of traits are compared without regard to case
and surrounding spaces. Numeric traits do not count.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

# Every token gets the number of its traits as one more trait.
TRAIT_COUNT: Final = "meta_trait:trait_count"

Traits = Mapping[str, str | int]


@dataclass(frozen=True, kw_only=True)
class TokenRarity:
    """How rare a token is: its score (1 is the collection's mean), its rank from 1, and how many values only this token has."""

    score: float
    rank: int
    unique_values: int


def rank_tokens(tokens: Sequence[Traits]) -> list[TokenRarity]:
    """Score and rank the tokens of a collection by their text traits, name to value; results are in the order of the tokens.

    The information of a token is the sum of -log2 p over all traits of the collection, where p is the share of tokens that have the
    token's value, or that lack the trait as it does. The score is that, divided by the entropy of the collection in bits. Tokens
    with more unique values rank first, then those with higher scores. Neighbours in this order share a rank if their scores are
    equal to within 1e-9 of their size: 1, 2, 2, 2, 5.
    """
    rows = [_normal_traits(traits) for traits in tokens]
    counts = _value_counts(rows)
    missing = {name: len(rows) - values.total() for name, values in counts.items()}
    entropy = _entropy(counts, missing, len(rows))
    names = sorted(counts)
    scores, unique = [], []
    for row in rows:
        shares = [len(rows) / (counts[name][row[name]] if name in row else missing[name]) for name in names]
        scores.append(float(-np.sum(np.log2(np.reciprocal(shares)))) / (entropy or 1.0))
        unique.append(sum(counts[name][value] == 1 for name, value in row.items()))
    ranks = _ranks(scores, unique)
    return [
        TokenRarity(score=score, rank=rank, unique_values=count) for score, rank, count in zip(scores, ranks, unique, strict=True)
    ]


def _normal_traits(traits: Traits) -> dict[str, str]:
    row = {name.lower().strip(): value.lower().strip() for name, value in traits.items() if isinstance(value, str)}
    return row | {TRAIT_COUNT: str(sum(value not in {"none", ""} for value in row.values()))}


def _value_counts(rows: Sequence[Mapping[str, str]]) -> dict[str, Counter[str]]:
    """Return how often each value of each trait occurs, traits and values in the order in which they occur first."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        for name, value in row.items():
            counts.setdefault(name, Counter())[value] += 1
    return counts


def _entropy(counts: Mapping[str, Counter[str]], missing: Mapping[str, int], num_tokens: int) -> float:
    """Return the sum of the entropies of all traits, in bits; to lack a trait is a value as well."""
    shares = [
        count / num_tokens
        for name, values in counts.items()
        for count in (*values.values(), *([missing[name]] if missing[name] else []))
    ]
    return float(-np.dot(shares, np.log2(shares)))


def _ranks(scores: Sequence[float], unique: Sequence[int]) -> list[int]:
    order = sorted(range(len(scores)), key=lambda number: (unique[number], scores[number]), reverse=True)
    ranks = [0] * len(scores)
    for place, number in enumerate(order):
        # As in the package, only the score tells a tie, even where the numbers of unique values differ.
        tied = place > 0 and math.isclose(scores[number], scores[order[place - 1]])
        ranks[number] = ranks[order[place - 1]] if tied else place + 1
    return ranks
