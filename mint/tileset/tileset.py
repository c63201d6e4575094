"""A tileset made from pictures: snapped, cut, merged, selected, fitted to the console's rule, and a level generated from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.errors import TilesetError
from mint.tileset.color_distance import nearest_colors, with_clear
from mint.tileset.flips import flip_each
from mint.tileset.level.generation import Level, generate_level
from mint.tileset.seams import SeamLimits, measure_seam_limits
from mint.tileset.source import TilesetSource
from mint.tileset.subpalettes import Subpalettes, choose_subpalettes, exact_subpalettes, fit_pictures, fit_tiles
from mint.tileset.tiles.extraction import (
    MAX_CANDIDATES,
    ExtractedTiles,
    add_plain_tiles,
    extract_tiles,
    is_plain,
    merge_duplicates,
)
from mint.tileset.tiles.scoring import landscape_scores, tile_qualities
from mint.tileset.tiles.selection import SelectedTiles, select_tiles
from viewer.originality.comparison import Pixels, codes
from viewer.originality.originals import Originals, windows

LEVEL_PX = (176, 512)  # the level's height and width: two screens of the NES side by side
_ERROR_SCALE = 0.05  # perceptual distance: a picture with this error counts a third as much


@dataclass(frozen=True, kw_only=True)
class TilesetOptions:
    """The options of a tileset; ``palette`` (p, 4) are the console's colours, None keeps the source's own."""

    tile_px: int
    count: int
    palette: NDArray[np.uint8] | None
    strict: bool
    original: bool  # leave out copies of the originals
    seed: int

    def __post_init__(self) -> None:
        assert self.tile_px in (8, 16)
        assert self.palette is not None or not self.strict


@dataclass(frozen=True, kw_only=True)
class Tileset:
    """Tiles, indices of ``rgba`` (p, 4), and the level generated from them.

    With the console's rule, ``subpalettes`` are set, and ``tile_subpalettes`` (n,) are the number of each tile's subpalette.
    """

    title: str
    rgba: NDArray[np.uint8]
    selection: SelectedTiles
    level: Level
    seam_limits: SeamLimits
    subpalettes: Subpalettes | None
    tile_subpalettes: NDArray[np.int64] | None
    num_copies: int  # tiles left out as copies

    @property
    def tile_px(self) -> int:
        """The side of a tile."""
        return int(self.selection.tiles.shape[1])


@dataclass(frozen=True, kw_only=True)
class TileChoice:
    """The tiles chosen for a tileset, indices of ``rgba`` (p, 4), and the subpalettes where the console's rule is kept."""

    rgba: NDArray[np.uint8]
    selection: SelectedTiles
    seam_limits: SeamLimits
    subpalettes: Subpalettes | None
    num_copies: int


