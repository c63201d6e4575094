"""Wave function collapse (Gumin 2016): cells are decided one after another, with propagation and backtracking."""

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.tileset.level.cell_domains import CellDomains

_MAX_BACKTRACKS: Final = 400
_MAX_HISTORY: Final = 100


def collapse(domains: CellDomains, energy: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.int64] | None:
    """Return a valid level as variants (rows, columns), or None after too many contradictions."""
    if not domains.propagate_all():
        return None
    # Contradictions follow soon after the decision that causes them, so a short history suffices and bounds the memory.
    history: deque[tuple[NDArray[np.bool_], tuple[int, int], int]] = deque(maxlen=_MAX_HISTORY)
    num_backtracks = 0
    while (cell := domains.smallest(random)) is not None:
        variant = domains.draw(cell, energy, random)
        history.append((domains.possible.copy(), cell, variant))
        domains.possible[cell] = False
        domains.possible[cell][variant] = True
        consistent = domains.propagate([cell])
        while not consistent:
            num_backtracks += 1
            if not history or num_backtracks > _MAX_BACKTRACKS:
                return None
            # Restore the domains before the last decision, and exclude that decision.
            domains.possible, previous, variant = history.pop()
            domains.possible[previous][variant] = False
            consistent = bool(domains.possible[previous].any()) and domains.propagate([previous])
    decided: NDArray[np.int64] = domains.possible.argmax(axis=2)
    return decided
