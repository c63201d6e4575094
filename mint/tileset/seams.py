"""Seams: what two neighbouring lines of pixels have in common, and how much less is still as in the originals.

A seam is measured twice, by the share of its pixels that differ and by their mean difference in colour (absolute, over R, G and B,
0 to 255). It is allowed where neither is more than in nine of ten pairs of neighbouring lines of the originals, both as they were
drawn and in the console's colours.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.originality.comparison import Pixels

PERCENTILE: Final = 90


@dataclass(frozen=True, kw_only=True)
class Seams:
    """The most that a seam may differ, of ``columns`` (tiles side by side) and of ``rows`` (one above another).

    Each is the share of pixels and the mean difference of colour; ``rgba`` (p, 4) are the colours of the indices.
    """

    rgba: NDArray[np.uint8]
    columns: tuple[float, float]
    rows: tuple[float, float]

    def stricter(self, other: "Seams") -> "Seams":
        """Return the smaller limits of both, with the colours of this one."""
        columns, rows = (
            (min(ours[0], theirs[0]), min(ours[1], theirs[1]))
            for ours, theirs in ((self.columns, other.columns), (self.rows, other.rows))
        )
        return Seams(rgba=self.rgba, columns=columns, rows=rows)


def learn_seams(originals: Pixels, rgba: NDArray[np.uint8], side: int) -> Seams:
    """Learn from originals (m, H, W) what neighbouring lines differ by: over whole lines and over pieces as long as a tile.

    The stricter of the two is the limit, so that it holds however it is measured.
    """
    return Seams(
        rgba=rgba,
        columns=_limits(originals, rgba, side),
        rows=_limits(np.swapaxes(originals, 1, 2), rgba, side),
    )


def seam_costs(first: Pixels, second: Pixels, seams: Seams) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what it costs to put tiles of the second kind (m, s, s) to the right of, and below, those of the first (n, s, s).

    Both are (n, m): 0 where the lines are equal, 1 at the limit, more beyond it.
    """
    beside = _costs(first[:, :, -1], second[:, :, 0], seams.rgba, seams.columns)
    below = _costs(first[:, -1], second[:, 0], seams.rgba, seams.rows)
    return beside, below


def _costs(
    first: NDArray[np.uint8], second: NDArray[np.uint8], rgba: NDArray[np.uint8], limits: tuple[float, float]
) -> NDArray[np.float64]:
    """Return the costs of lines (n, s) beside lines (m, s): the larger of both measures over its limit."""
    unlike, apart = np.zeros((len(first), len(second))), np.zeros((len(first), len(second)))
    table = _apart(rgba)
    # Pixel by pixel along the line: memory stays that of the answer.
    for place in range(first.shape[1]):
        ours, theirs = first[:, place], second[:, place]
        unlike += ours[:, None] != theirs[None]
        apart += table[ours[:, None], theirs[None]]
    length = first.shape[1]
    costs: NDArray[np.float64] = np.maximum(unlike / length / max(limits[0], 1e-9), apart / length / max(limits[1], 1e-9))
    return costs


def _limits(originals: Pixels, rgba: NDArray[np.uint8], side: int) -> tuple[float, float]:
    table = _apart(rgba)
    left, right = originals[:, :, :-1], originals[:, :, 1:]
    measures = (left != right).astype(np.float64), table[left, right]
    height = originals.shape[1]
    result = []
    for measure in measures:
        whole = np.percentile(measure.mean(axis=1), PERCENTILE)
        pieces = [measure[:, top : top + side].mean(axis=1) for top in range(0, height - side + 1, side)]
        part = np.percentile(np.stack(pieces), PERCENTILE) if pieces else whole
        result.append(float(min(whole, part)))
    return result[0], result[1]


def _apart(rgba: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the mean absolute difference over R, G and B of every two colours, (p, p)."""
    rgb = rgba[:, :3].astype(np.float64)
    apart: NDArray[np.float64] = np.abs(rgb[:, None] - rgb[None]).mean(axis=2)
    return apart
