"""The classes of all tokens that a hash can draw, so that a contradiction between rules is proved whatever hashes there are."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mint.collection.rules.rule import Rule
from mint.collection.selection.token_classes import (
    UNLIMITED,
    Grouping,
    TokenClasses,
    facts_of,
    group_keys,
    kinds_of_rows,
    unique_traits,
)
from mint.collection.trait_tables import TraitTable, Value, trait_tables

# More would take an integer program longer than a look at the candidates.
MAX_CLASSES = 100_000


def possible_classes(rules: Sequence[Rule], ones_of_one: Sequence[Mapping[str, Value]]) -> TokenClasses | None:
    """Return the classes of all tokens that can be drawn, and of those with the given traits; None if there are too many classes.

    Each class has all tokens that anyone may want: only the keys of unique traits are limited. Pixels are drawn in more ways here
    than in truth, so a contradiction is true, while what seems possible may not be.
    """
    facts, unique = facts_of(rules), unique_traits(rules)
    tables = trait_tables()
    kinds = [kinds_of_rows(table, facts, unique) for table in tables]
    groupings = [group_keys(each.key, each.kind) for each in kinds]
    if np.prod([len(grouping.group) for grouping in groupings], dtype=float) > MAX_CLASSES:
        return None
    num_keys = np.ones(1, np.int64)
    group, has = np.zeros(1, np.int64), np.zeros((1, len(facts)), bool)
    for each, grouping in zip(kinds, groupings, strict=True):
        group = (group[:, None] * len(grouping.num_keys) + grouping.group).reshape(-1)
        has = (has[:, None] | each.has[grouping.kind]).reshape(len(group), len(facts))
        num_keys = np.minimum(num_keys[:, None] * grouping.num_keys, UNLIMITED).reshape(-1)
    classes = TokenClasses(
        facts=facts,
        has=has,
        supply=np.full(len(group), UNLIMITED),
        group=group,
        num_keys=num_keys,
        one_of_one=np.full(len(group), -1, np.int64),
    )
    return _with_ones_of_one(classes, ones_of_one, unique, tables, groupings)


def _with_ones_of_one(
    classes: TokenClasses,
    ones_of_one: Sequence[Mapping[str, Value]],
    unique: Sequence[str],
    tables: Sequence[TraitTable],
    groupings: Sequence[Grouping],
) -> TokenClasses:
    """Add a class for each given token. Its key leaves its group for one of its own, in which all with that key are."""
    has, supply, group, num_keys = classes.has, classes.supply, classes.group, classes.num_keys.copy()
    own_groups: dict[tuple[Value, ...], int] = {}
    own: list[tuple[NDArray[np.bool_], int]] = []
    for token in ones_of_one:
        key = tuple(token[trait] for trait in unique)
        facts = np.array([token[trait] in values for trait, values in classes.facts], bool)
        if unique and key not in own_groups:
            own_groups[key] = len(num_keys)
            found = _group_of(token, unique, tables, groupings)
            members = np.flatnonzero(group == found) if found is not None else np.zeros(0, np.int64)
            if found is not None:
                num_keys[found] -= 1
            num_keys = np.append(num_keys, 1)
            has = np.concatenate([has, has[members]])
            supply = np.concatenate([supply, supply[members]])
            group = np.concatenate([group, np.full(len(members), own_groups[key])])
        own.append((facts, own_groups[key] if unique else 0))
    return TokenClasses(
        facts=classes.facts,
        has=np.concatenate([has, *(facts[None] for facts, _ in own)]),
        supply=np.concatenate([supply, np.ones(len(own), np.int64)]),
        group=np.concatenate([group, np.array([place for _, place in own], np.int64)]),
        num_keys=num_keys,
        one_of_one=np.concatenate([np.full(len(supply), -1, np.int64), np.arange(len(own))]),
    )


def _group_of(
    token: Mapping[str, Value], unique: Sequence[str], tables: Sequence[TraitTable], groupings: Sequence[Grouping]
) -> int | None:
    """Return the group of a token's key, None if no table has it."""
    group = 0
    for table, grouping in zip(tables, groupings, strict=True):
        rows = np.ones(table.num_rows, bool)
        for trait in set(unique) & set(table.codes):
            rows &= table.column(trait, frozenset([token[trait]]))
        if not rows.any():
            return None
        group = group * len(grouping.num_keys) + int(grouping.group_of_row[int(rows.argmax())])
    return group
