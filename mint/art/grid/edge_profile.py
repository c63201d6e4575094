"""Where the edges of a picture lie: for each border between rows or columns, how many neighbours across it differ, or how much."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mint.art.rgba import Rgba

# A step of this many 8-bit levels is visible as an edge; compression and noise make smaller ones.
_HARD_STEP: Final = 24
# The median absolute value of the standard normal distribution.
_MEDIAN_OF_NORMAL: Final = 0.6745

Counts = NDArray[np.int64]


class EdgeProfile(NamedTuple):
    """The edges of a picture: ``rows[y]`` counts the edges between rows y - 1 and y, ``columns[x]`` those between columns."""

    rows: Counts
    columns: Counts


def exact_edges(rgba: Rgba) -> EdgeProfile:
    """Count all pairs of neighbours that are not equal. The colour of clear pixels counts for nothing."""
    colors = np.where(rgba[..., 3:] > 0, rgba, 0).view(np.uint32)[..., 0]
    return EdgeProfile(_padded((colors[1:] != colors[:-1]).sum(1)), _padded((colors[:, 1:] != colors[:, :-1]).sum(0)))


def hard_edges(rgba: Rgba) -> EdgeProfile:
    """Add up the squares of the visible steps between neighbours, each at the steepest place of its slope, in units of 24 levels.

    Squares, because beside a high step compression leaves many lower ones.
    """
    weights = []
    for steps in step_sizes(rgba):
        inner = np.pad(steps, ((1, 1), (0, 0)))
        is_peak = (steps >= _HARD_STEP) & (steps >= inner[:-2]) & (steps > inner[2:])
        weights.append(_padded((np.square(steps // _HARD_STEP, dtype=np.int64) * is_peak).sum(1)))
    return EdgeProfile(*weights)


def step_sizes(rgba: Rgba) -> list[NDArray[np.int16]]:
    """Return the largest difference of a channel between neighbours, across rows (H - 1, W) and across columns (W - 1, H)."""
    visible = np.where(rgba[..., 3:] > 0, rgba, 0).astype(np.int16)
    return [np.abs(np.diff(np.moveaxis(visible, axis, 0), axis=0)).max(-1) for axis in (0, 1)]


def noise_level(rgba: Rgba) -> float:
    """Return the standard deviation of noise, in 8-bit levels: from the median of second differences, which edges leave alone.

    After Immerkaer 1996, with a median in place of the mean.
    """
    visible = np.where(rgba[..., 3:] > 0, rgba, 0)[..., :3].astype(np.int16)
    mixed = np.diff(np.diff(visible, axis=0), axis=1)
    return float(np.median(np.abs(mixed))) / (2 * _MEDIAN_OF_NORMAL)


def _padded(counts: NDArray[np.int_]) -> Counts:
    """Put a zero first, so that the index of a count is the position of the border."""
    return np.concatenate([[0], counts]).astype(np.int64)
