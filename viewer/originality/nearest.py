"""The originals nearest to a picture: in place, and by outline in each symmetry.

Works through the originals block by block, so that ten thousand of them take time and not memory. Deterministic.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.originality.comparison import (
    Pixels,
    Placement,
    blocks,
    codes,
    differences,
    num_symmetries,
    outlines,
    transformed,
)

_NUM_NEIGHBOURS = 4  # originals nearest in place that are always compared
_NUM_LOOKALIKES = 8  # originals of similar outline per picture


@dataclass(frozen=True)
class Neighbours:
    """The originals nearest in place to each picture: (n, k) indices and (n, k) shares of differing pixels, nearest first."""

    originals: NDArray[np.int64]
    shares: NDArray[np.float32]


def nearest_in_place(pictures: Pixels, originals: Pixels, own: NDArray[np.int64] | None) -> Neighbours:
    """Return the originals (m, H, W) nearest to each picture (n, H, W); ``own`` (n,) is the one that each is not compared with."""
    indices = np.empty((len(pictures), 0), np.int64)
    shares = np.empty((len(pictures), 0), np.float32)
    for block in blocks(len(originals)):
        part = differences(pictures, originals[block])
        _exclude(part, block, own)
        shares = np.concatenate([shares, part], axis=1)
        indices = np.concatenate([indices, np.broadcast_to(np.arange(block.start, block.stop), part.shape)], axis=1)
        order = _least(shares, _NUM_NEIGHBOURS)
        shares, indices = np.take_along_axis(shares, order, 1), np.take_along_axis(indices, order, 1)
    if own is not None and len(originals) <= _NUM_NEIGHBOURS:
        indices, shares = indices[:, :-1], shares[:, :-1]  # the last is the picture itself
    return Neighbours(indices, shares)


def lookalikes(pictures: Pixels, originals: Pixels, own: NDArray[np.int64] | None, near: float) -> list[list[Placement]]:
    """Return for each picture the originals, in a symmetry, whose outlines are near enough for a flipped or recoloured copy.

    ``near`` is the share of pixels that may differ; for the other arguments see ``nearest_in_place``.
    """
    height, width = originals.shape[1:]
    bits = outlines(pictures)
    # A pixel changes at most four of the comparisons between neighbours.
    limit = 4 * near * height * width
    found: list[list[tuple[float, Placement]]] = [[] for _ in pictures]
    for symmetry in range(num_symmetries((height, width))):
        for block in blocks(len(originals)):
            distances = (bits.shape[1] - bits @ outlines(transformed(originals[block], symmetry)).T) / 2
            _exclude(distances, block, own)
            # Only the nearest of each block: where all outlines are alike, all pairs would be too many to remember.
            likely = _least(distances, _NUM_LOOKALIKES)
            rows, ranks = np.nonzero(np.take_along_axis(distances, likely, 1) <= limit)
            for row, column in zip(rows.tolist(), likely[rows, ranks].tolist(), strict=True):
                found[row].append((float(distances[row, column]), Placement(column + block.start, symmetry, 0, 0)))
    return [[placement for _, placement in sorted(each)[:_NUM_LOOKALIKES]] for each in found]


def known_in_others(pictures: Pixels, originals: Pixels, own: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which 3x3 patches of each picture occur in an original other than its own."""
    all_codes = codes(originals).reshape(len(originals), -1)
    holders = np.repeat(np.arange(len(originals)), all_codes.shape[1])
    order = np.lexsort((holders, all_codes.ravel()))
    sorted_codes, sorted_holders = all_codes.ravel()[order], holders[order]
    wanted = codes(pictures).reshape(len(pictures), -1)
    first, last = (np.searchsorted(sorted_codes, wanted, side) for side in ("left", "right"))
    last_index = len(sorted_holders) - 1
    # Holders are in order, so one of them is another original where the first or the last is.
    others = (sorted_holders[first.clip(max=last_index)] != own[:, None]) | (sorted_holders[(last - 1).clip(min=0)] != own[:, None])
    return np.asarray((first < last) & others)


def _exclude(values: NDArray[np.float32], block: slice, own: NDArray[np.int64] | None) -> None:
    """Set the value between each picture and its own original to infinity, where that is in the block."""
    if own is not None:
        inside = np.flatnonzero((own >= block.start) & (own < block.stop))
        values[inside, own[inside] - block.start] = np.inf


def _least(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return the columns of the count least values of each row (n, m), the first of equals: (n, count)."""
    # The column number in the last place of an integer breaks ties, and partitioning is faster than sorting.
    exact = np.where(np.isinf(values), 1 << 40, np.rint(values * (1 << 20))).astype(np.int64) * values.shape[1]
    keys = exact + np.arange(values.shape[1])
    if values.shape[1] > count:
        keys = np.partition(keys, count - 1, axis=1)[:, :count]
    least: NDArray[np.int64] = np.sort(keys, axis=1) % values.shape[1]
    return least
