"""The measure of checkerboard artefacts, on pictures with known results."""

import numpy as np
import pytest
import torch

from mint.evaluation.checkerboard import WINDOW, checkerboard_share
from mint.recipes.building_blocks.convolution import SameConv, UpConv

GREYS = np.array([[grey, grey, grey, 255] for grey in range(256)], np.uint8)
ROWS, COLUMNS = np.mgrid[:24, :32]


@pytest.mark.parametrize(
    "pattern", [(ROWS + COLUMNS) % 2, ROWS % 2, COLUMNS % 2, (ROWS % 2) * (COLUMNS % 2)], ids=["board", "rows", "columns", "dots"]
)
def test_what_repeats_every_two_pixels_is_found(pattern: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> None:
    assert checkerboard_share((40 + 90 * pattern[None]).astype(np.uint8), GREYS) == pytest.approx(1)


def test_what_repeats_otherwise_or_not_at_all_is_not() -> None:
    stripes = (ROWS // 2 % 2) * 200  # a period of four pixels
    assert checkerboard_share(stripes[None].astype(np.uint8), GREYS) == pytest.approx(0)
    assert checkerboard_share(np.full((3, 24, 32), 7, np.uint8), GREYS) == 0
    noise = np.random.default_rng(1).integers(256, size=(200, 24, 32), dtype=np.uint8)
    assert checkerboard_share(noise, GREYS) == pytest.approx(3 / (WINDOW**2 - 1), rel=0.03)


def test_a_faint_pattern_on_a_picture_is_measured_by_its_energy() -> None:
    gradient = 6 * COLUMNS
    faint = gradient + 8 * ((ROWS + COLUMNS) % 2)
    variance = (36 * (WINDOW**2 - 1) / 12) + 16
    assert checkerboard_share(faint[None].astype(np.uint8), GREYS) == pytest.approx((16 + 9) / variance, rel=1e-6)


def test_invisible_colors_do_not_count() -> None:
    palette = np.array([[255, 0, 0, 0], [0, 255, 0, 0], [9, 9, 9, 255]], np.uint8)
    board = ((ROWS + COLUMNS) % 2)[None].astype(np.uint8)
    assert checkerboard_share(board, palette) == 0
    with pytest.raises(ValueError, match="24 x 7 pixels are smaller"):
        checkerboard_share(board[:, :, :7], palette)


def test_a_transposed_convolution_begins_with_a_pattern_that_resizing_has_not() -> None:
    """Of plain features, as untrained layers draw them."""
    torch.manual_seed(1)
    features = torch.randn(20, 16, 1, 1).expand(-1, -1, 8, 8)
    with torch.no_grad():
        transposed = UpConv(16, 1)(features)
        resized = SameConv(16, 1)(features.repeat_interleave(2, 2).repeat_interleave(2, 3))
    shares = []
    for drawn in (transposed[:, 0, 2:-2, 2:-2], resized[:, 0, 2:-2, 2:-2]):  # without the zeros beyond the edges
        levels = 255 * (drawn - drawn.amin((1, 2), True)) / (drawn.amax((1, 2), True) - drawn.amin((1, 2), True) + 0.01)
        shares.append(checkerboard_share(levels.byte().numpy(), GREYS))
    assert shares == [pytest.approx(1), 0]
