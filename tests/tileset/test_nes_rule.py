"""Pictures that keep the NES's rule stay as they are; whether one can be kept is decided exactly."""

from collections.abc import Collection

import numpy as np
import pytest
from scipy import optimize

from mint.art.hardware_palettes import hardware_palette
from mint.tileset.source import TilesetSource
from mint.tileset.subpalette_packing import NUM_COLORS, NUM_SUBPALETTES, pack_colors
from mint.tileset.subpalettes import exact_subpalettes, fit_tiles
from mint.tileset.tileset import choose_tiles
from tests.tileset.sources import sprites_source, tileset_options
from viewer.originality.comparison import UPRIGHT, Pixels, transformed

NES = hardware_palette("nes")


def _picture(seed: int) -> TilesetSource:
    """Return a picture of 96 x 64 whose blocks of 16 x 16 each have one of four random subpalettes, which may share colours."""
    random = np.random.default_rng(seed)
    some = random.choice(len(NES), random.integers(6, 14), replace=False)
    backdrop = some[0]
    subpalettes = [(backdrop, *random.choice(some[1:], 3, replace=False)) for _ in range(4)]
    pixels = np.empty((64, 96), np.uint8)
    shapes = [random.integers(0, 4, (8, 8)).repeat(2, 0).repeat(2, 1) for _ in range(9)]
    for top in range(0, 64, 16):
        for left in range(0, 96, 16):
            shape = shapes[random.integers(len(shapes))] if random.random() < 0.8 else np.zeros((16, 16), np.int64)
            pixels[top : top + 16, left : left + 16] = np.array(subpalettes[random.integers(4)])[shape]
    return TilesetSource(title="screen", pictures=pixels[None], originals=pixels[None], rgba=NES)


def _tiles(pixels: Pixels, tile_px: int) -> Pixels:
    rows, columns = pixels.shape[0] // tile_px, pixels.shape[1] // tile_px
    return pixels.reshape(rows, tile_px, columns, tile_px).swapaxes(1, 2).reshape(-1, tile_px, tile_px)


def _check_unchanged(seed: int) -> None:
    """Check that a picture's tiles, and the tileset of it, have its pixels only."""
    source = _picture(seed)
    for tile_px in (8, 16):
        own = _tiles(source.pictures[0], tile_px)
        subpalettes = exact_subpalettes(own, NES)
        assert subpalettes is not None
        assert (fit_tiles(own, subpalettes, NES).tiles == own).all()
        chosen = choose_tiles(source, tileset_options(strict=True, tile_px=tile_px, count=256, seed=seed)).selection.tiles
        plain = (chosen == chosen[:, :1, :1]).all(axis=(1, 2))
        flipped = {tile.tobytes() for symmetry in range(UPRIGHT) for tile in transformed(own, symmetry)}
        assert {tile.tobytes() for tile in chosen[~plain]} <= flipped
        assert set(np.unique(chosen)) <= set(np.unique(own))


@pytest.mark.parametrize("seed", range(20))
def test_a_picture_that_keeps_the_rule_is_left_alone(seed: int) -> None:
    _check_unchanged(seed)


@pytest.mark.slow
def test_two_hundred_pictures_that_keep_the_rule_are_left_alone() -> None:
    for seed in range(200):
        _check_unchanged(seed)


def test_the_tiles_do_not_depend_on_the_seed() -> None:
    one, other = (choose_tiles(sprites_source("sunrise"), tileset_options(strict=True, seed=seed)) for seed in (1, 7))
    assert np.array_equal(one.selection.tiles, other.selection.tiles)
    assert one.subpalettes == other.subpalettes


def _subpalettes_exist(color_sets: Collection[frozenset[int]], backdrop: int) -> bool:
    """Whether subpalettes hold all sets, by integer programming (HiGHS)."""
    sets = [sorted(colors - {backdrop}) for colors in color_sets]
    colors = sorted({color for each in sets for color in each})
    # Variables: a colour is in a subpalette; a set has a subpalette.
    num_in, num_all = len(colors) * NUM_SUBPALETTES, (len(colors) + len(sets)) * NUM_SUBPALETTES
    rows, lower, upper = [], [], []
    for place, each in enumerate(sets):
        row = np.zeros(num_all)
        row[num_in + place * NUM_SUBPALETTES :][:NUM_SUBPALETTES] = 1
        rows.append(row)
        lower.append(1.0)
        upper.append(1.0)
        for color in each:
            for number in range(NUM_SUBPALETTES):
                row = np.zeros(num_all)
                row[colors.index(color) * NUM_SUBPALETTES + number], row[num_in + place * NUM_SUBPALETTES + number] = 1, -1
                rows.append(row)
                lower.append(0.0)
                upper.append(1.0)
    for number in range(NUM_SUBPALETTES):
        row = np.zeros(num_all)
        row[number:num_in:NUM_SUBPALETTES] = 1
        rows.append(row)
        lower.append(0.0)
        upper.append(float(NUM_COLORS))
    constraints = optimize.LinearConstraint(np.array(rows), lower, upper)
    return bool(
        optimize.milp(
            np.zeros(num_all), constraints=constraints, integrality=np.ones(num_all), bounds=optimize.Bounds(0, 1)
        ).success
    )


def test_the_search_finds_what_an_exact_solver_finds() -> None:
    random = np.random.default_rng(3)
    found = []
    for _ in range(40):
        num_colors, num_sets = random.integers(9, 14), random.integers(6, 12)
        color_sets = {frozenset(random.choice(num_colors, random.integers(1, 4), replace=False).tolist()) for _ in range(num_sets)}
        packed = pack_colors(color_sets, [0])
        found.append(packed is not None)
        assert found[-1] == _subpalettes_exist(color_sets, 0)
        if packed is not None:
            allowed = [{packed[0], *palette} for palette in packed[1]]
            assert all(any(colors <= each for each in allowed) for colors in color_sets)
            assert len(allowed) == NUM_SUBPALETTES
            assert max(map(len, packed[1])) <= NUM_COLORS
    assert 5 < sum(found) < 35


def test_any_colour_may_be_the_backdrop() -> None:
    assert pack_colors([frozenset({1, 2, 3, 4}), frozenset({4, 5, 6, 7})], range(1, 8)) == (4, ((1, 2, 3), (5, 6, 7), (), ()))
    assert pack_colors([frozenset({1, 2, 3, 4}), frozenset({5, 6, 7, 8})], range(1, 9)) is None
    assert pack_colors([frozenset(range(5))], range(5)) is None
