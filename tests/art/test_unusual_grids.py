"""Grids that begin anywhere, have pixels that are not square, or drift; and native art that only looks as if it had a grid."""

import io
import re
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from mint.art.grid.detection import estimate_grid
from mint.art.grid.downscaling import downscale
from mint.art.grid.drifting_grid import drifting_axis
from mint.art.grid.edge_lattice import edge_lattices
from mint.art.grid.edge_profile import noise_level
from mint.art.grid.evidence import independent_edges
from mint.art.picture_sources import SourcePicture
from mint.art.rgba import Rgba
from mint.art.true_size import GivenGrid, estimate_grids, native_picture
from mint.errors import ArtError
from tests.art.enlarged import UNUSUAL_GRIDS, by_drifting, native_sprites

SPRITES = native_sprites(9)
RED, DARK, CLEAR = np.array([(200, 60, 40, 255), (20, 12, 28, 255), (0, 0, 0, 0)], np.uint8)


def _enlarged(rgba: Rgba, down: int, across: int | None = None) -> Rgba:
    return np.ascontiguousarray(rgba.repeat(down, 0).repeat(across or down, 1))


def _stripes() -> Rgba:
    """Return slanted stripes of 64 x 64 pixels whose edges move by two columns a row, and so all lie at even columns."""
    ys, xs = np.mgrid[:64, :64]
    inside = (xs // 2 - ys % 16) % 32 < 10
    shape: Rgba = np.where(inside[..., None], RED, DARK).astype(np.uint8)
    return shape


def _hexagons() -> Rgba:
    """Return hexagons of 64 x 64 pixels with slopes of 2:1."""
    ys, xs = np.mgrid[:64, :64]
    inside = np.abs(xs % 32 - 16) // 2 + np.abs(ys % 32 - 16) < 14
    shape: Rgba = np.where(inside[..., None], DARK, CLEAR).astype(np.uint8)
    return shape


def _band() -> Rgba:
    """Return a black band on clear ground, 640 x 480."""
    picture = np.zeros((480, 640, 4), np.uint8)
    picture[46:318] = (0, 0, 0, 255)
    return picture


def _checkerboard() -> Rgba:
    shape: Rgba = np.where(((np.indices((64, 64)) // 4).sum(0) % 2 == 0)[..., None], RED, DARK).astype(np.uint8)
    return shape


def _flat() -> Rgba:
    return np.full((120, 160, 4), RED, np.uint8)


SHAPES = {"stripes": _stripes(), "hexagons": _hexagons(), "band": _band(), "flat": _flat(), "checkerboard": _checkerboard()}


@pytest.mark.parametrize("picture", SHAPES.values(), ids=SHAPES)
def test_native_shapes_are_not_shrunk(picture: Rgba) -> None:
    grid = estimate_grid(picture)
    assert (grid.size, grid.kernel) == (picture.shape[:2], None)


def test_slopes_and_patterns_are_no_evidence() -> None:
    assert max(independent_edges(_stripes()[:, ::2])) < 16
    tiles = np.tile(SPRITES[2], (4, 4, 1))
    assert max(independent_edges(tiles)) < 2 * max(independent_edges(SPRITES[2])) + 2
    assert sum(independent_edges(SPRITES[0])) > 30


@pytest.mark.parametrize(("top", "left", "bottom", "right"), [(3, 0, 0, 0), (0, 2, 0, 3), (1, 5, 4, 2), (0, 0, 0, 5)])
def test_cut_art_keeps_its_cut_pixels(top: int, left: int, bottom: int, right: int) -> None:
    native = SPRITES[0]
    large = _enlarged(native, 6)
    large = np.ascontiguousarray(large[top : len(large) - bottom, left : large.shape[1] - right])
    grid = estimate_grid(large)
    assert grid.size == native.shape[:2]
    assert np.array_equal(downscale(large, grid), native)
    assert grid.scale_text((large.shape[0], large.shape[1])) == "6"


@pytest.mark.parametrize("width", [1, 4])
def test_frames_thinner_than_a_pixel_are_left_out(width: int) -> None:
    native = SPRITES[1]
    large = np.pad(_enlarged(native, 7), ((width, width), (width, width), (0, 0)))
    grid = estimate_grid(large)
    assert np.array_equal(downscale(large, grid), native)


@pytest.mark.parametrize(("width", "height"), [(2, 1), (4, 2), (5, 6), (2, 5), (8, 6)])
def test_pixels_need_not_be_square(width: int, height: int) -> None:
    scene = np.concatenate([np.concatenate([s for s in SPRITES if len(s) == 32], 1)] * 2)[5:60]
    large = _enlarged(scene, height, width)
    grid = estimate_grid(large)
    assert grid.size == scene.shape[:2]
    assert np.array_equal(downscale(large, grid), scene)


def test_a_screen_of_320_x_200_comes_back_from_640_x_480() -> None:
    scene = np.tile(np.concatenate([s for s in native_sprites(60) if len(s) == 32][:10], 1), (7, 1, 1))[:200]
    scene[100:] = scene[99::-1]
    large = np.array(Image.fromarray(scene).resize((640, 480), Image.Resampling.NEAREST))
    grid = estimate_grid(large)
    assert grid.size == (200, 320)
    assert grid.scale_text((480, 640)) == "2 x 2.4"
    assert np.array_equal(downscale(large, grid), scene)


def test_a_given_aspect_excludes_other_pixels() -> None:
    large = _enlarged(SPRITES[0], 4, 8)
    assert estimate_grid(large, Fraction(2)).size == (32, 32)
    assert estimate_grid(large, Fraction(1)).size != (32, 32)
    smooth = np.array(Image.fromarray(SPRITES[3]).resize((32 * 9, 32 * 6), Image.Resampling.BILINEAR))
    assert estimate_grid(smooth).size != (32, 32)
    assert estimate_grid(smooth, Fraction(3, 2)).size == (32, 32)


def test_drifting_grids_are_found_or_refused() -> None:
    random = np.random.default_rng(4)
    sizes = []
    for native in SPRITES:
        large = by_drifting(native, random)
        grid = estimate_grid(large)
        assert grid.size in (None, native.shape[:2])
        sizes.append(grid.size)
        if grid.size is not None:
            assert np.array_equal(downscale(large, grid), native)
    assert sum(size is not None for size in sizes) >= 3


def test_too_few_borders_are_no_drifting_grid() -> None:
    weights = np.zeros(200, np.int64)
    weights[[20, 41, 60, 150, 171]] = 9
    assert drifting_axis(weights, 1.0) is None


def test_a_grid_that_two_sizes_explain_is_refused() -> None:
    # All edges of the columns lie at even ones: pixels of 2:1 by 3, or square ones of 3.
    native = SPRITES[2][:, :8].repeat(2, 1)
    native[5, 4:6] = 255 - native[5, 4:6]
    grid = estimate_grid(_enlarged(native, 6))
    assert grid.size is None or grid.size[0] == 16
    assert grid.second is not None


def test_lattices_begin_anywhere_and_need_all_edges() -> None:
    counts = np.zeros(61, np.int64)
    counts[[4, 11, 25, 32, 53]] = 1
    coarsest = edge_lattices(counts)[0]
    assert (coarsest.scale, coarsest.offset, coarsest.is_aligned) == (7, 4, False)
    counts[33] = 1
    assert edge_lattices(counts) == []


@pytest.mark.parametrize("enlargement", list(UNUSUAL_GRIDS))
def test_no_unusual_grid_gets_a_wrong_size(enlargement: str) -> None:
    random = np.random.default_rng(3)
    for native in SPRITES[3:6]:
        assert estimate_grid(UNUSUAL_GRIDS[enlargement](native, random)).size in (None, native.shape[:2])


def test_noise_is_measured() -> None:
    random = np.random.default_rng(1)
    noisy = np.full((90, 90, 4), 128.0) + random.normal(0, 6, (90, 90, 4))
    noisy[..., 3] = 255
    assert 5 < noise_level(noisy.round().astype(np.uint8)) < 7
    assert noise_level(_enlarged(SPRITES[0], 4)) == 0


def _source(rgba: Rgba, name: str = "art") -> SourcePicture:
    return SourcePicture(name=name, file=f"{name}.png", rgba=rgba)


def _native(rgba: Rgba, given: GivenGrid) -> Rgba:
    picture = _source(rgba)
    return native_picture(picture, estimate_grids([picture], given, lambda done, total: None)[0]).rgba


def test_a_given_offset_leaves_out_what_lies_before_it() -> None:
    native = SPRITES[0]
    framed = np.pad(_enlarged(native, 6), ((7, 7), (10, 10), (0, 0)))
    found = _native(framed, GivenGrid(scale=Fraction(6), offset=(10, 7)))
    assert np.array_equal(found[:32, :32], native)
    cut = np.ascontiguousarray(_enlarged(native, 6)[2:, 3:])
    assert np.array_equal(_native(cut, GivenGrid(scale=Fraction(6), offset=(-3, -2))), native)
    with pytest.raises(ArtError, match="none of them from --offset 900,0 on"):
        _native(cut, GivenGrid(scale=Fraction(6), offset=(900, 0)))


def test_a_given_scale_and_aspect_decide() -> None:
    assert np.array_equal(_native(_enlarged(SPRITES[1], 6, 5), GivenGrid(scale=Fraction(5), aspect=Fraction(5, 6))), SPRITES[1])


def test_a_large_group_follows_its_sample() -> None:
    pictures = [_source(_enlarged(SPRITES[3 * (number % 3)], 3), str(number)) for number in range(40)]
    blank = _source(np.zeros((96, 96, 4), np.uint8), "blank")
    grids = estimate_grids([*pictures, blank], GivenGrid(), lambda done, total: None)
    assert {grid.size for grid in grids} == {(32, 32)}


def test_a_refusal_names_the_best_guess() -> None:
    ys, xs = np.indices((160, 200))
    rgb = np.stack([100 + ys // 3, 150 - ys // 4, 220 - ys // 2], -1).astype(np.uint8)
    rgb[(ys - 60) ** 2 + (xs - 50) ** 2 < 900] = (50, 60, 150)
    rgb[(ys - 100) ** 2 + (xs - 120) ** 2 < 1600] = (120, 100, 200)
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=30)
    picture = np.asarray(Image.open(buffer).convert("RGBA"))
    with pytest.raises(ArtError, match=r"the true size of art cannot be detected") as error:
        _native(picture, GivenGrid())
    words = re.search(r"the best guess, (\d+) x \d+, .* for instance --scale ([\d.]+), or --scale 1", str(error.value))
    assert words is not None
    assert float(words[2]) == pytest.approx(200 / int(words[1]), rel=0.001)


def test_a_refusal_without_a_guess_gives_an_example() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (200, 200, 4), np.uint8)
    picture[..., 3] = 255
    with pytest.raises(ArtError, match=r"the true size of art cannot be detected; .*--scale 8"):
        _native(picture, GivenGrid())
