"""Classes of tokens that no rule tells apart: what an integer program counts, in place of single tokens.

A rule asks for a few facts about a token: whether it has one of some values of a trait. Tokens with equal facts are alike, unless
uniqueness tells them apart: their key is then what they have in the unique traits. Keys with which tokens of the same facts exist
are alike, too, and form a group, of which at most as many tokens are chosen as it has keys.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.collection.rules.rule import Combination, Exclusion, Quota, Requirement, Rule, Uniqueness
from mint.collection.trait_tables import TraitTable, Value

Fact = tuple[str, frozenset[Value]]
Ids = NDArray[np.int64]

# More tokens than any collection has: what is possible at all has no other limit.
UNLIMITED = 1 << 30


def facts_of(rules: Iterable[Rule]) -> tuple[Fact, ...]:
    """Return the facts that rules ask for, each once."""
    found: dict[Fact, None] = {}
    for rule in rules:
        for combination in combinations_of(rule):
            found |= dict.fromkeys(combination.items())
    return tuple(found)


def combinations_of(rule: Rule) -> tuple[Combination, ...]:
    """Return the combinations that a rule asks for."""
    if isinstance(rule, Quota):
        return ({rule.trait: frozenset([rule.value])},)
    if isinstance(rule, Exclusion):
        return (rule.combination,)
    if isinstance(rule, Requirement):
        return rule.condition, rule.consequence
    return ()


def having(combination: Combination, facts: Sequence[Fact], has: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows of ``has`` (n, num_facts) have a combination, (n,) bool."""
    found = np.ones(len(has), bool)
    for fact in combination.items():
        found &= has[:, facts.index(fact)]
    return found


def breaking(rule: Exclusion | Requirement, facts: Sequence[Fact], has: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows of ``has`` (n, num_facts) are of tokens that break a rule, (n,) bool."""
    if isinstance(rule, Exclusion):
        return having(rule.combination, facts, has)
    return having(rule.condition, facts, has) & ~having(rule.consequence, facts, has)


def unique_traits(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the traits in which no two tokens may agree; none without a rule of uniqueness."""
    return next((rule.traits for rule in rules if isinstance(rule, Uniqueness)), ())


@dataclass(frozen=True, kw_only=True)
class TokenClasses:
    """Classes of tokens: ``has[c, f]`` is whether the tokens of class c have the fact f.

    Of class c at most ``supply[c]`` tokens can be chosen. ``group`` is the group of keys of each class, and ``num_keys`` how many
    keys each group has. ``one_of_one`` is the number of the rule whose token alone is in the class, -1 for other classes.
    """

    facts: tuple[Fact, ...]
    has: NDArray[np.bool_]
    supply: Ids
    group: Ids
    num_keys: Ids
    one_of_one: Ids

    def __len__(self) -> int:
        return len(self.supply)


@dataclass(frozen=True, kw_only=True)
class TokenKinds:
    """The kind and the key of each row of a table.

    Rows of one kind have the same facts, ``has[kind]``, (num_kinds, num_facts) bool. Rows of one key agree in all unique traits;
    without such traits all have the key 0.
    """

    has: NDArray[np.bool_]
    kind: Ids
    key: Ids


def kinds_of_rows(table: TraitTable, facts: Sequence[Fact], unique: Sequence[str], marks: Ids | None = None) -> TokenKinds:
    """Return the kinds and keys of a table's rows; rows with different ``marks`` are of different kinds, too."""
    has = np.zeros((table.num_rows, len(facts)), bool)
    for place, (trait, values) in enumerate(facts):
        if trait in table.codes:
            has[:, place] = table.column(trait, values)
    kind = np.zeros(table.num_rows, np.int64) if marks is None else _ids([marks])
    for start in range(0, len(facts), 32):
        bits = has[:, start : start + 32]
        kind = _ids([kind, bits @ (1 << np.arange(bits.shape[1], dtype=np.int64))])
    first = np.unique(kind, return_index=True)[1]
    keys = [table.codes[trait].astype(np.int64) for trait in unique if trait in table.codes]
    return TokenKinds(has=has[first], kind=kind, key=_ids(keys) if keys else np.zeros(table.num_rows, np.int64))


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """Classes by group and kind: those of each class, the class of each row, and how many keys each group has."""

    group: Ids
    kind: Ids
    class_of_row: Ids
    num_keys: Ids

    @property
    def group_of_row(self) -> Ids:
        """The group of each row's key."""
        return self.group[self.class_of_row]


def group_keys(key: Ids, kind: Ids) -> Grouping:
    """Group rows by their kinds and by the set of kinds that their key exists with."""
    num_kinds = int(kind.max(initial=0)) + 1
    # Each pair of a key and a kind once, sorted by key, so that the kinds of a key lie side by side.
    pairs, pair_of_row = np.unique(key * num_kinds + kind, return_inverse=True)
    pair_keys, pair_kinds = np.divmod(pairs, num_kinds)
    starts = np.flatnonzero(np.diff(pair_keys, prepend=-1))
    # Keys with the same set of kinds have the same sum of random words.
    words = np.random.default_rng(0).integers(1 << 63, size=num_kinds, dtype=np.uint64)
    sums = np.add.reduceat(words[pair_kinds], starts) if len(starts) else starts
    groups = np.unique(sums, return_inverse=True)[1]
    pair_groups = np.repeat(groups, np.diff(starts, append=len(pairs)))
    classes, class_of_pair = np.unique(pair_groups * num_kinds + pair_kinds, return_inverse=True)
    group, class_kinds = np.divmod(classes, num_kinds)
    return Grouping(group=group, kind=class_kinds, class_of_row=class_of_pair[pair_of_row], num_keys=np.bincount(groups))


def classes_of_rows(table: TraitTable, rules: Sequence[Rule], ones_of_one: Sequence[int] = ()) -> TokenClasses:
    """Return the classes of the tokens in a table; ``ones_of_one`` are the rows of the OneOfOne rules' tokens, in their order."""
    facts = facts_of(rules)
    marks = np.zeros(table.num_rows, np.int64)
    marks[list(ones_of_one)] = np.arange(len(ones_of_one)) + 1
    kinds = kinds_of_rows(table, facts, unique_traits(rules), marks)
    grouping = group_keys(kinds.key, kinds.kind)
    one_of_one = np.full(len(grouping.group), -1, np.int64)
    one_of_one[grouping.class_of_row[list(ones_of_one)]] = np.arange(len(ones_of_one))
    return TokenClasses(
        facts=facts,
        has=kinds.has[grouping.kind],
        supply=np.bincount(grouping.class_of_row, minlength=len(grouping.group)),
        group=grouping.group,
        num_keys=grouping.num_keys,
        one_of_one=one_of_one,
    )


def _ids(columns: Sequence[Ids]) -> Ids:
    """Return a number for each row that is equal for equal rows; columns hold numbers below 2**40."""
    ids = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        ids = np.unique(ids * (1 << 40) + column, return_inverse=True)[1]
    return ids
