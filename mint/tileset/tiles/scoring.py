"""Scores by which tiles and pictures are selected: how good a tile is, and how much a picture looks like a landscape."""

import numpy as np
from numpy.typing import NDArray

from mint.tileset.seams import SeamLimits, seam_costs
from mint.tileset.tiles.main_color import main_colors
from viewer.originality.comparison import Pixels, codes, detail


def landscape_scores(pictures: Pixels) -> NDArray[np.float64]:
    """Return how much each picture (n, H, W) looks like a landscape, (n,) from 0 to 1.

    A landscape has a quiet upper part of one main colour, above all in its first line, more detail below, another main colour at
    the bottom, and many colours.
    """
    height = pictures.shape[1]
    upper, lower = pictures[:, : height // 3], pictures[:, height // 2 :]
    top_color, top_share = main_colors(upper)
    _, first_line_share = main_colors(pictures[:, :1])
    bottom_color, _ = main_colors(pictures[:, height - height // 4 :])
    mask = detail(pictures)
    detail_increase = mask[:, height // 2 :].mean(axis=(1, 2)) - mask[:, : height // 3].mean(axis=(1, 2))
    num_colors = np.array([len(np.unique(picture)) for picture in lower])
    scores: NDArray[np.float64] = (
        top_share
        * first_line_share**2
        * (0.25 + 0.75 * (top_color != bottom_color))
        * np.clip(detail_increase + 0.3, 0.05, 1)
        * np.minimum(num_colors / 8, 1)
    )
    return scores


def tile_qualities(tiles: Pixels, known_patches: NDArray[np.uint64], limits: SeamLimits) -> NDArray[np.float64]:
    """Return how good each tile is, (n,) from 0 to 1: the product of three measures.

    They are the share of 3x3 patches that occur in the originals, ``known_patches``; how well the tile is drawn, with neither
    specks (pixels unlike all four neighbours) nor a single colour; and how well other tiles continue it: one minus the mean cost of
    the best neighbour on each side.
    """
    known = np.isin(codes(tiles), known_patches).mean(axis=(1, 2))
    # A pixel that equals a neighbour is no speck.
    connected = np.zeros(tiles.shape, np.bool_)
    down, right = tiles[:, 1:] == tiles[:, :-1], tiles[:, :, 1:] == tiles[:, :, :-1]
    connected[:, 1:] |= down
    connected[:, :-1] |= down
    connected[:, :, 1:] |= right
    connected[:, :, :-1] |= right
    detail_share = detail(tiles).mean(axis=(1, 2))
    balance = np.minimum(detail_share / 0.25, 1) * np.minimum((1 - detail_share) / 0.25 + 0.2, 1)
    drawn = connected.mean(axis=(1, 2)) ** 2 * (0.5 + 0.5 * balance)
    beside, below = seam_costs(tiles, tiles, limits)
    best = (beside.min(axis=1), beside.min(axis=0), below.min(axis=1), below.min(axis=0))
    continued = 1 - np.mean([cost.clip(max=1) for cost in best], axis=0)
    qualities: NDArray[np.float64] = known * drawn * continued
    return qualities
