"""Lattices on which all edges of a picture's axis lie: what remains of the borders of native pixels after enlargement by copying.

An axis enlarged ``scale`` times has edges only at the whole positions next to ``offset + k * scale``. The remainders of all edge
positions by the scale therefore lie within one pixel. That holds wherever the picture was cut, and for scales that are not whole.
"""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

MIN_SCALE: Final = 2
MAX_SCALE: Final = 40
# "nearest" rounds a border half down, "floor" up.
ALIGNED_OFFSETS: Final = (0.0, 0.5)

_MIN_UNEVEN_EDGES: Final = 4
_ROUNDING_ERROR: Final = 1e-6
# Lattices whose numbers of cells differ by less count as one.
_SAME_CELLS: Final = 0.75
_STEPS_PER_CELL: Final = 4
# Remainders may spread over a pixel; before the scale is exact, over more.
_COARSE_SPREAD: Final = 1.6
_REFINEMENTS: Final = (0.0, 0.1, -0.1, 0.2, -0.2, 0.35, -0.35, 0.5, -0.5)


class EdgeLattice(NamedTuple):
    """Borders of native pixels along an axis, at ``offset + k * scale``; ``is_aligned`` if they begin and end with the picture."""

    scale: float
    offset: float
    is_aligned: bool

    def borders(self, length: int, counts: NDArray[np.int64] | None = None) -> NDArray[np.intp]:
        """Return the first position of each cell within 0 to ``length``, and ``length`` itself.

        Borders half-way between two positions may have been rounded either way: to where the edges ``counts`` are, if given.
        """
        if not self.is_aligned:
            first, last = math.floor(-self.offset / self.scale), math.ceil((length - self.offset) / self.scale)
            inner = np.ceil(self.offset + np.arange(first, last + 1) * self.scale - 0.5).astype(np.intp)
            inner = np.unique(inner[(inner > 0) & (inner < length)])
            cut: NDArray[np.intp] = np.array([0, *inner.tolist(), length], np.intp)
            return cut
        num_cells = round(length / self.scale)
        exact = np.arange(num_cells + 1) * (length / num_cells) - 0.5 + self.offset
        borders: NDArray[np.intp] = np.ceil(exact - _ROUNDING_ERROR).clip(0, length).astype(np.intp)
        if counts is not None and length % num_cells:
            is_half_way = np.abs(exact - np.round(exact)) < _ROUNDING_ERROR
            is_half_way[[0, -1]] = False
            later = np.minimum(borders + 1, length - 1)
            borders += is_half_way & (counts[borders.clip(0, length - 1)] == 0) & (counts[later] > 0)
        return borders


NATIVE_LATTICE: Final = EdgeLattice(1.0, 0.0, True)


def edge_lattices(counts: NDArray[np.int64]) -> list[EdgeLattice]:
    """Return the lattices, of two pixels a cell and more, that hold all edges of an axis, coarsest first."""
    length = len(counts)
    edges = np.flatnonzero(counts)
    if len(edges) < 2:
        return []
    # Between two edges lies a cell at least, rounded down.
    max_scale = min(float(np.diff(edges).min()) + 1, MAX_SCALE, length / 4)
    if max_scale < MIN_SCALE:
        return []
    found = [*_whole_lattices(edges, length, max_scale), *_aligned_lattices(counts, max_scale)]
    if len(edges) >= _MIN_UNEVEN_EDGES:
        for lattice in _uneven_lattices(counts, edges, max_scale):
            if all(abs(length / lattice.scale - length / other.scale) > _SAME_CELLS for other in found):
                found.append(lattice)
    return sorted(found, key=lambda lattice: -lattice.scale)


def lattice_with_scale(counts: NDArray[np.int64], scale: float) -> EdgeLattice | None:
    """Return the lattice of a given scale that holds all edges of an axis, or None."""
    length = len(counts)
    edges = np.flatnonzero(counts)
    if scale == 1:
        return NATIVE_LATTICE
    if len(edges) == 0:
        return EdgeLattice(scale, 0.0, True)
    spread, start = _spread(edges, scale)
    if spread >= 1:
        return None
    aligned = next((o for o in ALIGNED_OFFSETS if _holds(EdgeLattice(scale, o, True), counts)), None)
    is_aligned = aligned is not None and abs(length / scale - round(length / scale)) < 1e-6
    lattice = EdgeLattice(scale, aligned if aligned is not None and is_aligned else start + spread / 2, is_aligned)
    return lattice if _holds(lattice, counts) else None


def is_on(borders: NDArray[np.intp], counts: NDArray[np.int64]) -> bool:
    """Tell whether all edges of an axis lie on borders."""
    return int(counts[borders[borders < len(counts)]].sum()) == int(counts.sum())


def _holds(lattice: EdgeLattice, counts: NDArray[np.int64]) -> bool:
    return is_on(lattice.borders(len(counts), counts), counts)


def _whole_lattices(edges: NDArray[np.intp], length: int, max_scale: float) -> Iterator[EdgeLattice]:
    for scale in range(MIN_SCALE, int(max_scale) + 1):
        remainders = edges % scale
        if (remainders == remainders[0]).all():
            offset = int(remainders[0])
            yield EdgeLattice(scale, offset, offset == 0 and length % scale == 0)


def _aligned_lattices(counts: NDArray[np.int64], max_scale: float) -> Iterator[EdgeLattice]:
    """Yield uneven scales that divide the picture into a whole number of cells."""
    length = len(counts)
    for num_cells in range(max(math.ceil(length / max_scale), 4), length // MIN_SCALE + 1):
        if length % num_cells:
            lattices = (EdgeLattice(length / num_cells, offset, True) for offset in ALIGNED_OFFSETS)
            yield from [lattice for lattice in lattices if _holds(lattice, counts)][:1]


def _uneven_lattices(counts: NDArray[np.int64], edges: NDArray[np.intp], max_scale: float) -> Iterator[EdgeLattice]:
    """Yield lattices of any scale and offset, one for each number of cells."""
    length = len(counts)
    scales = length / np.arange(length / max_scale, length / MIN_SCALE, 1 / _STEPS_PER_CELL)
    remainders = np.sort(edges % scales[:, None], 1)  # (scales, edges)
    gaps = np.diff(remainders, axis=1, append=(remainders[:, 0] + scales)[:, None])
    for scale in scales[scales - gaps.max(1) < _COARSE_SPREAD]:
        refined = float(scale)
        for _ in range(2):
            spread, start = _spread(edges, refined)
            cells = np.round((edges - start - spread / 2) / refined)
            if np.ptp(cells) < 2:
                break
            refined = float(np.polyfit(cells, edges, 1)[0])
        for step in _REFINEMENTS:
            exact = refined + step * refined / length
            spread, start = _spread(edges, exact)
            lattice = EdgeLattice(exact, start + spread / 2, False)
            if spread < 1 and MIN_SCALE <= exact <= max_scale and _holds(lattice, counts):
                yield lattice
                break


def _spread(edges: NDArray[np.intp], scale: float) -> tuple[float, float]:
    """Return the length of the shortest arc that holds all remainders by a scale, and where it begins."""
    remainders = np.sort(edges % scale)
    gaps = np.diff(remainders, append=remainders[0] + scale)
    widest = int(gaps.argmax())
    return float(scale - gaps[widest]), float(remainders[(widest + 1) % len(remainders)])
