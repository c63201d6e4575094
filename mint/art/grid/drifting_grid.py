"""Grids whose cells differ in size, as image generators draw them: borders found by dynamic programming, or none.

The borders of an axis are chosen so that most of its edges lie on them and neighbouring cells are of about one size.
They count only if hardly an edge lies elsewhere, and if no stretch without edges could hold a cell more or less.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mint.art.grid.edge_lattice import MAX_SCALE
from mint.art.grid.estimate import Borders
from mint.art.grid.noisy_lattice import share_on

MIN_SCALE: Final = 4
# Sizes of cells as shares of the typical one.
_NARROWEST, _WIDEST = 0.75, 1.3
_SCALE_STEP: Final = 1.15
# A first or last cell larger than this many typical ones may be two.
_MAX_END: Final = 1.15
_MIN_CELLS: Final = 8
# How much uneven cells cost, in units of the edges of a typical border.
_STIFFNESS: Final = 2.0
# Without edges to count, so many cells in a row may be one more or less.
_MAX_UNSEEN_CELLS: Final = 4
# Another number of cells counts as possible if its cells are not this many times more uneven.
_MIN_CONTRAST: Final = 2.0


class DriftingAxis(NamedTuple):
    """Borders of unevenly sized cells along an axis, how many have edges, the share of edges on them, and how uneven they are.

    ``unevenness`` is the mean square of the difference between a cell and the mean of those around it, relative to that.
    """

    borders: Borders
    num_seen: int
    share: float
    unevenness: float

    @property
    def scale(self) -> float:
        """The mean size of a cell."""
        return float(self.borders[-1]) / (len(self.borders) - 1)


def drifting_axis(weights: NDArray[np.int64], min_share: float) -> DriftingAxis | None:
    """Return the grid of an axis that holds a share of its edges, at least 8 cells of 4 pixels or more.

    None if there is none, or if another number of cells would do nearly as well.
    """
    found = _found_axes(weights, min_share)
    if not found:
        return None
    least = min(axis.unevenness for axis in found)
    # Halves of cells are as even as cells: the coarsest of the even grids is the one.
    best = max((axis for axis in found if axis.unevenness <= _MIN_CONTRAST * least), key=lambda axis: axis.scale)
    seen = np.flatnonzero(_seen(best.borders, weights))
    rivals = [
        axis for axis in found if 0.7 < len(axis.borders) / len(best.borders) < 1.4 and len(axis.borders) != len(best.borders)
    ]
    sizes = np.diff(best.borders)
    if max(sizes[0], sizes[-1]) > _MAX_END * np.median(sizes):
        return None
    if np.diff(seen).max() > _MAX_UNSEEN_CELLS or any(axis.unevenness < _MIN_CONTRAST * best.unevenness for axis in rivals):
        return None
    return best


def _found_axes(weights: NDArray[np.int64], min_share: float) -> list[DriftingAxis]:
    length = len(weights)
    edges = np.flatnonzero(weights)
    found: list[DriftingAxis] = []
    if len(edges) < _MIN_CELLS // 2:
        return found
    scale = min(MAX_SCALE, length / _MIN_CELLS)
    lowest: float = MIN_SCALE
    if min_share == 1:
        narrowest = float(np.diff(edges).min())
        scale, lowest = min(scale, narrowest / _NARROWEST + 1), max(lowest, 0.45 * narrowest)
    while scale >= lowest:
        borders = _best_borders(weights, scale)
        share = _share(borders, weights, min_share)
        if share >= min_share and len(borders) > _MIN_CELLS:
            found.append(DriftingAxis(borders, int(_seen(borders, weights).sum()) - 2, share, _unevenness(borders)))
        scale /= _SCALE_STEP
    return found


def _share(borders: Borders, weights: NDArray[np.int64], min_share: float) -> float:
    return float(weights[borders[1:-1]].sum() / weights.sum()) if min_share == 1 else share_on(borders, weights)


def _unevenness(borders: Borders) -> float:
    """Return the mean square relative difference of cells from the mean of five; rounding to pixels is no difference."""
    sizes = np.diff(borders).astype(float)
    around = np.convolve(np.pad(sizes, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    return float(np.mean(np.square(np.maximum(np.abs(sizes - around) - 0.5, 0) / around)) + 1e-3)


def _best_borders(weights: NDArray[np.int64], scale: float) -> Borders:
    """Return the borders of cells of about a size that hold the most edges; the first and last cell may be cut, at a cost."""
    length = len(weights)
    narrowest, widest = max(int(_NARROWEST * scale), 1), int(np.ceil(_WIDEST * scale))
    # Borders with many edges count little more than others, so that none is left out for the sake of one.
    gains = np.sqrt(weights / max(float(np.mean(weights[weights > 0])), 1e-9))
    widths = np.arange(narrowest, widest + 1)
    costs = _STIFFNESS * np.square((widths - scale) / scale)
    best = np.full(length + 1, -np.inf)
    came_from = np.zeros(length + 1, np.intp)
    ends = _STIFFNESS * np.square((np.arange(widest + 1) - scale) / scale)
    best[1 : widest + 1] = gains[1 : widest + 1] - ends[1:]
    for position in range(narrowest + 1, length + 1):
        starts = position - widths
        values = np.where(starts > 0, best[starts.clip(0)], -np.inf) - costs
        choice = int(values.argmax())
        value = values[choice] + (gains[position] if position < length else 0.0)
        if value > best[position]:
            best[position], came_from[position] = value, starts[choice]
    last = max(range(length - widest, length), key=lambda position: best[position] - ends[length - position])
    borders = [length]
    while last > 0:
        borders.append(int(last))
        last = int(came_from[last])
    return np.array([*borders, 0][::-1], np.intp)


def _seen(borders: Borders, weights: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which borders have edges; the first and last count as seen."""
    inner = borders[1:-1]
    near = weights[(inner[:, None] + np.arange(-1, 2)).clip(0, len(weights) - 1)].sum(1)
    return np.concatenate([[True], near > 0, [True]])
