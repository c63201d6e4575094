"""Lattices of pictures whose edges compression or noise has blurred: nearly all hard edges lie on them, or beside them."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mint.art.grid.edge_lattice import MAX_SCALE, EdgeLattice

# Where cells are smaller, an edge beside its place cannot be told from one in the next cell.
MIN_SCALE: Final = 4
# This share of the hard edges lies on the lattice, or beside it if cells are large enough.
MIN_SHARE: Final = 0.97
_BESIDE: Final = 1
_NUM_PEAKS: Final = 16
_STEPS_PER_CELL: Final = 4
_MIN_EDGES: Final = 5
# A border of native pixels has this share of an average border's hard edges at least to count as seen.
_MIN_WEIGHT: Final = 0.1


class NoisyLattice(NamedTuple):
    """A lattice, the share of hard edges on it, and the bits by which so many of its borders show by chance."""

    lattice: EdgeLattice
    share: float
    num_borders: int


def noisy_lattices(counts: NDArray[np.int64]) -> list[NoisyLattice]:
    """Return the lattices that hold nearly all hard edges of an axis, coarsest first."""
    length, positions = len(counts), np.flatnonzero(counts)
    if len(positions) < _MIN_EDGES:
        return []
    # The period shows as a peak of the spectrum, wherever the lattice begins.
    num_cells = np.arange(max(length / MAX_SCALE, 4), length / MIN_SCALE, 1 / _STEPS_PER_CELL)
    turns = np.exp(2j * np.pi / length * num_cells[:, None] * positions)
    power = np.abs(turns @ counts[positions]) / counts.sum()
    peaks = np.flatnonzero((power >= np.roll(power, 1)) & (power >= np.roll(power, -1)))
    strongest = length / num_cells[peaks[np.argsort(-power[peaks])][:_NUM_PEAKS]]
    # Where only every second border shows, half the scale has a low peak.
    scales = {float(scale) / part for scale in strongest for part in (1, 2, 3)}
    found: list[NoisyLattice] = []
    for scale in sorted((scale for scale in scales if scale >= MIN_SCALE), reverse=True):
        lattice = _refined(scale, positions, counts[positions], length)
        share = share_on(lattice.borders(length), counts)
        if share >= MIN_SHARE:
            found.append(NoisyLattice(lattice, share, _num_seen(lattice.borders(length), counts)))
    return found


def share_on(borders: NDArray[np.intp], counts: NDArray[np.int64]) -> float:
    """Return the share of edges that lie on the borders, or beside them if their cells are large enough."""
    inner = borders[1:-1]
    if len(inner) == 0 or not counts.any():
        return 0.0
    beside = _BESIDE if np.median(np.diff(borders)) > MIN_SCALE else 0
    reach = inner[:, None] + np.arange(-beside, beside + 1)
    return float(counts[np.unique(reach.clip(0, len(counts) - 1))].sum() / counts.sum())


def _refined(scale: float, positions: NDArray[np.intp], weights: NDArray[np.int64], length: int) -> EdgeLattice:
    """Return the lattice near a scale that fits best by least squares; a whole or aligned one if that is as near."""
    offset = 0.0
    for _ in range(3):
        turns = np.exp(2j * np.pi * positions / scale)
        offset = float(np.angle((turns * weights).sum()) / (2 * np.pi) * scale) % scale
        cells = np.round((positions - offset) / scale)
        if np.ptp(cells) < 2:
            break
        scale, offset = (float(value) for value in np.polyfit(cells, positions, 1, w=np.sqrt(weights)))
    num_cells = round(length / scale)
    drift = abs(length / num_cells - scale) * num_cells
    from_edge = min(offset % scale, -offset % scale)
    if drift < 1 and from_edge < 1:
        return EdgeLattice(length / num_cells, 0.0, True)
    whole = round(scale)
    if abs(whole - scale) * length / scale < 1:
        turns = np.exp(2j * np.pi * positions / whole)
        return EdgeLattice(whole, round(float(np.angle((turns * weights).sum()) / (2 * np.pi) * whole)) % whole, False)
    return EdgeLattice(scale, offset % scale, False)


def _num_seen(borders: NDArray[np.intp], counts: NDArray[np.int64]) -> int:
    inner = borders[1:-1]
    seen = counts[(inner[:, None] + np.arange(-1, 2)).clip(0, len(counts) - 1)].sum(1)
    return int((seen > _MIN_WEIGHT * seen.mean()).sum())
