"""Seams between tiles: how much neighbouring lines of pixels differ, and how much they may, measured on the originals.

A seam is measured twice, by the share of its pixels that differ and by their mean difference in colour (absolute, over R, G and B,
0 to 255). It is allowed where neither exceeds the 90th percentile over all pairs of neighbouring lines of the originals, both as
they were drawn and in the console's colours.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.originality.comparison import Pixels

PERCENTILE: Final = 90


@dataclass(frozen=True, kw_only=True)
class SeamLimits:
    """The limits of a seam between ``columns`` (tiles side by side) and between ``rows`` (one tile above another).

    Each holds the share of pixels that differ and the mean difference in colour; ``rgba`` (p, 4) are the colours of the indices.
    """

    rgba: NDArray[np.uint8]
    columns: tuple[float, float]
    rows: tuple[float, float]

    def stricter(self, other: "SeamLimits") -> "SeamLimits":
        """Return the lower limits of both, with the colours of this one."""
        columns, rows = (
            (min(ours[0], theirs[0]), min(ours[1], theirs[1]))
            for ours, theirs in ((self.columns, other.columns), (self.rows, other.rows))
        )
        return SeamLimits(rgba=self.rgba, columns=columns, rows=rows)


def measure_seam_limits(originals: Pixels, rgba: NDArray[np.uint8], side: int) -> SeamLimits:
    """Measure how much neighbouring lines of originals (m, H, W) differ, over whole lines and over pieces as long as a tile.

    The lower of the two is the limit, so that a level keeps it by either measure.
    """
    return SeamLimits(
        rgba=rgba,
        columns=_limits(originals, rgba, side),
        rows=_limits(np.swapaxes(originals, 1, 2), rgba, side),
    )


def seam_costs(first: Pixels, second: Pixels, limits: SeamLimits) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the costs of placing tiles ``second`` (m, s, s) to the right of, and below, tiles ``first`` (n, s, s).

    Both are (n, m): 0 where the lines are equal, 1 at the limit, more beyond it.
    """
    beside = _costs(first[:, :, -1], second[:, :, 0], limits.rgba, limits.columns)
    below = _costs(first[:, -1], second[:, 0], limits.rgba, limits.rows)
    return beside, below


def _costs(
    first: NDArray[np.uint8], second: NDArray[np.uint8], rgba: NDArray[np.uint8], limits: tuple[float, float]
) -> NDArray[np.float64]:
    """Return the costs (n, m) of lines (n, s) next to lines (m, s): the larger of both measures, each divided by its limit."""
    differing, distance = np.zeros((len(first), len(second))), np.zeros((len(first), len(second)))
    table = _color_distances(rgba)
    # Looping over the pixels of the line needs no more memory than the result.
    for place in range(first.shape[1]):
        ours, theirs = first[:, place], second[:, place]
        differing += ours[:, None] != theirs[None]
        distance += table[ours[:, None], theirs[None]]
    length = first.shape[1]
    costs: NDArray[np.float64] = np.maximum(differing / length / max(limits[0], 1e-9), distance / length / max(limits[1], 1e-9))
    return costs


def _limits(originals: Pixels, rgba: NDArray[np.uint8], side: int) -> tuple[float, float]:
    table = _color_distances(rgba)
    left, right = originals[:, :, :-1], originals[:, :, 1:]
    measures = (left != right).astype(np.float64), table[left, right]
    height = originals.shape[1]
    limits = []
    for measure in measures:
        whole = np.percentile(measure.mean(axis=1), PERCENTILE)
        pieces = [measure[:, top : top + side].mean(axis=1) for top in range(0, height - side + 1, side)]
        part = np.percentile(np.stack(pieces), PERCENTILE) if pieces else whole
        limits.append(float(min(whole, part)))
    return limits[0], limits[1]


def _color_distances(rgba: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the mean absolute difference over R, G and B of every two colours, (p, p)."""
    rgb = rgba[:, :3].astype(np.float64)
    distances: NDArray[np.float64] = np.abs(rgb[:, None] - rgb[None]).mean(axis=2)
    return distances
