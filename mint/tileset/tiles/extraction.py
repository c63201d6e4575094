"""Tiles extracted from pictures, without duplicates.

Tiles are palette indices (n, side, side). Tiles that are flips of each other count as duplicates, because a level can flip a tile.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.tileset.flips import FLIPS
from viewer.originality.comparison import Pixels, transformed

MAX_CANDIDATES: Final = 3000
MAX_PLAIN: Final = 4


@dataclass(frozen=True)
class ExtractedTiles:
    """The different tiles of some pictures, and where they occur.

    ``tiles`` (n, side, side) are all different, also when flipped; ``depths`` (n,) are their mean vertical positions in the
    pictures, 0 at the top and 1 at the bottom. ``positions`` (k, 3) are picture, top and left of each occurrence, which shows
    ``tiles[tile_ids]`` in the symmetry ``flips``, (k,) each.
    """

    positions: NDArray[np.int64]
    tile_ids: NDArray[np.int64]
    flips: NDArray[np.int64]
    tiles: Pixels
    depths: NDArray[np.float64]

    def subset(self, numbers: NDArray[np.int64]) -> "ExtractedTiles":
        """Return the tiles with these sorted indices only."""
        renumbered = np.full(len(self.tiles), -1)
        renumbered[numbers] = np.arange(len(numbers))
        tile_ids = renumbered[self.tile_ids]
        remaining = tile_ids >= 0
        return ExtractedTiles(
            self.positions[remaining], tile_ids[remaining], self.flips[remaining], self.tiles[numbers], self.depths[numbers]
        )


def is_plain(tiles: Pixels) -> NDArray[np.bool_]:
    """Return which tiles (n, side, side) have a single colour, (n,)."""
    plain: NDArray[np.bool_] = (tiles == tiles[:, :1, :1]).all(axis=(1, 2))
    return plain


def extract_tiles(pictures: Pixels, side: int) -> ExtractedTiles:
    """Cut pictures (n, H, W) into tiles: small ones at every half tile, large ones (screens, which have a grid) at whole tiles."""
    height, width = pictures.shape[1:]
    step = side // 2 if max(height, width) <= 4 * side else side
    corners = [(top, left) for top in range(0, height - side + 1, step) for left in range(0, width - side + 1, step)]
    tiles = np.concatenate([pictures[:, top : top + side, left : left + side] for top, left in corners])
    numbers = np.arange(len(pictures))
    positions = np.concatenate(
        [np.stack([numbers, np.full_like(numbers, y), np.full_like(numbers, x)], axis=1) for y, x in corners]
    )
    depths = positions[:, 1] / max(height - side, 1)
    return merge_duplicates(tiles, positions, depths)


def merge_duplicates(tiles: Pixels, positions: NDArray[np.int64], depths: NDArray[np.float64]) -> ExtractedTiles:
    """Merge tiles (k, side, side) that are equal as they are or flipped; the first of them represents the others."""
    flat = np.stack([transformed(tiles, flip).reshape(len(tiles), -1) for flip in FLIPS], axis=1)
    known: dict[bytes, tuple[int, int]] = {}
    first: list[int] = []
    tile_ids, flips = [], []
    for number, all_flips in enumerate(flat):
        entry = known.get(all_flips[0].tobytes())
        if entry is None:
            entry = len(first), 0
            first.append(number)
            for flip in reversed(FLIPS):
                known[all_flips[flip].tobytes()] = entry[0], flip
        tile_ids.append(entry[0])
        flips.append(entry[1])
    counts = np.bincount(tile_ids)
    return ExtractedTiles(positions, np.array(tile_ids), np.array(flips), tiles[first], np.bincount(tile_ids, depths) / counts)


def add_plain_tiles(extracted: ExtractedTiles, pictures: Pixels, scores: NDArray[np.float64]) -> ExtractedTiles:
    """Add up to MAX_PLAIN tiles of a single colour: the commonest colours of the pictures' first and last lines.

    A picture (n, H, W) is weighted by its score (n,). The commonest colours come last; colours that have a plain tile are left out.
    """
    side = extracted.tiles.shape[1]
    num_colors = int(pictures.max()) + 1
    depth_of: dict[int, float] = {}
    for line, depth in ((pictures[:, -1], 1.0), (pictures[:, 0], 0.0)):
        counts = np.bincount(line.ravel(), np.repeat(scores**2, line.shape[1]), minlength=num_colors)
        for color in np.argsort(-counts, kind="stable")[: MAX_PLAIN // 2].tolist():
            if counts[color] > 0:  # a line may have fewer colours
                depth_of.setdefault(color, depth)
    present = set(extracted.tiles[is_plain(extracted.tiles), 0, 0].tolist())
    colors = [color for color in depth_of if color not in present]
    tiles = np.array(colors, np.uint8).reshape(-1, 1, 1).repeat(side, 1).repeat(side, 2)
    depths = np.array([depth_of[color] for color in colors])
    return ExtractedTiles(
        extracted.positions,
        extracted.tile_ids,
        extracted.flips,
        np.concatenate([extracted.tiles, tiles]),
        np.concatenate([extracted.depths, depths]),
    )
