"""Pixel art by rule: one pixel size, colours of the palette, clean areas, edges and lines that stay, alpha kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mint.art.oklab import oklab
from mint.pixelate.cells import cut, native_size
from mint.pixelate.palette import find_palette
from mint.pixelate.renderer import RuleBasedRenderer
from mint.pixelate.rule_based import RuleBasedConfig, own_palette, pixelated, squared_distances
from tests.pixelate.drawn import num_orphans, scene, sprite_on_nothing

PALETTE = find_palette("pico-8")


@given(st.integers(1, 90), st.integers(1, 90), st.integers(4, 40), st.booleans(), st.sampled_from([None, PALETTE]))
@settings(max_examples=25)
def test_every_size_fits_its_grid_and_palette(width: int, height: int, grid: int, dither: bool, palette: np.ndarray | None) -> None:
    art = RuleBasedRenderer(grid=grid, palette=palette, config=RuleBasedConfig(dither=dither)).draw(scene(width, height))
    assert max(art.pixels.shape) == min(grid, max(width, height))
    assert art.pixels.shape == native_size((width, height), grid)[::-1]
    assert art.pixels.max() < len(art.palette) <= 16
    assert (art.alpha == 255).all()


def test_it_is_cleaner_than_the_nearest_colours_of_means_and_as_true() -> None:
    cells = cut(scene(), native_size((300, 200), 64))
    palette = own_palette(cells, 16)
    nearest = squared_distances(cells.mean, oklab(palette)).argmin(2)
    drawn = pixelated(cells, palette, RuleBasedConfig(), fit_tones=False)
    assert num_orphans(drawn) < num_orphans(nearest) / 3
    error, least = (float(((oklab(palette)[pixels] - cells.mean) ** 2).sum(2).mean()) for pixels in (drawn, nearest))
    assert error < least + 0.03**2


def test_a_thin_line_stays_a_line() -> None:
    art = RuleBasedRenderer(grid=64).draw(scene(640, 426))
    column = art.rgba[10:28, 18:21, :3].max(2).min(1)  # the pole before the sky
    assert (column < 90).all()


def test_pixel_art_comes_back_as_it_was() -> None:
    pixels = np.random.default_rng(2).integers(0, 16, (12, 20)).repeat(2, 0).repeat(2, 1)
    enlarged = Image.fromarray(PALETTE[pixels]).resize((40 * 8, 24 * 8), Image.Resampling.NEAREST).convert("RGBA")
    art = RuleBasedRenderer(grid=40, palette=PALETTE, config=RuleBasedConfig(max_gain=1.0)).draw(enlarged)
    assert (art.pixels == pixels).mean() > 0.99


def test_small_bright_things_get_a_colour_of_their_own() -> None:
    picture = np.full((128, 128, 4), (40, 42, 48, 255), np.uint8)
    picture += np.random.default_rng(1).integers(0, 12, (128, 128, 1)).astype(np.uint8) * np.array([1, 1, 1, 0], np.uint8)
    picture[60:66, 60:66] = (255, 40, 40, 255)
    palette = RuleBasedRenderer(grid=64, num_colors=4).draw(Image.fromarray(picture)).palette.astype(int)
    assert (np.abs(palette - (255, 40, 40)).max(1) < 30).any()


def test_alpha_is_kept_hard_at_soft_edges() -> None:
    art = RuleBasedRenderer(grid=40).draw(sprite_on_nothing())
    assert np.isin(art.alpha, (0, 128, 255)).mean() > 0.95
    assert art.alpha[20, 10] >= 252
    assert 125 <= art.alpha[20, 30] <= 128
    assert art.alpha[0, 0] == 0
    assert np.abs(art.rgba[20, 10, :3].astype(int) - (200, 40, 60)).max() <= 2


@pytest.mark.parametrize("alpha", [0, 255])
def test_pictures_of_one_colour_have_one(alpha: int) -> None:
    art = RuleBasedRenderer(grid=16).draw(Image.new("RGBA", (50, 30), (10, 200, 90, alpha)))
    assert len(np.unique(art.pixels)) == 1
    assert (art.alpha == alpha).all()


def test_dithering_mixes_what_the_palette_lacks() -> None:
    grey = Image.new("RGBA", (64, 64), (118, 118, 118, 255))
    two = np.array([[70, 70, 70], [170, 170, 170]], np.uint8)
    flat, mixed = (pixelated(cut(grey, (64, 64)), two, RuleBasedConfig(dither=dither), fit_tones=False) for dither in (False, True))
    assert len(np.unique(flat)) == 1
    assert 0.2 < mixed.mean() < 0.8
