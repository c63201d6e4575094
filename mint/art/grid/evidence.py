"""Edges that speak for a grid: those that could lie anywhere, and yet lie on it.

Most edges follow from others: the outline of a shape goes on from row to row, a pattern repeats. So only positions count at which
an outline begins, each once. Shapes with slopes of 2:1 have thousands of edges at even columns, and hardly any evidence.
"""

import numpy as np
from numpy.typing import NDArray

from mint.art.rgba import Rgba


def independent_edges(native: Rgba) -> tuple[int, int]:
    """Count the positions, on both axes of a picture at its native size, at which an outline begins.

    There are no more of them than there are different rows, or columns: a pattern repeats its edges.
    """
    colors = np.where(native[..., 3:] > 0, native, 0).view(np.uint32)[..., 0]
    return _beginnings(colors.T), _beginnings(colors)


def _beginnings(colors: NDArray[np.uint32]) -> int:
    """Count the columns with an edge in a row that has none at the column or beside it in the row above."""
    edges = colors[:, 1:] != colors[:, :-1]
    above = np.zeros_like(edges)
    above[1:] = edges[:-1]
    above[1:, 1:] |= edges[:-1, :-1]
    above[1:, :-1] |= edges[:-1, 1:]
    return min(int((edges & ~above).any(0).sum()), len(np.unique(colors, axis=1).T) - 1)
