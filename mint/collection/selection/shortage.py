"""How many more candidates rules need, by simulated draws with the odds of traits.

The odds of palettes, families and features are exact. Those of symmetries and difficulties are taken from the candidates at hand.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.collection.rules.rule import Rule
from mint.collection.selection.integer_program import IntegerProgram
from mint.collection.selection.token_classes import classes_of_rows, facts_of, kinds_of_rows, unique_traits
from mint.collection.trait_tables import Codes, TraitTable, trait_tables, trait_values

# A number suffices if it does in each of so many simulated draws.
NUM_DRAWS: Final = 10
# Where tokens are to be unique, each simulated token has to be looked at.
MAX_MORE: Final = 1 << 30
MAX_MORE_UNIQUE: Final = 1 << 20

Suffices = Callable[[int], bool]


def num_more_candidates(candidates: TraitTable, ones_of_one: Sequence[int], rules: Sequence[Rule]) -> int | None:
    """Return how many more candidates suffice for rules in ten simulated draws, rounded up by at most 5 %.

    ``candidates`` are those that do not suffice, with the tokens of the OneOfOne rules in the rows ``ones_of_one``. Returns None
    where even a million (with a rule of uniqueness) or a thousand million do not suffice.
    """
    tables = [*trait_tables()[:2], _pixel_odds(candidates)]
    if unique_traits(rules):
        return _smallest(lambda more: _suffice_unique(candidates, ones_of_one, rules, tables, more), MAX_MORE_UNIQUE)
    facts = facts_of(rules)
    kinds = [kinds_of_rows(table, facts, ()) for table in tables]
    shares = [np.bincount(each.kind, table.odds, len(each.has)) for each, table in zip(kinds, tables, strict=True)]
    odds = reduce(np.multiply.outer, shares).reshape(-1)
    has = reduce(lambda one, other: (one[:, None] | other).reshape(len(one) * len(other), len(facts)), (each.has for each in kinds))
    at_hand = classes_of_rows(candidates, rules, ones_of_one)
    # The simulated tokens are classes of their own beside those at hand.
    supply = at_hand.supply
    classes = replace(
        at_hand,
        has=np.concatenate([at_hand.has, has]),
        group=np.zeros(len(supply) + len(odds), np.int64),
        one_of_one=np.concatenate([at_hand.one_of_one, np.full(len(odds), -1, np.int64)]),
    )

    def suffices(more: int) -> bool:
        for seed in range(NUM_DRAWS):
            drawn = np.random.default_rng(seed).poisson(more * odds)
            if IntegerProgram(replace(classes, supply=np.concatenate([supply, drawn])), rules).solve() is None:
                return False
        return True

    return _smallest(suffices, MAX_MORE)


def _suffice_unique(
    candidates: TraitTable, ones_of_one: Sequence[int], rules: Sequence[Rule], tables: Sequence[TraitTable], more: int
) -> bool:
    for seed in range(NUM_DRAWS):
        random = np.random.default_rng(seed)
        codes: dict[str, Codes] = {}
        for table in tables:
            assert table.odds is not None
            rows = random.choice(table.num_rows, more, p=table.odds / table.odds.sum())
            codes |= {trait: np.concatenate([candidates.codes[trait], found[rows]]) for trait, found in table.codes.items()}
        classes = classes_of_rows(TraitTable(trait_values(), codes, None), rules, ones_of_one)
        if IntegerProgram(classes, rules).solve() is None:
            return False
    return True


def _smallest(suffices: Suffices, limit: int) -> int | None:
    """Return a number that suffices, at most 5 % over the smallest; None if it is over the limit."""
    high = 64
    if suffices(0):
        return 0
    while not suffices(high):
        high *= 2
        if high > limit:
            return None
    low = high // 2
    while high - low > high // 20 + 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high


def _pixel_odds(candidates: TraitTable) -> TraitTable:
    """Return the table of the pixels with the candidates' shares; all that is possible shares the odds of one more candidate."""
    every = trait_tables()[2]
    codes = {trait: np.concatenate([candidates.codes[trait], found]) for trait, found in every.codes.items()}
    seen: NDArray[np.float64] = np.full(candidates.num_rows, 1.0)
    possible = np.full(every.num_rows, 1 / every.num_rows)
    odds = np.concatenate([seen, possible])
    return TraitTable(every.values, codes, odds / odds.sum())
