"""The variants of tiles, which a level chooses from: each tile in the flips it may have, and which may be neighbours.

Tile variants are a term of wave function collapse (Gumin 2016), whose symmetries also generate rotated and reflected tiles.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.tileset.flips import FLIPS, flip_each
from mint.tileset.seams import SeamLimits, seam_costs
from mint.tileset.tiles.selection import SelectedTiles
from viewer.originality.comparison import detail, transformed

_ADJACENT_BONUS: Final = 0.6  # subtracted from the cost of a seam that occurs in a picture


class TileVariants:
    """All variants, (v, s, s): their properties, the seam costs of each pair, and the pairs that may be neighbours.

    Any tile may be mirrored. Ground may also be upside down, where it passes for a reflection.
    """

    def __init__(self, selection: SelectedTiles, limits: SeamLimits, tile_subpalettes: NDArray[np.int64] | None) -> None:
        entries: dict[tuple[int, int], bytes] = {}
        for tile, (pixels, kind) in enumerate(zip(selection.tiles, selection.kinds, strict=True)):
            for flip in FLIPS if kind == "ground" else FLIPS[:2]:
                entries.setdefault((tile, flip), transformed(pixels, flip).tobytes())
        self.selection = selection
        # A tile that equals its own mirror image has one variant, which both flips refer to.
        numbers: dict[bytes, int] = {}
        variant_of = {entry: numbers.setdefault(data, len(numbers)) for entry, data in entries.items()}
        chosen = np.array([next(entry for entry in entries if variant_of[entry] == v) for v in range(len(numbers))])
        self.tiles, self.flips = chosen[:, 0], chosen[:, 1]
        pixels = flip_each(selection.tiles[self.tiles], self.flips)
        beside, below = seam_costs(pixels, pixels, limits)
        self.is_sky = np.array([selection.kinds[tile] == "sky" for tile in self.tiles])
        self.detail_shares = detail(pixels).mean(axis=(1, 2))
        self._allowed = beside <= 1, below <= 1
        self._costs = beside, below
        self._favour_adjacent(variant_of)
        self.stamps = _stamp_variants(selection.stamps, variant_of)
        self._same_subpalette = (
            np.ones(beside.shape, np.bool_)
            if tile_subpalettes is None
            else tile_subpalettes[self.tiles][:, None] == tile_subpalettes[self.tiles]
        )

    def allowed(self, vertical: bool, inside: bool) -> NDArray[np.bool_]:
        """Return which pairs of variants (v, v) may be neighbours, the second one to the right or below.

        ``inside`` tells that both cells are in one block, so that they must share a subpalette.
        """
        return self._allowed[vertical] & self._same_subpalette if inside else self._allowed[vertical]

    def seam_costs(self, vertical: int, forward: bool, neighbour: int) -> NDArray[np.float64]:
        """Return the cost (v,) of each variant in a cell whose neighbour is decided."""
        costs = self._costs[vertical]
        return costs[:, neighbour] if forward else costs[neighbour]

    def _favour_adjacent(self, variant_of: dict[tuple[int, int], int]) -> None:
        """Lower the seam costs of tiles that are adjacent in a picture, in every flip of the pair."""
        selection = self.selection
        for costs, pairs, mirror in zip(self._costs, (selection.beside, selection.below), (1, 2), strict=True):
            for tile, flip, next_tile, next_flip in pairs.tolist():
                for first, second in (
                    ((tile, flip), (next_tile, next_flip)),
                    ((next_tile, next_flip ^ mirror), (tile, flip ^ mirror)),
                    ((tile, flip ^ 3 ^ mirror), (next_tile, next_flip ^ 3 ^ mirror)),
                    ((next_tile, next_flip ^ 3), (tile, flip ^ 3)),
                ):
                    if first in variant_of and second in variant_of:
                        costs[variant_of[first], variant_of[second]] -= _ADJACENT_BONUS


def _stamp_variants(stamps: NDArray[np.int64], variant_of: dict[tuple[int, int], int]) -> NDArray[np.int64]:
    """Return stamps (s, rows, columns, 2), as they are and mirrored, as variants (t, rows, columns), in the order of stamps."""
    variants = [
        [variant_of.get((tile, flip), -1) for tile, flip in stamp.reshape(-1, 2).tolist()]
        for stamp in np.concatenate([stamps, stamps[:, :, ::-1] ^ np.array([0, 1])])
    ]
    rows, columns = stamps.shape[1:3]
    # Each stamp is followed by its mirror image.
    order = np.arange(len(variants)).reshape(2, -1).T.ravel()
    ordered = np.array(variants, np.int64).reshape(-1, rows, columns)[order]
    return ordered[(ordered >= 0).all(axis=(1, 2))]
