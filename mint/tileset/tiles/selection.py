"""The selection of a tileset's tiles, and what the pictures tell about how they belong together."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.tileset.flips import FLIPS
from mint.tileset.tiles.classification import TILE_KINDS, TileKind, classify_tiles
from mint.tileset.tiles.extraction import MAX_PLAIN, ExtractedTiles, is_plain
from viewer.originality.comparison import Pixels, differences, transformed

MIN_DIFFERENCE: Final = 0.06  # share of pixels: tiles that differ in fewer count as one
MAX_STAMP_TILES: Final = 36
MAX_STAMPS: Final = 24
_MIN_STAMP_SCORE: Final = 0.35  # of the best picture's score: a picture with less is not used as a stamp
_WHOLE_PICTURE_SHARE: Final = 0.67  # of the selected tiles
# The share of the selected tiles for each kind, as far as there are enough.
_KIND_SHARES: Final = {"sky": 0.2, "edge": 0.25, "feature": 0.3, "ground": 0.25}


@dataclass(frozen=True)
class SelectedTiles:
    """The tiles of a tileset (n, side, side), sorted by kind and then by falling quality.

    ``depths``, ``kinds`` and ``qualities`` (n,) are those of the tiles; ``landscape_scores`` (n,) are the highest scores of a
    picture that contains each tile, relative to the best picture. All numbers are from 0 to 1.
    ``beside`` and ``below`` are the pairs of tiles that are adjacent in a picture: rows of tile, flip, next tile, its flip.
    ``stamps`` (s, rows, columns, 2) are whole pictures as tiles and their flips, the highest score first; in Tiled, a stamp is
    a reusable group of tiles. There are none for pictures of more than MAX_STAMP_TILES tiles.
    """

    tiles: Pixels
    depths: NDArray[np.float64]
    kinds: tuple[TileKind, ...]
    qualities: NDArray[np.float64]
    landscape_scores: NDArray[np.float64]
    beside: NDArray[np.int64]
    below: NDArray[np.int64]
    stamps: NDArray[np.int64]


def select_tiles(
    extracted: ExtractedTiles, picture_scores: NDArray[np.float64], qualities: NDArray[np.float64], count: int
) -> SelectedTiles:
    """Select up to count tiles, no two of them nearly equal, flipped or not.

    Two thirds come from whole pictures, those with the highest ``picture_scores`` (p,) first, so that a level has tiles that belong
    together. The others are the best by quality (n,), each kind up to its share as far as there are enough.
    """
    kinds = classify_tiles(extracted)
    side = extracted.tiles.shape[1]
    distinct = _DistinctTiles(extracted.tiles)
    # A level needs open space, so it gets the last of the plain tiles: the commonest colours of the pictures' edges.
    for number in np.flatnonzero(is_plain(extracted.tiles))[-MAX_PLAIN:].tolist():
        distinct.add(number)
    on_grid = (extracted.positions[:, 1:] % side == 0).all(axis=1)
    by_picture: dict[int, list[int]] = {}
    for occurrence in np.flatnonzero(on_grid).tolist():
        by_picture.setdefault(int(extracted.positions[occurrence, 0]), []).append(int(extracted.tile_ids[occurrence]))
    for picture in np.argsort(-picture_scores, kind="stable").tolist():
        for number in by_picture.get(picture, []):
            if len(distinct.numbers) < count * _WHOLE_PICTURE_SHARE:
                distinct.add(number)
    remaining = {
        kind: round(share * count) - sum(kinds[number] == kind for number in distinct.numbers)
        for kind, share in _KIND_SHARES.items()
    }
    for by_kind in (True, False):
        for number in np.argsort(-qualities, kind="stable").tolist():
            has_room = len(distinct.numbers) < count and (not by_kind or remaining[kinds[number]] > 0)
            if has_room and distinct.add(number):
                remaining[kinds[number]] -= 1
    numbers = sorted(distinct.numbers, key=lambda number: (TILE_KINDS.index(kinds[number]), -qualities[number]))
    tiles = extracted.tiles[numbers]
    occurrences = _occurrences(extracted, tiles)
    beside, below = _adjacent_pairs(occurrences, side)
    scores = np.zeros(len(extracted.tiles))
    relative = picture_scores[extracted.positions[:, 0]] / max(float(picture_scores.max()), 1e-9)
    np.maximum.at(scores, extracted.tile_ids, relative)
    return SelectedTiles(
        tiles=tiles,
        depths=extracted.depths[numbers],
        kinds=tuple(kinds[number] for number in numbers),
        qualities=qualities[numbers],
        landscape_scores=scores[numbers],
        beside=beside,
        below=below,
        stamps=_stamps(occurrences, picture_scores, side),
    )


class _DistinctTiles:
    """Indices of tiles, no two of which are nearly equal."""

    def __init__(self, tiles: Pixels) -> None:
        self.numbers: list[int] = []
        self._tiles = tiles
        self._flat: Pixels = np.empty((0, tiles[0].size), np.uint8)

    def add(self, number: int) -> bool:
        """Add a tile and return True, or return False if it is nearly equal to one of those here."""
        flips = np.stack([transformed(self._tiles[number], flip).ravel() for flip in FLIPS])
        if len(self._flat) and (self._flat[:, None] != flips[None]).mean(axis=2).min() < MIN_DIFFERENCE:
            return False
        self.numbers.append(number)
        self._flat = np.concatenate([self._flat, flips[:1]])
        return True


_Occurrences = dict[tuple[int, int, int], tuple[int, int]]  # (picture, top, left): (selected tile, flip)


def _occurrences(extracted: ExtractedTiles, selected: Pixels) -> _Occurrences:
    """Return where in the pictures the selected tiles, or tiles nearly equal to them, occur."""
    flat = selected.reshape(len(selected), -1)
    # The selected tile nearest to each extracted one, and its flip: extracted = flip(selected).
    distances = np.stack(
        [_pixel_differences(transformed(extracted.tiles, flip).reshape(len(extracted.tiles), -1), flat) for flip in FLIPS], axis=2
    )
    nearest = distances.reshape(len(distances), -1).argmin(axis=1)
    matches = np.where(distances.reshape(len(distances), -1).min(axis=1) < MIN_DIFFERENCE, nearest, -1)
    occurrences: _Occurrences = {}
    for position, tile_id, flip in zip(
        extracted.positions.tolist(), extracted.tile_ids.tolist(), extracted.flips.tolist(), strict=True
    ):
        if matches[tile_id] >= 0:
            tile, selected_flip = divmod(int(matches[tile_id]), len(FLIPS))
            occurrences[position[0], position[1], position[2]] = tile, flip ^ selected_flip
    return occurrences


def _adjacent_pairs(occurrences: _Occurrences, side: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of tiles side by side, and of one above another: rows of tile, flip, next tile, its flip."""
    pairs: list[set[tuple[int, int, int, int]]] = [set(), set()]
    for (picture, top, left), first in occurrences.items():
        for vertical, corner in ((0, (top, left + side)), (1, (top + side, left))):
            second = occurrences.get((picture, *corner))
            if second is not None:
                pairs[vertical].add((*first, *second))
    beside, below = (np.array(sorted(each), np.int64).reshape(-1, 4) for each in pairs)
    return beside, below


def _stamps(occurrences: _Occurrences, picture_scores: NDArray[np.float64], side: int) -> NDArray[np.int64]:
    """Return the best pictures all of whose tiles are selected, (s, rows, columns, 2), no two of them equal."""
    rows, columns = (max((corner[axis] for corner in occurrences), default=0) // side + 1 for axis in (1, 2))
    corners = [(row * side, column * side) for row in range(rows) for column in range(columns)]
    stamps: dict[tuple[tuple[int, int], ...], None] = {}
    if len(corners) <= MAX_STAMP_TILES:
        for picture in np.argsort(-picture_scores, kind="stable").tolist():
            tiles = [occurrences.get((picture, *corner)) for corner in corners]
            present = tuple(tile for tile in tiles if tile is not None)
            if len(present) == len(corners) and picture_scores[picture] > picture_scores.max() * _MIN_STAMP_SCORE:
                stamps[present] = None
    return np.array(list(stamps)[:MAX_STAMPS], np.int64).reshape(-1, rows, columns, 2)


def _pixel_differences(first: Pixels, second: Pixels) -> NDArray[np.float32]:
    """Return the share of pixels that differ between flat tiles (n, s) and (m, s): (n, m)."""
    return differences(first[:, None], second[:, None])
