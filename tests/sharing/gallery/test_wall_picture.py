"""The picture of a work on the wall: equal squares, whatever the size of its dreams."""

import numpy as np
import pytest

from mint.sharing.gallery.wall_picture import SIDE, wall_picture

BACKGROUND = 7


@pytest.mark.parametrize(
    ("height", "width", "side", "columns", "rows"),
    [
        (32, 32, SIDE, 4, 4),
        (16, 16, SIDE, 7, 7),
        (8, 8, SIDE, 8, 8),
        (24, 40, SIDE, 3, 5),
        (200, 16, 2 * SIDE, 8, 1),
        (256, 256, 2 * SIDE, 1, 1),
    ],
)
def test_dreams_are_whole_and_in_rows(height: int, width: int, side: int, columns: int, rows: int) -> None:
    tiles = np.random.default_rng(0).integers(0, BACKGROUND, (64, height, width)).astype(np.uint8)
    picture = wall_picture(tiles, BACKGROUND)
    assert picture.shape == (side, side)
    filled = picture != BACKGROUND
    assert filled.sum() == columns * rows * height * width
    top, left = (int(np.flatnonzero(filled.any(axis))[0]) for axis in (1, 0))
    for number in range(columns * rows):
        y, x = top + number // columns * (height + 2), left + number % columns * (width + 2)
        assert np.array_equal(picture[y : y + height, x : x + width], tiles[number])
    # In the middle, as far as whole pixels allow.
    assert abs(top - int(np.argmax(filled[::-1].any(1)))) <= 1
    assert abs(left - int(np.argmax(filled[:, ::-1].any(0)))) <= 1
