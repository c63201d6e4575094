"""The share of pictures with a grid of 8x8 pixels, on pictures with and without one."""

import numpy as np
import pytest
import torch

from mint.evaluation.grid import MIN_NOTCH, PERIOD, grid_share, variogram_notch
from mint.evaluation.premultiplication import premultiplied
from mint.recipes.dcgan.periodicity import variogram_notches
from mint.token.raster import Pixels

GREYS = np.array([[grey, grey, grey, 255] for grey in range(256)], np.uint8)
ROWS, COLUMNS = np.mgrid[:48, :32]
BLOCK = np.random.default_rng(1).integers(100, size=(PERIOD, PERIOD), dtype=np.uint8)


def noise(count: int) -> Pixels:
    """Return smooth pictures (n, 48, 32) up to 155, without any pattern."""
    coarse = np.random.default_rng(2).integers(156, size=(count, 17, 12), dtype=np.uint8)
    return coarse.repeat(3, 1).repeat(3, 2)[:, 1:49, 2:34]


def with_grid(pictures: Pixels) -> Pixels:
    return pictures + np.tile(BLOCK, (6, 4))


def test_pictures_with_a_grid_are_counted() -> None:
    pictures = noise(20)
    assert grid_share(pictures, GREYS) == 0
    assert grid_share(with_grid(pictures), GREYS) == 1
    assert grid_share(np.concatenate([pictures[:15], with_grid(pictures[15:])]), GREYS) == 0.25


@pytest.mark.parametrize(
    "picture",
    [
        np.full((48, 32), 7),
        200 * ((ROWS - 24) ** 2 + (COLUMNS - 16) ** 2 < 100),
        200 * (COLUMNS > 12),
        6 * COLUMNS,
        100 * (ROWS % 12 < 6),
    ],
    ids=["plain", "disc", "edge", "gradient", "period of 12"],
)
def test_outlines_and_other_periods_are_no_grid(picture: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> None:
    assert grid_share(picture[None].astype(np.uint8), GREYS) == 0


@pytest.mark.parametrize("period", [2, 4, 8])
def test_what_repeats_is_all_of_a_notch(period: int) -> None:
    board = 100.0 * ((ROWS % period == 0) ^ (COLUMNS % period == 0))
    assert variogram_notch(board[..., None]) == 1


def test_invisible_colors_make_no_grid() -> None:
    palette = np.array([[255, 0, 0, 0], [0, 255, 0, 0], [9, 9, 9, 255]], np.uint8)
    pictures = (np.tile(BLOCK, (4, 4)) % 2)[None]
    assert grid_share(pictures, palette) == 0
    assert grid_share(pictures + 1, palette) == 1


def test_the_recipe_that_removes_grids_measures_the_same_notch() -> None:
    pictures = np.concatenate([noise(3), with_grid(noise(3))])
    colors = premultiplied(GREYS)[pictures]  # (n, H, W, 4)
    expected = [float(variogram_notches(torch.from_numpy(one).permute(2, 0, 1)[None], PERIOD).mean()) for one in colors]
    assert [variogram_notch(one) for one in colors] == pytest.approx(expected)
    assert min(expected[3:]) > MIN_NOTCH > max(expected[:3])


def test_pictures_of_fewer_than_four_blocks_are_refused() -> None:
    with pytest.raises(ValueError, match="48 x 31 pixels are smaller than 32 x 32"):
        grid_share(noise(1)[:, :, :31], GREYS)
