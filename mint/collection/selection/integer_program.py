"""Rules as an integer program over classes of tokens, solved by HiGHS.

The variables say how many tokens of each class are chosen. Every rule is some rows: sums of variables with a lower and an upper
bound. Only what HiGHS says of feasibility is relied on, and every solution is checked in whole numbers: so no rounding, and no
version of HiGHS, changes what is chosen.
"""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mint.collection.rules.rule import Exclusion, OneOfOne, Quota, Requirement, Rule, Size, Uniqueness
from mint.collection.selection.solver import Bounds, LinearConstraint, csr_array, hstack, milp
from mint.collection.selection.token_classes import UNLIMITED, Ids, TokenClasses, breaking, having

_OPTIMAL, _INFEASIBLE = 0, 2
# What is wanted only saves time, so the search for more of it ends early.
_GAP = 0.05

# The variables that a row sums up, and its bounds.
_Row = tuple[Ids, int, int]


class IntegerProgram:
    """Chooses how many tokens there are of each class, so that rules are kept."""

    def __init__(self, classes: TokenClasses, rules: Sequence[Rule]) -> None:
        self._supply = classes.supply
        self._num_rules = len(rules)
        ones_of_one = [rule for rule in rules if isinstance(rule, OneOfOne)]
        rows = [(place, row) for place, rule in enumerate(rules) for row in _rows(classes, rule, ones_of_one)]
        self._rule = np.array([place for place, _ in rows], np.int64)
        self._low, self._high = (np.array([row[end] for _, row in rows], np.int64) for end in (1, 2))
        lengths = [len(row[0]) for _, row in rows]
        columns = np.concatenate([np.zeros(0, np.int64), *(row[0] for _, row in rows)])
        starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        self._matrix = csr_array((np.ones(len(columns)), columns, starts), shape=(len(rows), len(classes)))

    def solve(self, active: Collection[int] | None = None, *, low: Ids | None = None, wanted: Ids | None = None) -> Ids | None:
        """Return how many tokens of each class are chosen, (num_classes,) int64, or None where that is impossible.

        ``active`` are the places of the rules to keep, by default all. Of each class ``low`` are chosen at least. Up to ``wanted``
        more of each class are preferred to others, the first half of them most: there are many of these, not provably the most.
        """
        least = np.zeros(len(self._supply), np.int64) if low is None else low
        if (least > self._supply).any():
            return None
        rows = np.ones(len(self._rule), bool) if active is None else np.isin(self._rule, list(active))
        matrix = self._matrix[rows]
        done = matrix @ least
        free = self._supply - least
        # What is wanted is variables of its own, with prices.
        preferred = np.zeros_like(free) if wanted is None else np.clip(wanted, 0, free)
        parts = [free - preferred, preferred - preferred // 2, preferred // 2]
        price = np.repeat([0.0, -2.0, -1.0], len(free))
        used = np.flatnonzero(np.concatenate(parts))
        found = _solve(
            hstack([matrix] * len(parts), format="csr")[:, used],
            self._low[rows] - done,
            self._high[rows] - done,
            np.concatenate(parts)[used],
            price[used],
        )
        if found is None:
            return None
        every = np.zeros(len(price), np.int64)
        every[used] = found
        chosen: Ids = least + every.reshape(len(parts), -1).sum(axis=0)
        return chosen

    def kept(self, chosen: Ids) -> frozenset[int]:
        """Return the places of the rules that a choice keeps."""
        sums = self._matrix @ chosen
        broken = set(self._rule[(sums < self._low) | (sums > self._high)].tolist())
        return frozenset(range(self._num_rules)) - broken


def _solve(matrix: csr_array, low: Ids, high: Ids, upper: Ids, price: NDArray[np.float64]) -> Ids | None:
    """Return whole numbers from 0 to ``upper`` whose sums in the rows are from ``low`` to ``high``; None where there are none."""
    if not matrix.shape[0] or not len(upper):
        return np.zeros(len(upper), np.int64) if (low <= 0).all() and (high >= 0).all() else None
    result = milp(
        price,
        integrality=np.ones(len(price)),
        bounds=Bounds(np.zeros(len(price)), upper.astype(float)),
        constraints=LinearConstraint(matrix, low.astype(float), high.astype(float)),
        options={"mip_rel_gap": _GAP},
    )
    if result.status == _INFEASIBLE:
        return None
    assert result.status == _OPTIMAL, f"HiGHS neither found nor excluded a choice: {result.message}"
    found: Ids = np.rint(result.x).astype(np.int64)
    sums = matrix @ found
    assert ((low <= sums) & (sums <= high)).all(), "HiGHS found a choice that does not keep the rules"
    assert ((found >= 0) & (found <= upper)).all(), "HiGHS found a choice that has more than there are"
    return found


def _rows(classes: TokenClasses, rule: Rule, ones_of_one: Sequence[Rule]) -> Iterator[_Row]:
    """Yield the rows of a rule."""
    if isinstance(rule, Size):
        yield np.arange(len(classes)), rule.size, rule.size
    elif isinstance(rule, Quota):
        counted = having({rule.trait: frozenset([rule.value])}, classes.facts, classes.has)
        yield np.flatnonzero(counted), rule.low, UNLIMITED if rule.high is None else rule.high
    elif isinstance(rule, Exclusion | Requirement):
        yield np.flatnonzero(breaking(rule, classes.facts, classes.has)), 0, 0
    elif isinstance(rule, OneOfOne):
        yield np.flatnonzero(classes.one_of_one == ones_of_one.index(rule)), 1, 1
    elif isinstance(rule, Uniqueness):
        order = np.argsort(classes.group, kind="stable")
        ends = np.cumsum(np.bincount(classes.group, minlength=len(classes.num_keys)))
        for members, num_keys in zip(np.split(order, ends[:-1]), classes.num_keys.tolist(), strict=True):
            if len(members):
                yield members, 0, num_keys
