"""From pictures to a tileset: snapped, cut, merged, chosen, fitted to the console's rule, and a level laid out of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.errors import TilesetError
from mint.tileset.console import Subpalettes, choose_subpalettes, fit_tiles, keep_colors, nearest
from mint.tileset.level import Level, lay_out
from mint.tileset.seams import Seams, learn_seams
from mint.tileset.tiles import (
    MAX_CANDIDATES,
    TileChoice,
    TileCut,
    choose,
    cut,
    merge_equal,
    only,
    qualities_of,
    scenery,
    transformed_each,
    with_plain,
)
from viewer.originality.comparison import Pixels, codes
from viewer.originality.originals import Originals, windows

SCREEN_PX = (176, 512)  # the level's height and width: two screens of the NES side by side
_FAITHFUL = 0.05  # distance to the eye: a picture that strict palettes change by as much is worth a third


@dataclass(frozen=True, kw_only=True)
class TilesetSource:
    """Pictures to cut (n, H, W) and the originals (m, h, w) they come from, both indices of colours (k, 4)."""

    title: str
    pictures: Pixels
    originals: Pixels
    rgba: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class TilesetOptions:
    """What a tileset shall be: ``palette`` (p, 4) the console's colours, None to keep the source's own."""

    tile_px: int
    count: int
    palette: NDArray[np.uint8] | None
    strict: bool
    original: bool  # leave copies of the originals out
    seed: int

    def __post_init__(self) -> None:
        assert self.tile_px in (8, 16)
        assert self.palette is not None or not self.strict


@dataclass(frozen=True, kw_only=True)
class Tileset:
    """Tiles, indices of ``rgba`` (p, 4), and the level laid out of them.

    If it was asked for, ``rule`` is the console's, and ``numbers`` (n,) each tile's palette in it.
    """

    title: str
    rgba: NDArray[np.uint8]
    choice: TileChoice
    level: Level
    seams: Seams
    rule: Subpalettes | None
    numbers: NDArray[np.int64] | None
    num_copies: int  # tiles left out as copies

    @property
    def tile_px(self) -> int:
        """The side of a tile."""
        return int(self.choice.tiles.shape[1])


def make_tileset(source: TilesetSource, wish: TilesetOptions) -> Tileset:
    """Make a tileset and its level. Deterministic.

    Raises TilesetError where the pictures are smaller than a tile, where no tile is left, or where their edges allow no level.
    """
    if min(source.pictures.shape[1:]) < wish.tile_px:
        height, width = source.pictures.shape[1:]
        raise TilesetError(f"a picture of {width}x{height} holds no tile of {wish.tile_px} pixels; give a larger one, or --tile 8")
    rgba = source.rgba if wish.palette is None else wish.palette
    table = np.arange(len(rgba)) if wish.palette is None else nearest(source.rgba, rgba)
    pictures, originals = (table.astype(np.uint8)[pixels] for pixels in (source.pictures, source.originals))
    known = np.unique(codes(originals))
    worth = scenery(pictures) * np.isin(codes(pictures), known).mean(axis=(1, 2))
    # Every pair of tiles is compared, so there is room for the best pictures only.
    best = np.argsort(-worth, kind="stable")[: max(1, MAX_CANDIDATES // len(cut(pictures[:1], wish.tile_px).places))]
    worth = worth[best]
    pictures = pictures[best]
    found = cut(pictures, wish.tile_px)
    num_copies = 0
    if wish.original:
        kept = _originals_left_out(found, originals)
        num_copies = len(found.tiles) - len(kept)
        if not len(kept):
            raise TilesetError(f"all {num_copies} tiles are copies of the originals; leave --original out, or train longer")
        found = only(found, kept)
    seams = learn_seams(originals, rgba, wish.tile_px).stricter(learn_seams(source.originals, source.rgba, wish.tile_px))

    def best_of(found: TileCut, pictures: Pixels, worth: NDArray[np.float64]) -> TileChoice:
        drawn = with_plain(found, pictures, worth)
        return choose(drawn, worth, qualities_of(drawn.tiles, known, seams), wish.count)

    choice = best_of(found, pictures, worth)
    rule = None
    if wish.strict:
        # The palettes are for the tiles that would be kept without a rule.
        rule = choose_subpalettes(choice.tiles, rgba, wish.seed)
        found, faithful = _kept_to(rule, found, len(pictures), rgba)
        choice = best_of(found, keep_colors(pictures, rule, rgba), worth * faithful)
    numbers = None if rule is None else _numbers_of(choice.tiles, rule)
    size = SCREEN_PX[0] // wish.tile_px, SCREEN_PX[1] // wish.tile_px
    town_rows = min(source.pictures.shape[1] // wish.tile_px, size[0] // 2)
    level = lay_out(choice, seams, size, town_rows, wish.seed, numbers if wish.tile_px < 16 else None)
    return Tileset(
        title=source.title,
        rgba=rgba,
        choice=choice,
        level=level,
        seams=seams,
        rule=rule,
        numbers=numbers,
        num_copies=num_copies,
    )


def _kept_to(rule: Subpalettes, found: TileCut, num_pictures: int, rgba: NDArray[np.uint8]) -> tuple[TileCut, NDArray[np.float64]]:
    """Return a cut in the palettes of a rule, and how faithful each picture (n,) is in them, 0 to 1."""
    fitted = fit_tiles(found.tiles, rule, rgba)
    numbers = found.places[:, 0]
    faithful = np.exp(-fitted.errors / _FAITHFUL)[found.groups]
    # Different tiles may have become equal.
    tiles = transformed_each(fitted.tiles[found.groups], found.flips)
    merged = merge_equal(tiles, found.places, found.depths[found.groups])
    return merged, np.bincount(numbers, faithful, num_pictures) / np.bincount(numbers, minlength=num_pictures).clip(1)


def _numbers_of(tiles: Pixels, rule: Subpalettes) -> NDArray[np.int64]:
    """Return for each tile the first palette of the rule that has all of its colours."""
    allowed = [set(rule.allowed(number)) for number in range(len(rule.palettes))]
    return np.array([next(n for n, colors in enumerate(allowed) if set(np.unique(tile).tolist()) <= colors) for tile in tiles])


def _originals_left_out(found: TileCut, originals: Pixels) -> NDArray[np.int64]:
    """Return the numbers of the tiles that no window of the originals gave; one of a single colour is nobody's."""
    side = int(found.tiles.shape[1])
    if min(originals.shape[1:]) < side:
        return np.arange(len(found.tiles))
    measure = Originals(windows(originals, (side, side)), overlapping=True)
    findings = measure.judge(found.tiles)
    plain = (found.tiles == found.tiles[:, :1, :1]).all(axis=(1, 2))
    return np.flatnonzero([one or not finding.is_copy for one, finding in zip(plain, findings, strict=True)])
