"""Choose the tokens of a collection: the first candidates with which all rules can be kept.

Candidates are looked at in their order. One is taken if those taken so far, it, and some of the later ones together keep all rules;
else it is left out. So there is exactly one choice, whatever solves the integer programs, and it is as near to the odds of tokens
as the rules allow. The solution at hand answers this for most candidates, an integer program for the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mint.collection.rules.rule import Exclusion, Quota, Requirement, Rule, Size, Uniqueness
from mint.collection.selection.integer_program import IntegerProgram
from mint.collection.selection.solution import Solution, pick_rows
from mint.collection.selection.token_classes import (
    Grouping,
    Ids,
    TokenClasses,
    breaking,
    facts_of,
    group_keys,
    kinds_of_rows,
    unique_traits,
)
from mint.collection.trait_tables import TraitTable


def choose(
    candidates: TraitTable,
    rules: Sequence[Rule],
    ones_of_one: Sequence[int] = (),
    left_out: Sequence[int] = (),
    on_progress: Callable[[int], None] = lambda _: None,
) -> list[int] | None:
    """Return the rows of the tokens that are chosen, in order; None where the candidates cannot keep the rules.

    ``ones_of_one`` are rows that are chosen in any case, and ``left_out`` those that cannot be. ``on_progress`` gets the number of
    tokens chosen so far.
    """
    facts = facts_of(rules)
    kinds = kinds_of_rows(candidates, facts, ())
    allowed = np.ones(len(kinds.has), bool)
    for rule in rules:
        if isinstance(rule, Exclusion | Requirement):
            allowed &= ~breaking(rule, facts, kinds.has)
    rows = allowed[kinds.kind]
    fixed = list(ones_of_one)
    unique = unique_traits(rules)
    keys = kinds_of_rows(candidates, (), unique).key if unique else np.arange(candidates.num_rows)
    if not rows[fixed].all() or len(set(keys[fixed].tolist())) < len(fixed):
        return None
    rows[list(left_out)] = False
    if unique:
        # Where the first of each key suffice, no key has to be minded any more, which is much faster.
        order = np.concatenate([fixed, np.flatnonzero(rows)]).astype(np.int64)
        firsts = np.zeros_like(rows)
        firsts[order[np.unique(keys[order], return_index=True)[1]]] = True
        without = [rule for rule in rules if not isinstance(rule, Uniqueness)]
        chosen = _Choice(candidates, without, np.arange(candidates.num_rows)).run(firsts, fixed, on_progress)
        if chosen is not None:
            return chosen
    return _Choice(candidates, rules, keys).run(rows, fixed, on_progress)


class _Choice:
    """The state of a choice: what is taken, and what can still be taken."""

    def __init__(self, candidates: TraitTable, rules: Sequence[Rule], keys: Ids) -> None:
        self._size = next(rule for rule in rules if isinstance(rule, Size))
        self._quotas = [rule for rule in rules if isinstance(rule, Quota)]
        self._facts = facts_of(self._quotas)
        kinds = kinds_of_rows(candidates, self._facts, ())
        self._has, self._kind, self._key = kinds.has, kinds.kind, keys
        self._uniqueness = [rule for rule in rules if isinstance(rule, Uniqueness)]
        self._open = np.ones(candidates.num_rows, bool)
        self._taken: list[int] = []
        self._counts = np.zeros(len(self._facts), np.int64)
        self._highs = np.array([self._size.size if quota.high is None else quota.high for quota in self._quotas], np.int64)

    def run(self, rows: NDArray[np.bool_], fixed: list[int], on_progress: Callable[[int], None]) -> list[int] | None:
        """Take the fixed rows, then look at all others that are allowed."""
        self._open = rows.copy()
        for row in fixed:
            self._take(row)
        solution = self._solve(0)
        if solution is None:
            return None
        for row in range(len(self._kind)):
            if len(self._taken) == self._size.size:
                break
            if not self._open[row]:
                continue
            if not solution.include(row, self._open):
                other = self._solve(row, row)
                if other is None:
                    continue
                solution = other
            solution.take(row)
            self._take(row)
            if len(self._taken) % 100 == 0:
                on_progress(len(self._taken))
        return self._taken[len(fixed) :]

    def _take(self, row: int) -> None:
        self._taken.append(row)
        self._open[row] = False
        self._counts += self._has[self._kind[row]]
        if self._uniqueness:
            self._open[self._key == self._key[row]] = False
        full = self._has[self._kind[row]] & (self._counts >= self._highs)
        if full.any():
            closed: NDArray[np.bool_] = np.matmul(self._has, full)
            self._open &= ~closed[self._kind]

    def _solve(self, start: int, forced: int | None = None) -> Solution | None:
        """Return a choice among the open rows from ``start`` on that completes what is taken and has the forced row.

        Where there is none, this row and those that are alike are closed.
        """
        rows = start + np.flatnonzero(self._open[start:])
        # How often each kind is there with different keys is all that matters, unless keys exist with several kinds.
        distinct = np.sort(np.unique(self._key[rows] * len(self._has) + self._kind[rows], return_index=True)[1])
        loose = group_keys(np.zeros(len(distinct), np.int64), self._kind[rows[distinct]])
        counts = self._counts_of(loose, rows[distinct], forced, [])
        if counts is None:
            if forced is not None:
                self._open[self._kind == self._kind[forced]] = False
            return None
        picked = pick_rows(counts, rows[distinct], loose.class_of_row, self._key, forced)
        if picked is None:
            strict = group_keys(self._key[rows], self._kind[rows])
            counts = self._counts_of(strict, rows, forced, self._uniqueness)
            if counts is None:
                if forced is not None:
                    own = strict.class_of_row[np.searchsorted(rows, forced)]
                    self._open[rows[strict.class_of_row == own]] = False
                return None
            picked = pick_rows(counts, rows[distinct], strict.class_of_row[distinct], self._key, forced)
            assert picked is not None, "every key of a group exists with all its kinds"
        return Solution(picked, rows, self._kind, self._key, self._has)

    def _counts_of(self, grouping: Grouping, rows: Ids, forced: int | None, uniqueness: Sequence[Rule]) -> Ids | None:
        """Return how many rows of each class complete what is taken."""
        num_classes = len(grouping.group)
        classes = TokenClasses(
            facts=self._facts,
            has=self._has[grouping.kind],
            supply=np.bincount(grouping.class_of_row, minlength=num_classes),
            group=grouping.group,
            num_keys=grouping.num_keys,
            one_of_one=np.full(num_classes, -1, np.int64),
        )
        num_left = self._size.size - len(self._taken)
        rest: list[Rule] = [replace(self._size, size=num_left), *uniqueness]
        for quota, count in zip(self._quotas, self._counts.tolist(), strict=True):
            rest.append(replace(quota, low=quota.low - count, high=None if quota.high is None else quota.high - count))
        low = np.zeros(num_classes, np.int64)
        if forced is not None:
            low[grouping.class_of_row[np.searchsorted(rows, forced)]] = 1
        first_of_key = np.sort(np.unique(self._key[rows], return_index=True)[1])[:num_left]
        wanted = np.bincount(grouping.class_of_row[first_of_key], minlength=num_classes) - low
        return IntegerProgram(classes, rest).solve(low=low, wanted=wanted)
