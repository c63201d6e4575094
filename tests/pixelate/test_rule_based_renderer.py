"""Pixel art by rules: size, palette, clean areas, thin lines, alpha and dithering."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from mint.art.colors.oklab import oklab
from mint.pixelate.cells import grid_size, sample_cells
from mint.pixelate.color_distance import squared_distances
from mint.pixelate.palette import find_palette
from mint.pixelate.quantization import kmeans_palette
from mint.pixelate.rule_based_renderer import RuleBasedConfig, RuleBasedRenderer, choose_indices
from tests.pixelate.example_pictures import disc_on_transparency, num_isolated_pixels, scene

PALETTE = find_palette("pico-8")


@given(st.integers(1, 90), st.integers(1, 90), st.integers(4, 40), st.booleans(), st.sampled_from([None, PALETTE]))
@settings(max_examples=25)
def test_any_size_fits_the_grid_and_the_palette(
    width: int, height: int, grid: int, dither: bool, palette: NDArray[np.uint8] | None
) -> None:
    art = RuleBasedRenderer(grid=grid, palette=palette, config=RuleBasedConfig(dither=dither)).render(scene(width, height))
    assert max(art.pixels.shape) == min(grid, max(width, height))
    assert art.pixels.shape == grid_size((width, height), grid)[::-1]
    assert art.pixels.max() < len(art.palette) <= 16
    assert (art.alpha == 255).all()


def test_result_is_cleaner_than_nearest_colours_and_nearly_as_accurate() -> None:
    cells = sample_cells(scene(), grid_size((300, 200), 64))
    palette = kmeans_palette(cells, 16)
    nearest = squared_distances(cells.mean, oklab(palette)).argmin(2)
    pixels = choose_indices(cells, palette, RuleBasedConfig(), match_lightness=False)
    assert num_isolated_pixels(pixels) < num_isolated_pixels(nearest) / 3
    error, least_error = (float(((oklab(palette)[each] - cells.mean) ** 2).sum(2).mean()) for each in (pixels, nearest))
    assert error < least_error + 0.03**2


def test_a_thin_line_is_kept() -> None:
    art = RuleBasedRenderer(grid=64).render(scene(640, 426))
    column = art.rgba[10:28, 18:21, :3].max(2).min(1)  # the pole in front of the sky
    assert (column < 90).all()


def test_enlarged_pixel_art_is_recovered() -> None:
    pixels = np.random.default_rng(2).integers(0, 16, (12, 20)).repeat(2, 0).repeat(2, 1)
    enlarged = Image.fromarray(PALETTE[pixels]).resize((40 * 8, 24 * 8), Image.Resampling.NEAREST).convert("RGBA")
    art = RuleBasedRenderer(grid=40, palette=PALETTE, config=RuleBasedConfig(max_gain=1.0)).render(enlarged)
    assert (art.pixels == pixels).mean() > 0.99


def test_a_small_bright_area_gets_a_colour_of_its_own() -> None:
    picture = np.full((128, 128, 4), (40, 42, 48, 255), np.uint8)
    picture += np.random.default_rng(1).integers(0, 12, (128, 128, 1)).astype(np.uint8) * np.array([1, 1, 1, 0], np.uint8)
    picture[60:66, 60:66] = (255, 40, 40, 255)
    palette = RuleBasedRenderer(grid=64, num_colors=4).render(Image.fromarray(picture)).palette.astype(int)
    assert (np.abs(palette - (255, 40, 40)).max(1) < 30).any()


def test_soft_edges_become_hard_and_alpha_is_kept() -> None:
    art = RuleBasedRenderer(grid=40).render(disc_on_transparency())
    assert np.isin(art.alpha, (0, 128, 255)).mean() > 0.95
    assert art.alpha[20, 10] >= 252
    assert 125 <= art.alpha[20, 30] <= 128
    assert art.alpha[0, 0] == 0
    assert np.abs(art.rgba[20, 10, :3].astype(int) - (200, 40, 60)).max() <= 2


@pytest.mark.parametrize("alpha", [0, 255])
def test_a_picture_of_one_colour_keeps_one_colour(alpha: int) -> None:
    art = RuleBasedRenderer(grid=16).render(Image.new("RGBA", (50, 30), (10, 200, 90, alpha)))
    assert len(np.unique(art.pixels)) == 1
    assert (art.alpha == alpha).all()


def test_dithering_mixes_a_colour_that_the_palette_lacks() -> None:
    grey = Image.new("RGBA", (64, 64), (118, 118, 118, 255))
    two_greys = np.array([[70, 70, 70], [170, 170, 170]], np.uint8)
    flat, mixed = (
        choose_indices(sample_cells(grey, (64, 64)), two_greys, RuleBasedConfig(dither=dither), match_lightness=False)
        for dither in (False, True)
    )
    assert len(np.unique(flat)) == 1
    assert 0.2 < mixed.mean() < 0.8
