"""Grounds that vary a little, cells that do not fit, and neighbours whose boxes overlap."""

import functools
import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mint.art.rgba import Rgba
from mint.art.sheets.bounding_boxes import BoundingBox
from mint.art.sheets.cell_grid import cell_grid
from mint.art.sheets.cuts import CutOptions, find_cuts
from mint.art.sheets.ground import background_color, find_ground
from mint.errors import ArtError
from tests.art.enlarged import native_sprites

GROUNDS = [(120, 200, 255), (255, 255, 255), (255, 0, 255), (40, 120, 60)]


@functools.cache
def _sprites() -> list[Rgba]:
    return native_sprites(12)


def _sheet(ground: tuple[int, ...], num_columns: int = 5, num_rows: int = 3) -> tuple[Rgba, list[BoundingBox]]:
    """Return an opaque sheet of framed sprites of 20 x 16 pixels on a ground, and their boxes."""
    sheet = np.empty((num_rows * 28 + 8, num_columns * 32 + 8, 4), np.uint8)
    sheet[:] = (*ground, 255)
    boxes = []
    for number in range(num_rows * num_columns):
        box = BoundingBox(6 + 28 * (number // num_columns), 6 + 32 * (number % num_columns), 16, 20)
        sprite = _sprites()[number % 12][: box.height, : box.width].copy()
        sprite[[0, -1]], sprite[:, [0, -1]] = (10, 12, 16, 255), (10, 12, 16, 255)
        sprite[sprite[..., 3] == 0] = (10, 12, 16, 255)
        box = BoundingBox(box.top, box.left, *sprite.shape[:2])
        sheet[box.top : box.bottom, box.left : box.right] = sprite
        boxes.append(box)
    return sheet, boxes


def _jpeg(quality: int, subsampling: int) -> Callable[[Rgba], Rgba]:
    def compressed(sheet: Rgba) -> Rgba:
        buffer = io.BytesIO()
        Image.fromarray(sheet[..., :3]).save(buffer, "JPEG", quality=quality, subsampling=subsampling)
        return np.asarray(Image.open(buffer).convert("RGBA"))

    return compressed


def _shifted(steps: NDArray[np.int64]) -> Callable[[Rgba], Rgba]:
    """Return a function that adds steps (H, W, 3), cut to a sheet's size, to its colours."""

    def varied(sheet: Rgba) -> Rgba:
        out = sheet.copy()
        height, width = sheet.shape[:2]
        out[..., :3] = np.clip(sheet[..., :3] + steps[:height, :width], 0, 255)
        return out

    return varied


RANDOM = np.random.default_rng(2)
VARIATIONS: dict[str, tuple[Callable[[Rgba], Rgba], int]] = {
    "off by one": (_shifted(RANDOM.integers(-1, 2, (200, 200, 3))), 0),
    "two levels": (_shifted(RANDOM.integers(0, 2, (200, 200, 1)) * 3), 0),
    "noise": (_shifted(np.rint(RANDOM.normal(0, 3, (200, 200, 3))).astype(np.int64)), 1),
    "levels apart": (_shifted(np.linspace(-9, 9, 200).astype(np.int64)[:, None, None]), 0),
    "JPEG 95": (_jpeg(95, 0), 2),
    "JPEG 75": (_jpeg(75, 2), 4),
    "JPEG 50": (_jpeg(50, 2), 5),
}


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", VARIATIONS)
def test_the_sprites_on_a_ground_that_varies_are_found(name: str, ground: tuple[int, ...]) -> None:
    varied, tolerance = VARIATIONS[name]
    sheet, boxes = _sheet(ground)
    found = find_cuts(varied(sheet), CutOptions(), "sheet")
    assert len(found) == len(boxes)
    for box, other in zip(found, boxes, strict=True):
        sides, others = ((each.top, each.left, each.bottom, each.right) for each in (box, other))
        assert max(abs(one - two) for one, two in zip(sides, others, strict=True)) <= tolerance
    color = background_color(varied(sheet))
    assert color is not None
    assert np.abs(color[:3].astype(int) - ground).max() <= 9


def test_sprites_in_colours_near_the_ground_are_cut_whole() -> None:
    sheet, boxes = _sheet((250, 250, 250))
    for number, box in enumerate(boxes):
        sheet[box.top : box.bottom, box.left : box.right, :3] = 240 - number % 3
    sheet[:, 0] = (244, 250, 250, 255)  # a line at the border
    ground = find_ground(sheet)
    assert ground is not None
    assert ground.tolerance == 0
    assert set(boxes) <= set(find_cuts(sheet, CutOptions(method="connected"), "sheet"))


def test_nearly_clear_pixels_are_ground_where_the_border_has_some() -> None:
    sheet, boxes = _sheet((0, 0, 0))
    outside = np.ones(sheet.shape[:2], bool)
    for box in boxes:
        outside[box.top : box.bottom, box.left : box.right] = False
    sheet[outside] = 0
    assert find_cuts(sheet, CutOptions(), "sheet") == boxes
    sheet[outside, 3] = RANDOM.integers(0, 4, outside.sum())
    assert find_cuts(sheet, CutOptions(), "sheet") == boxes
    sheet[outside, 3] = 0
    sheet[boxes[0].top - 1, boxes[0].left, 3] = 3  # part of a glow
    assert find_cuts(sheet, CutOptions(), "sheet")[0].top == boxes[0].top - 1


def _diamond(width: int, height: int) -> NDArray[np.bool_]:
    ys, xs = np.mgrid[:height, :width]
    inside: NDArray[np.bool_] = np.abs(xs - (width - 1) / 2) / (width / 2) + np.abs(ys - (height - 1) / 2) / (height / 2) <= 1
    return inside


def _line(length: int) -> NDArray[np.bool_]:
    """Return a diagonal line, two pixels thick."""
    mask = np.eye(length, dtype=bool)[:, ::-1]
    return mask | np.roll(mask, -1, axis=1) & ~np.eye(length, k=length - 1, dtype=bool)


NEIGHBOURS = {
    "corners": (np.ones((12, 12), bool), [(12 * y, 12 * x) for y in range(6) for x in range(6) if (x + y) % 2 == 0]),
    "isometric": (_diamond(32, 16), [(11 * y, 36 * x + 18 * (y % 2)) for y in range(8) for x in range(4)]),
    "isometric in a grid": (_diamond(32, 16), [(18 * y, 34 * x) for y in range(3) for x in range(5)]),
    "slanted": (_line(24), [(3 * (x % 2), 9 * x) for x in range(8)]),
    "stairs": (
        _diamond(20, 14),
        [(30 * y + 5 * step, 66 * x + 16 * step) for y in range(2) for x in range(3) for step in range(3)],
    ),
}


@pytest.mark.parametrize("method", ["auto", "connected"])
@pytest.mark.parametrize("name", NEIGHBOURS)
def test_diagonal_neighbours_are_not_merged(name: str, method: str) -> None:
    mask, corners = NEIGHBOURS[name]
    sheet = np.zeros((160, 260, 4), np.uint8)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    for top, left in corners:
        sheet[top + 2 :, left + 2 :][: len(mask), : mask.shape[1]][mask] = (200, 90, 40, 255)
    found = find_cuts(sheet, CutOptions(method="connected" if method == "connected" else "auto"), "sheet")
    expected = {
        BoundingBox(top + 2 + rows[0], left + 2 + columns[0], rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0])
        for top, left in corners
    }
    assert set(found) == expected
    assert len(found) == len(expected)


def test_parts_whose_boxes_overlap_are_one_sprite() -> None:
    sheet = np.zeros((120, 200, 4), np.uint8)
    corners = [(4 + 36 * y, 4 + 36 * x) for y in range(3) for x in range(5)]
    for top, left in corners:
        for y, x, part in ((0, 0, _diamond(20, 16)), (14, 8, _diamond(20, 14)), (2, 1, np.ones((1, 1), bool))):
            sheet[top + y :, left + x :][: len(part), : part.shape[1]][part] = (200, 90, 40, 255)
    found = find_cuts(sheet, CutOptions(method="connected"), "sheet")
    assert [(box.top, box.left - 1) for box in found] == corners


@pytest.mark.parametrize(
    ("size", "margin", "spacing", "count", "text"),
    [
        ((85, 102), 1, 1, (5, 6), "6 x 5 cells of 16 x 16"),
        ((90, 108), 0, 2, (5, 6), "6 x 5 cells of 16 x 16"),
        ((112, 358), 0, 0, (7, 22), "22 x 7 cells of 16 x 16 and 6 pixels over on the right"),
        ((101, 168), 0, 1, (6, 9), "9 x 6 cells of 16 x 16 and a last column of 15 pixels on the right, 1 short of a cell"),
        (
            (33, 47),
            0,
            0,
            (2, 2),
            "2 x 2 cells of 16 x 16 and a last column of 15 pixels on the right, 1 short of a cell and 1 pixel over at the bottom",
        ),
        ((16, 16), 0, 0, (1, 1), "1 x 1 cell of 16 x 16"),
        ((8, 32), 0, 0, (0, 2), "2 x 0 cells of 16 x 16 and a last row of 8 pixels at the bottom, 8 short of a cell"),
    ],
)
def test_cells_are_counted_as_tiled_does(
    size: tuple[int, int], margin: int, spacing: int, count: tuple[int, int], text: str
) -> None:
    grid = cell_grid(size, (16, 16), margin, spacing)
    assert (grid.down.count, grid.across.count) == count
    assert str(grid) == text


def _tiles(height: int, width: int, margin: int, spacing: int) -> Rgba:
    """Return a clear sheet with something drawn in each cell, down to the sheet's edges."""
    sheet = np.zeros((height, width, 4), np.uint8)
    for top in range(margin, height, 16 + spacing):
        for left in range(margin, width, 16 + spacing):
            sheet[top : top + 16, left : left + 16] = (90, top % 256, left % 256, 255)
    return sheet


@pytest.mark.parametrize(("height", "width", "margin", "spacing"), [(85, 102, 1, 1), (90, 108, 0, 2), (86, 103, 1, 1)])
def test_a_margin_on_the_left_and_top_and_a_spacing_after_the_last_cell_are_cut(
    height: int, width: int, margin: int, spacing: int
) -> None:
    sheet = _tiles(height, width, margin, spacing)
    boxes = find_cuts(sheet, CutOptions(cell=(16, 16), margin=margin, spacing=spacing), "sheet")
    assert len(boxes) == 30
    assert all((box.crop(sheet) == box.crop(sheet)[0, 0]).all() for box in boxes)


def test_a_cell_that_is_cut_off_is_told_and_can_be_padded_or_skipped() -> None:
    sheet = _tiles(101, 168, 0, 1)
    with pytest.raises(ArtError) as error:
        find_cuts(sheet, CutOptions(cell=(16, 16), spacing=1), "sheet")
    assert str(error.value) == (
        "sheet has 9 x 6 cells of 16 x 16 and a last column of 15 pixels on the right, 1 short of a cell, where something "
        "is drawn; fill the last cells up with --pad, leave them out with --skip 15x101+153+0, or give another --cell, --margin "
        "or --spacing"
    )
    padded = find_cuts(sheet, CutOptions(cell=(16, 16), spacing=1, pad=True), "sheet")
    assert len(padded) == 60
    last = padded[9].crop(sheet)
    assert last.shape == (16, 16, 4)
    assert (last[:, 15] == 0).all()
    skipped = find_cuts(sheet, CutOptions(cell=(16, 16), spacing=1, skipped_regions=(BoundingBox(0, 153, 101, 15),)), "sheet")
    assert len(skipped) == 54


def test_credits_are_left_out_by_size_or_by_region() -> None:
    sheet, boxes = _sheet((255, 255, 255))
    written = np.concatenate([sheet, np.full((16, sheet.shape[1], 4), 255, np.uint8)])
    for left in range(8, 120, 7):
        written[len(sheet) + 4 :, left:][:7, :5] = (0, 0, 0, 255)
    assert len(find_cuts(written, CutOptions(), "sheet")) == len(boxes) + 16
    assert find_cuts(written, CutOptions(min_side=8), "sheet") == boxes
    region = BoundingBox(len(sheet), 0, 16, 200)
    assert find_cuts(written, CutOptions(skipped_regions=(region,)), "sheet") == boxes
    with pytest.raises(ArtError, match=r"^sheet has no sprite with a side of 99 pixels; give a smaller --min-size$"):
        find_cuts(written, CutOptions(min_side=99), "sheet")
