"""The tiles of the mosaic: the newest picture at each place, and the dream that it shows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.web.frames import MAX_FRAME_BYTES, TILE, TILES, TileFrame

Places = NDArray[np.intp]


class TileGrid:
    """A number of places, each blank or with a tile.

    ``is_blank`` (n,), ``seeds`` (n,) and ``positions`` (n,) describe the places; a seed of 0 means that there is no dream yet.
    """

    def __init__(self, count: int) -> None:
        self._tiles = np.zeros(count, TILE)
        self._pixels = np.zeros((count, 1, 1), np.uint8)
        self.positions = np.zeros(count)  # ahead of those in ``_tiles`` while the next tiles of a walk are drawn
        self.is_blank = np.ones(count, bool)

    def __len__(self) -> int:
        return len(self._tiles)

    @property
    def seeds(self) -> NDArray[np.uint64]:
        """The seed of each place's dream."""
        seeds: NDArray[np.uint64] = self._tiles["seed"]
        return seeds

    def resize(self, count: int) -> None:
        """Change the number of places; those that remain keep their tiles."""
        kept = min(count, len(self))
        self._tiles = _resized(self._tiles, count)
        self._pixels = _resized(self._pixels, count)
        self.positions = _resized(self.positions, count)
        self.is_blank = _resized(self.is_blank, count)
        self.is_blank[kept:] = True

    def clear(self, size: tuple[int, int]) -> None:
        """Remove all tiles and their dreams; the next tiles have another size (H, W)."""
        self._pixels = np.zeros((len(self), *size), np.uint8)
        self._tiles["seed"] = 0
        self.is_blank[:] = True

    def store(self, places: Places, seeds: NDArray[np.uint64], positions: NDArray[np.float64], pixels: NDArray[np.uint8]) -> Places:
        """Put tiles (n, H, W) at places (n,), except where these were removed meanwhile; return the places that changed."""
        remain = places < len(self)
        places, seeds, positions, pixels = places[remain], seeds[remain], positions[remain], pixels[remain]
        # In a walk, many tiles look the same for a while.
        differs = (self._pixels[places] != pixels).any((1, 2))
        is_new = self.is_blank[places] | (self.seeds[places] != seeds) | differs
        self._tiles["number"][places] = places
        self._tiles["seed"][places] = seeds
        self._tiles["position"][places] = positions
        self.positions[places] = positions
        self._pixels[places] = pixels
        self.is_blank[places] = False
        changed: Places = places[is_new]
        return changed

    def sendable(self, places: Places) -> Places:
        """Return those of the places that have a tile, at most as many as fit into a frame."""
        places = places[places < len(self)]
        max_count = max(1, MAX_FRAME_BYTES // (TILE.itemsize + self._pixels[0].size))
        sendable: Places = places[~self.is_blank[places]][:max_count]
        return sendable

    def frame(self, number: int, generation: int, places: Places) -> TileFrame:
        """Return the tiles at some places as a frame."""
        return TileFrame(frame=number, generation=generation, kind=TILES, tiles=self._tiles[places], pixels=self._pixels[places])


def _resized(array: NDArray[Any], count: int) -> NDArray[Any]:
    """Return the first count rows, filled up with zeros."""
    new = np.zeros((count, *array.shape[1:]), array.dtype)
    new[: len(array)] = array[:count]
    return new
