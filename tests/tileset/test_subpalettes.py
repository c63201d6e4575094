"""The NES's colour rule: which subpalettes are chosen, and how tiles are drawn with them."""

import numpy as np
import pytest

from mint.art.colors.hardware_palettes import hardware_palette
from mint.tileset.color_distance import squared_distances
from mint.tileset.subpalettes import choose_subpalettes, fit_pictures, fit_tiles


def test_tiles_with_colours_of_four_subpalettes_stay_unchanged() -> None:
    colors = hardware_palette("nes")
    random = np.random.default_rng(0)
    groups = [[1, 2, 3, 4], [1, 10, 11, 12], [1, 20, 21, 22], [1, 30, 31, 32]]
    tiles = np.stack([random.choice(groups[number % 4], (16, 16)).astype(np.uint8) for number in range(40)])
    subpalettes = choose_subpalettes(tiles, colors)
    fitted = fit_tiles(tiles, subpalettes, colors)
    assert (fitted.tiles == tiles).all()
    assert (fitted.errors == 0).all()
    assert subpalettes.backdrop == 1
    assert {frozenset(palette) for palette in subpalettes.palettes} == {frozenset(group[1:]) for group in groups}
    assert set(np.unique(fit_pictures(np.arange(54, dtype=np.uint8)[None, None], subpalettes, colors))) == {
        color for group in groups for color in group
    }


def test_surplus_colours_with_fewest_pixels_are_replaced() -> None:
    colors = hardware_palette("nes")
    tile = np.full((16, 16), 1, np.uint8)
    for row, color in enumerate((20, 30, 10)):
        tile[5 * row : 5 * row + 5, 4:] = color
    tile[15, :2] = 40
    subpalettes = choose_subpalettes(np.stack([tile] * 4), colors)
    fitted = fit_tiles(tile[None], subpalettes, colors)
    assert (fitted.tiles[0] != tile).sum() == 2
    nearest = squared_distances(colors[40:41], colors[[1, 10, 20, 30]]).min()
    assert fitted.errors[0] == pytest.approx(2 / 256 * np.sqrt(nearest))
