"""The kinds of tiles, by which a level places them."""

from typing import Final, Literal, get_args

from mint.tileset.tiles.extraction import ExtractedTiles
from mint.tileset.tiles.main_color import main_colors
from viewer.originality.comparison import detail

TileKind = Literal["sky", "edge", "feature", "ground"]
TILE_KINDS: Final[tuple[TileKind, ...]] = get_args(TileKind)  # from top to bottom

MAX_QUIET_DETAIL: Final = 0.3  # share of a quiet tile's pixels that are detail


def classify_tiles(extracted: ExtractedTiles) -> tuple[TileKind, ...]:
    """Return the kind of each tile.

    sky      quiet, and from the upper half of its pictures or of a single colour
    ground   from the lower half: quiet, or from the lowest 40 % and not quiet
    edge     its upper and lower half have different main colours, each with a large share of its half: a roof, a bank, a horizon
    feature  everything else
    """
    detail_shares = detail(extracted.tiles).mean(axis=(1, 2))
    half = extracted.tiles.shape[1] // 2
    upper, upper_share = main_colors(extracted.tiles[:, :half])
    lower, lower_share = main_colors(extracted.tiles[:, half:])
    is_edge = (upper != lower) & (upper_share >= 0.6) & (lower_share >= 0.4)
    kinds: list[TileKind] = []
    for number, depth in enumerate(extracted.depths):
        if detail_shares[number] <= MAX_QUIET_DETAIL and not is_edge[number]:
            kinds.append("sky" if depth <= 0.5 or detail_shares[number] == 0 else "ground")
        elif is_edge[number]:
            kinds.append("edge")
        else:
            kinds.append("ground" if depth > 0.6 else "feature")
    return tuple(kinds)