def make_tileset(source: TilesetSource, options: TilesetOptions) -> Tileset:
    """Make a tileset and its level. Deterministic.

    Raises TilesetError where the pictures are smaller than a tile, no tile is left, or the tiles' edges allow no level.
    """
    choice = choose_tiles(source, options)
    subpalettes = choice.subpalettes
    tile_subpalettes = None if subpalettes is None else _tile_subpalettes(choice.selection.tiles, subpalettes)
    size = LEVEL_PX[0] // options.tile_px, LEVEL_PX[1] // options.tile_px
    picture_rows = min(source.pictures.shape[1] // options.tile_px, size[0] // 2)
    # A block of the NES's rule is 16x16 pixels: a single tile of 16, two by two tiles of 8.
    block_subpalettes = tile_subpalettes if options.tile_px < 16 else None
    level = generate_level(choice.selection, choice.seam_limits, size, picture_rows, options.seed, block_subpalettes)
    return Tileset(
        title=source.title,
        rgba=choice.rgba,
        selection=choice.selection,
        level=level,
        seam_limits=choice.seam_limits,
        subpalettes=subpalettes,
        tile_subpalettes=tile_subpalettes,
        num_copies=choice.num_copies,
    )


def choose_tiles(source: TilesetSource, options: TilesetOptions) -> TileChoice:
    """Snap, cut, merge and select the tiles of a tileset, and fit them to the console's rule. Deterministic.

    Raises TilesetError where the pictures are smaller than a tile or no tile is left.
    """
    if min(source.pictures.shape[1:]) < options.tile_px:
        height, width = source.pictures.shape[1:]
        raise TilesetError(
            f"a picture of {width}x{height} is too small for a tile of {options.tile_px} pixels; give a larger one, or --tile 8"
        )
    rgba = source.rgba if options.palette is None else with_clear(options.palette, _used_colors(source))
    table = np.arange(len(rgba)) if options.palette is None else nearest_colors(source.rgba, rgba)
    pictures, originals = (table.astype(np.uint8)[pixels] for pixels in (source.pictures, source.originals))
    known_patches = np.unique(codes(originals))
    scores = landscape_scores(pictures) * np.isin(codes(pictures), known_patches).mean(axis=(1, 2))
    # Every pair of tiles is compared, which limits their number, so only the best pictures are cut.
    tiles_per_picture = len(extract_tiles(pictures[:1], options.tile_px).positions)
    best = np.argsort(-scores, kind="stable")[: max(1, MAX_CANDIDATES // tiles_per_picture)]
    scores = scores[best]
    pictures = pictures[best]
    extracted = extract_tiles(pictures, options.tile_px)
    num_copies = 0
    if options.original:
        uncopied = _uncopied_tiles(extracted, originals)
        num_copies = len(extracted.tiles) - len(uncopied)
        if not len(uncopied):
            raise TilesetError(f"all {num_copies} tiles are copies of the originals; leave --original out, or train longer")
        extracted = extracted.subset(uncopied)
    limits = measure_seam_limits(originals, rgba, options.tile_px).stricter(
        measure_seam_limits(source.originals, source.rgba, options.tile_px)
    )

    def select(extracted: ExtractedTiles, pictures: Pixels, scores: NDArray[np.float64]) -> SelectedTiles:
        candidates = add_plain_tiles(extracted, pictures, scores)
        return select_tiles(candidates, scores, tile_qualities(candidates.tiles, known_patches, limits), options.count)

    selection = select(extracted, pictures, scores)
    subpalettes = None
    if options.strict:
        # A picture that keeps the rule stays as it is. Else they are chosen for the tiles that would be selected without the rule.
        subpalettes = exact_subpalettes(extracted.tiles, rgba) or choose_subpalettes(selection.tiles, rgba)
        extracted, fidelities = _fit_to_subpalettes(subpalettes, extracted, len(pictures), rgba)
        selection = select(extracted, fit_pictures(pictures, subpalettes, rgba), scores * fidelities)
    return TileChoice(rgba=rgba, selection=selection, seam_limits=limits, subpalettes=subpalettes, num_copies=num_copies)


def _used_colors(source: TilesetSource) -> NDArray[np.uint8]:
    """Return the colours (k, 4) that occur in a source: a palette may hold a clear one that no picture uses."""
    used: NDArray[np.uint8] = source.rgba[np.union1d(source.pictures, source.originals)]
    return used


def _fit_to_subpalettes(
    subpalettes: Subpalettes, extracted: ExtractedTiles, num_pictures: int, rgba: NDArray[np.uint8]
) -> tuple[ExtractedTiles, NDArray[np.float64]]:
    """Return the tiles drawn with subpalettes, and how faithful that is to each picture (n,), 0 to 1."""
    fitted = fit_tiles(extracted.tiles, subpalettes, rgba)
    pictures = extracted.positions[:, 0]
    fidelities = np.exp(-fitted.errors / _ERROR_SCALE)[extracted.tile_ids]
    # Different tiles can become equal.
    tiles = flip_each(fitted.tiles[extracted.tile_ids], extracted.flips)
    merged = merge_duplicates(tiles, extracted.positions, extracted.depths[extracted.tile_ids])
    return merged, np.bincount(pictures, fidelities, num_pictures) / np.bincount(pictures, minlength=num_pictures).clip(1)


def _tile_subpalettes(tiles: Pixels, subpalettes: Subpalettes) -> NDArray[np.int64]:
    """Return for each tile the number of the first subpalette that has all of its colours."""
    allowed = [set(subpalettes.allowed(number)) for number in range(len(subpalettes.palettes))]
    return np.array([next(n for n, colors in enumerate(allowed) if set(np.unique(tile).tolist()) <= colors) for tile in tiles])


def _uncopied_tiles(extracted: ExtractedTiles, originals: Pixels) -> NDArray[np.int64]:
    """Return the indices of the tiles that copy no window of the originals; a plain tile never counts as a copy."""
    side = int(extracted.tiles.shape[1])
    if min(originals.shape[1:]) < side:
        return np.arange(len(extracted.tiles))
    verdicts = Originals(windows(originals, (side, side)), overlapping=True).classify(extracted.tiles)
    plain = is_plain(extracted.tiles)
    return np.flatnonzero([one or not verdict.is_copy for one, verdict in zip(plain, verdicts, strict=True)])
