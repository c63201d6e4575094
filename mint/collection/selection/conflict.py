"""The smallest set of rules that contradict each other.

Leaving rules out one by one would end in a set from which none can be left out, but not in the smallest: Ignatiev, Previti,
Liffiton and Marques-Silva, "Smallest MUS extraction with minimal hitting set dualization" (CP 2015). A contradicting set has a rule
of every correction set, which is a set of rules without which the others can be kept. The smallest set that has a rule of each
correction set found so far either contradicts itself, and is the answer, or can be kept, and gives another correction set.
"""

from collections.abc import Sequence

import numpy as np

from mint.collection.selection.integer_program import IntegerProgram
from mint.collection.selection.solver import Bounds, LinearConstraint, milp


def smallest_conflict(program: IntegerProgram, num_rules: int) -> tuple[int, ...] | None:
    """Return the places of the fewest rules that cannot be kept together, in order; None where all can be kept."""
    corrections: list[frozenset[int]] = []
    everything = frozenset(range(num_rules))
    while True:
        rules = _smallest_hitting_set(corrections, num_rules)
        chosen = program.solve(rules)
        if chosen is None:
            return tuple(sorted(rules))
        keepable = frozenset(rules) | program.kept(chosen)
        for place in sorted(everything - keepable):
            if place not in keepable:
                more = program.solve(keepable | {place})
                if more is not None:
                    keepable |= program.kept(more)
        if keepable == everything:
            return None
        corrections.append(everything - keepable)


def _smallest_hitting_set(sets: Sequence[frozenset[int]], size: int) -> frozenset[int]:
    """Return a smallest set of numbers below ``size`` that has a member of every set; earlier numbers are preferred."""
    if not sets:
        return frozenset()
    matrix = np.array([[place in each for place in range(size)] for each in sets], float)
    # All preferences together weigh less than one member.
    price = 1 + np.arange(size) / (2 * size * size)
    result = milp(
        price,
        integrality=np.ones(size),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, lb=1),
        options={"mip_rel_gap": 0},
    )
    assert result.x is not None, result.message
    return frozenset(np.flatnonzero(result.x > 0.5).tolist())
