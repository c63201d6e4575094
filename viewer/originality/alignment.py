"""Alignment of originals with a picture: its patches vote for placements of originals over it (Hough 1962).

A patch that occurs in few places of the originals votes for each of them with a weight of one over their number. Of the millions of
possible placements, those with many votes are worth a comparison. Patches are coded by their colours, or only by where neighbours
differ: then an original is found in any colours.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from viewer.originality.comparison import (
    BLOCK,
    INVERSE,
    MAX_PLACES,
    Pixels,
    Placement,
    blocks,
    num_symmetries,
    transformed,
    turned_shift,
)

_CHUNK = 64  # pictures at a time
_DENSE = 1 << 22  # up to this many placements, votes are summed in an array, which is faster than sorting them


class PatchVotes:
    """An index of the patches of originals (m, H, W), for voting.

    ``encode`` returns the codes of all patches of pictures. Every ``step``-th patch of a picture votes, in each direction.
    """

    def __init__(self, originals: Pixels, encode: Callable[[Pixels], NDArray[np.uint64]], step: int = 1) -> None:
        self._encode = encode
        self._step = step
        self._size = (int(originals.shape[1]), int(originals.shape[2]))
        self._symmetries = num_symmetries(self._size)
        self._originals = originals
        # The limit is for all originals; each block gets a share of it.
        self._max_places = max(1, MAX_PLACES // math.ceil(len(originals) / BLOCK))

    def placements(self, pictures: Pixels, count: int, own: NDArray[np.int64] | None = None) -> list[list[Placement]]:
        """Return for each picture (n, H, W) up to count placements with the most votes, best first.

        ``own`` holds for each picture the index of an original that is excluded: the picture itself among the originals.
        """
        found: list[list[tuple[float, Placement]]] = [[] for _ in pictures]
        # The pictures are turned back instead of the originals turned, so that a block's patches are sorted only once.
        step = self._step
        turned = [self._encode(transformed(pictures, INVERSE[symmetry]))[:, ::step, ::step] for symmetry in range(self._symmetries)]
        for block in blocks(len(self._originals)):
            index = _PatchIndex(self._encode(self._originals[block]), self._max_places)
            for symmetry, patch_codes in enumerate(turned):
                for start in range(0, len(pictures), _CHUNK):
                    skip = None if own is None else own[start : start + _CHUNK] - block.start
                    for number, weight, (original, dy, dx) in index.best(patch_codes[start : start + _CHUNK], count, skip, step):
                        placement = Placement(original + block.start, symmetry, *turned_shift(dy, dx, symmetry))
                        found[start + number].append((weight, placement))
        # Of equal votes, a placement that needs no turning and no moving comes first.
        for votes in found:
            votes.sort(key=lambda vote: (-vote[0], vote[1].symmetry, abs(vote[1].dy) + abs(vote[1].dx), vote[1]))
        return [[placement for _, placement in votes[:count]] for votes in found]


class _PatchIndex:
    """The patches of one block of originals: the places of each code."""

    def __init__(self, block: NDArray[np.uint64], max_places: int) -> None:
        self._max_places = max_places
        self._shape = block.shape
        flat = block.ravel()
        self._order = np.argsort(flat, kind="stable")
        self._codes, self._first, self._count = np.unique(flat[self._order], return_index=True, return_counts=True)

    def best(
        self, patch_codes: NDArray[np.uint64], count: int, skip: NDArray[np.int64] | None, step: int
    ) -> list[tuple[int, float, tuple[int, int, int]]]:
        """Return (picture, weight, (original, dy, dx)) of each picture's best placements, from the codes of every step-th patch."""
        num, rows, columns = patch_codes.shape
        where = np.searchsorted(self._codes, patch_codes.ravel()).clip(max=len(self._codes) - 1)
        known = np.flatnonzero((self._codes[where] == patch_codes.ravel()) & (self._count[where] <= self._max_places))
        if not len(known):
            return []
        entry = where[known]
        times = self._count[entry]
        # Each known patch, repeated for each of its places.
        patch = np.repeat(known, times)
        within = np.arange(len(patch)) - np.repeat(np.cumsum(times) - times, times)
        place = self._order[np.repeat(self._first[entry], times) + within]
        weight = np.repeat(1.0 / times, times)
        picture, y, x = np.unravel_index(patch, (num, rows, columns))
        original, there_y, there_x = np.unravel_index(place, self._shape)
        if skip is not None:
            keep = original != skip[picture]
            picture, original, y, x = picture[keep], original[keep], y[keep], x[keep]
            there_y, there_x, weight = there_y[keep], there_x[keep], weight[keep]
        span = (num, self._shape[0], rows * step + self._shape[1], columns * step + self._shape[2])
        key = np.ravel_multi_index(
            (picture, original, y * step - there_y + self._shape[1], x * step - there_x + self._shape[2]), span
        )
        keys, votes = _summed(key, weight, math.prod(span))
        owner = keys // (span[1] * span[2] * span[3])
        order = np.lexsort((-votes, owner))
        rank = np.arange(len(order)) - np.searchsorted(owner[order], owner[order])
        chosen = order[rank < count]
        _, originals, dys, dxs = np.unravel_index(keys[chosen], span)
        places = zip(originals.tolist(), (dys - self._shape[1]).tolist(), (dxs - self._shape[2]).tolist(), strict=True)
        return list(zip(owner[chosen].tolist(), votes[chosen].tolist(), places, strict=True))


def _summed(key: NDArray[np.int64], weight: NDArray[np.float64], num_keys: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the different keys in order, each below num_keys, and the sum of the weights of each."""
    if num_keys <= _DENSE:
        sums = np.asarray(np.bincount(key, weight, num_keys), np.float64)
        keys = np.flatnonzero(sums > 0)
        return keys, sums[keys]
    keys, which = np.unique(key, return_inverse=True)
    return keys, np.asarray(np.bincount(which, weight), np.float64)
