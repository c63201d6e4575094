"""Tests of drawing functions: which pixels they set, and clipping at the edges."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mint.token import raster
from mint.token.raster import Pixels

any_coordinate = st.integers(-40, 40)
small_size = st.integers(0, 12)


def _drawn(draw: Callable[[Pixels], None], height: int = 8, width: int = 10) -> list[str]:
    pixels = raster.blank(0, height, width)
    draw(pixels)
    return ["".join(".#"[min(value, 1)] for value in row) for row in pixels.tolist()]


def test_blank_has_one_index() -> None:
    pixels = raster.blank(7)
    assert (pixels.shape, pixels.dtype) == ((32, 32), np.dtype(np.uint8))
    assert (pixels == 7).all()


def test_rect_and_frame() -> None:
    assert _drawn(lambda p: raster.rect(p, 1, 0, 3, 2, 1), 3, 5) == [".###.", ".###.", "....."]
    assert _drawn(lambda p: raster.frame(p, 0, 0, 4, 3, 1), 3, 5) == ["####.", "#..#.", "####."]


def test_line_connects_its_ends() -> None:
    assert raster.line_points(0, 0, 4, 2) == [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2)]
    assert raster.line_points(3, 3, 3, 3) == [(3, 3)]


@given(any_coordinate, any_coordinate, any_coordinate, any_coordinate)
def test_lines_are_connected_and_as_long_as_their_longer_side(x0: int, y0: int, x1: int, y1: int) -> None:
    points = raster.line_points(x0, y0, x1, y1)
    assert (points[0], points[-1]) == ((x0, y0), (x1, y1))
    assert len(points) == max(abs(x1 - x0), abs(y1 - y0)) + 1
    assert all(max(abs(bx - ax), abs(by - ay)) == 1 for (ax, ay), (bx, by) in pairwise(points))


def test_discs_are_round() -> None:
    assert _drawn(lambda p: raster.disc(p, 2, 2, 0, 1), 5, 5) == [".....", ".....", "..#..", ".....", "....."]
    assert _drawn(lambda p: raster.disc(p, 2, 2, 1, 1), 5, 5) == [".....", ".###.", ".###.", ".###.", "....."]
    assert _drawn(lambda p: raster.disc(p, 2, 2, 2, 1), 5, 5) == [".###.", "#####", "#####", "#####", ".###."]
    assert _drawn(lambda p: raster.ring(p, 2, 2, 2, 1), 5, 5) == [".###.", "#...#", "#...#", "#...#", ".###."]


@given(st.integers(1, 12))
def test_ring_is_a_disc_minus_the_next_smaller_one(radius: int) -> None:
    ring = raster.blank(0)
    raster.ring(ring, 16, 16, radius, 1)
    disc, inner = raster.disc_mask(16, 16, radius), raster.disc_mask(16, 16, radius - 1)
    assert np.array_equal(ring == 1, disc & ~inner)
    assert (inner <= disc).all()
    assert np.array_equal(disc[1:, 1:], np.rot90(disc[1:, 1:]))


def test_polygon_includes_its_edges() -> None:
    triangle = [(0, 4), (4, 0), (8, 4)]
    assert _drawn(lambda p: raster.polygon(p, triangle, 1), 5, 9) == [
        "....#....",
        "...###...",
        "..#####..",
        ".#######.",
        "#########",
    ]


@given(st.permutations([(2, 2), (9, 3), (7, 7)]))
def test_polygon_is_the_same_from_any_corner(points: list[tuple[int, int]]) -> None:
    pictures = []
    for corners in (points, [(2, 2), (9, 3), (7, 7)]):
        pixels = raster.blank(0, 10, 12)
        raster.polygon(pixels, corners, 1)
        pictures.append(pixels)
    # Bresenham's line in the opposite direction may round a tie differently.
    assert np.count_nonzero(pictures[0] != pictures[1]) <= 3


def test_stamp_is_clipped_at_every_edge() -> None:
    mask = raster.bitmap(["##", "#."])
    assert _drawn(lambda p: raster.stamp(p, mask, 1, 1, 1), 3, 4) == ["....", ".##.", ".#.."]
    assert _drawn(lambda p: raster.stamp(p, mask, -1, 0, 1), 3, 4) == ["#...", "....", "...."]
    assert _drawn(lambda p: raster.stamp(p, mask, 3, 2, 1), 3, 4) == ["....", "....", "...#"]
    assert _drawn(lambda p: raster.stamp(p, mask, 0, -1, 1), 3, 4) == ["#...", "....", "...."]


def _shapes(x: int, y: int, width: int, height: int) -> list[Callable[[Pixels], None]]:
    mask = np.ones((height + 1, width + 1), bool)
    return [
        lambda p: raster.rect(p, x, y, width, height, 1),
        lambda p: raster.frame(p, x, y, width, height, 1),
        lambda p: raster.line(p, x, y, x + width, y - height, 1),
        lambda p: raster.disc(p, x, y, width, 1),
        lambda p: raster.ring(p, x, y, height, 1),
        lambda p: raster.polygon(p, [(x, y), (x + width, y), (x, y + height)], 1),
        lambda p: raster.stamp(p, mask, x, y, 1),
        lambda p: raster.dot(p, x, y, 1),
    ]


@given(any_coordinate, any_coordinate, small_size, small_size)
def test_shapes_are_clipped_and_not_wrapped(x: int, y: int, width: int, height: int) -> None:
    """Test that a shape sets the same pixels in a small picture as in the same window of a large one."""
    for small_draw, large_draw in zip(_shapes(x, y, width, height), _shapes(x + 60, y + 60, width, height), strict=True):
        small, large = raster.blank(0, 16, 20), raster.blank(0, 160, 160)
        small_draw(small)
        large_draw(large)
        assert np.array_equal(small, large[60:76, 60:80])


def test_bands_fill_their_rows_in_order() -> None:
    pixels = raster.blank(9, 8, 4)
    raster.bands(pixels, 1, 7, (3, 1, 2))
    assert pixels[:, 0].tolist() == [9, 3, 3, 1, 1, 2, 2, 9]
    assert (pixels == pixels[:, :1]).all()
    raster.bands(pixels, 5, 5, (0,))
    assert pixels[5, 0] == 2


def test_dithered_bands_blend_from_first_to_last() -> None:
    pixels = raster.blank(9)
    raster.bands(pixels, 0, 32, (0, 1, 2), dithered=True)
    means = pixels.reshape(8, 4, 32).sum(axis=(1, 2))
    assert (np.diff(means.astype(int)) > 0).all()
    assert (pixels[0] == 0).sum() >= 30
    assert (pixels[-1] == 2).sum() >= 24


def test_checker_has_square_cells() -> None:
    mask = raster.checker(4, 6, 2)
    assert ["".join(".#"[cell] for cell in row) for row in mask.tolist()] == ["..##..", "..##..", "##..##", "##..##"]


def test_dilated_adds_neighbours_and_does_not_change_its_argument() -> None:
    mask = raster.bitmap([".....", "..#..", "....."])
    before = mask.copy()
    assert np.array_equal(raster.dilated(mask), raster.bitmap(["..#..", ".###.", "..#.."]))
    assert np.array_equal(raster.dilated(mask, diagonal=True), raster.bitmap([".###.", ".###.", ".###."]))
    assert np.array_equal(mask, before)
    corner = raster.bitmap(["#..", "...", "..."])
    assert raster.dilated(corner).sum() == 3
    assert raster.dilated(corner, diagonal=True).sum() == 4


def test_bayer_matrix_has_each_threshold_once() -> None:
    assert sorted(raster.BAYER4.ravel().tolist()) == list(range(16))
