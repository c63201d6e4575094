"""The domains of a level's cells: the variants that each may still have, kept consistent by constraint propagation.

A domain is the term of constraint satisfaction (Mackworth 1977); wave function collapse (Gumin 2016) calls all of them the wave.
"""

import numpy as np
from numpy.typing import NDArray

from mint.tileset.level.energy import INITIAL_TEMPERATURE, SEAM_WEIGHT
from mint.tileset.level.neighbourhood import in_same_block, neighbours
from mint.tileset.level.variants import TileVariants


class CellDomains:
    """The domains of all cells: ``possible`` (rows, columns, v) bool."""

    def __init__(self, variants: TileVariants, size: tuple[int, int]) -> None:
        self.possible = np.ones((*size, len(variants.tiles)), np.bool_)
        self._variants = variants
        # [vertical][inside a block]; as floats, so that a matrix product counts the supporting variants.
        self._allowed = [
            [variants.allowed(bool(vertical), bool(inside)).astype(np.float32) for inside in (0, 1)] for vertical in (0, 1)
        ]

    def smallest(self, random: np.random.Generator) -> tuple[int, int] | None:
        """Return an undecided cell with the smallest domain, None if all cells are decided; ties are broken at random."""
        sizes = self.possible.sum(axis=2)
        undecided = np.where(sizes > 1, sizes + random.random(sizes.shape) / 2, np.inf)
        if np.isinf(undecided).all():
            return None
        y, x = np.unravel_index(int(undecided.argmin()), sizes.shape)
        return int(y), int(x)

    def draw(self, cell: tuple[int, int], energy: NDArray[np.float64], random: np.random.Generator) -> int:
        """Draw a variant from a cell's domain by its energy and its seams to decided neighbours."""
        cost = energy[cell].copy()
        for other, vertical, forward in neighbours(cell, self.possible.shape):
            if self.possible[other].sum() == 1:
                cost += SEAM_WEIGHT * self._variants.seam_costs(vertical, forward, int(self.possible[other].argmax()))
        domain = self.possible[cell]
        weights = np.exp(-(np.where(domain, cost, np.inf) - cost[domain].min()) / INITIAL_TEMPERATURE)
        return int(random.choice(len(weights), p=weights / weights.sum()))

    def propagate_all(self) -> bool:
        """Propagate from every cell; False if a domain becomes empty."""
        return self.propagate([(y, x) for y in range(self.possible.shape[0]) for x in range(self.possible.shape[1])])

    def propagate(self, changed: list[tuple[int, int]]) -> bool:
        """Remove the variants that some neighbour's domain no longer supports; False if a domain becomes empty."""
        queue = dict.fromkeys(changed)
        while queue:
            cell = next(iter(queue))
            del queue[cell]
            domain = self.possible[cell].astype(np.float32)
            for other, vertical, forward in neighbours(cell, self.possible.shape):
                allowed = self._allowed[vertical][in_same_block(cell, other)]
                supported = (domain @ allowed if forward else allowed @ domain) > 0
                remaining = self.possible[other] & supported
                if not remaining.any():
                    return False
                if remaining.sum() < self.possible[other].sum():
                    self.possible[other] = remaining
                    queue[other] = None
        return True
