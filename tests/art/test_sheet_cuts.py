"""Sheets: all sprites are found and none is cut apart, by cells, gutters and connected components."""

import numpy as np
import pytest

from mint.art.rgba import Rgba
from mint.art.sheets.bounding_boxes import BoundingBox, reading_order
from mint.art.sheets.cuts import CutMethod, CutOptions, find_cuts
from mint.errors import ArtError
from tests.art.enlarged import native_sprites

CLEAR, PINK = np.zeros(4, np.uint8), np.array([255, 0, 255, 255], np.uint8)


def _solid(number: int) -> Rgba:
    """Return an opaque sprite without the colours of the backgrounds."""
    native = native_sprites(12)[number % 12].copy()
    native[native[..., 3] == 0] = (1, 2, 3, 255)
    return native


def _irregular_sheet(background: Rgba, num_sprites: int) -> tuple[Rgba, list[BoundingBox]]:
    """Return a sheet of sprites of different sizes with gutters of different widths, and their boxes."""
    random = np.random.default_rng(9)
    boxes, rows, top = [], [], 0
    sprites = [_solid(number)[: random.integers(8, 17), : random.integers(8, 17)] for number in range(num_sprites)]
    for start in range(0, num_sprites, 5):
        top += int(random.integers(1, 6))
        left = 0
        for sprite in sprites[start : start + 5]:
            left += int(random.integers(1, 9))
            height, width = sprite.shape[:2]
            boxes.append(BoundingBox(top + int(random.integers(0, 3)), left, height, width))
            left += width
        rows.append(left)
        top = max(box.bottom for box in boxes)
    sheet = np.empty((top + 3, max(rows) + 2, 4), np.uint8)
    sheet[:] = background
    for box, sprite in zip(boxes, sprites, strict=True):
        sheet[box.top : box.bottom, box.left : box.right] = sprite
    return sheet, boxes


@pytest.mark.parametrize("background", [CLEAR, PINK], ids=["clear", "pink"])
@pytest.mark.parametrize("method", ["gutters", "connected", "auto"])
def test_all_sprites_are_found_and_none_is_cut_apart(method: CutMethod, background: Rgba) -> None:
    sheet, boxes = _irregular_sheet(background, 23)
    assert find_cuts(sheet, CutOptions(method=method), "sheet") == boxes


@pytest.mark.parametrize(("margin", "spacing"), [(0, 0), (1, 2), (3, 0), (0, 5)])
def test_cells_are_cut_with_margin_and_spacing(margin: int, spacing: int) -> None:
    sprites = [_solid(3 * number + 2)[:16, :12] for number in range(6)]
    sheet = np.zeros((2 * margin + 2 * 16 + spacing, 2 * margin + 4 * 12 + 3 * spacing, 4), np.uint8)
    corners = [(margin + row * (16 + spacing), margin + column * (12 + spacing)) for row in (0, 1) for column in range(4)]
    for (y, x), sprite in zip(corners, sprites, strict=False):
        sheet[y : y + 16, x : x + 12] = sprite
    boxes = find_cuts(sheet, CutOptions(cell=(16, 12), margin=margin, spacing=spacing), "sheet")
    assert [(box.top, box.left) for box in boxes] == corners[:6]
    assert all(np.array_equal(box.crop(sheet), sprite) for box, sprite in zip(boxes, sprites, strict=True))


def test_parts_inside_each_others_boxes_are_one_sprite() -> None:
    sheet = np.zeros((40, 80, 4), np.uint8)
    for x in (4, 44):
        sheet[4:30, x], sheet[4, x : x + 20], sheet[10:14, x + 6 : x + 9] = PINK, PINK, PINK  # a bracket, and a dot in it
        sheet[31, x + 1] = PINK  # touches nothing, not even at a corner
    sheet[30, 5] = PINK
    assert find_cuts(sheet, CutOptions(method="connected"), "s") == [
        BoundingBox(4, 4, 28, 20),
        BoundingBox(4, 44, 26, 20),
        BoundingBox(31, 45, 1, 1),
    ]


def test_touching_at_a_corner_is_connected() -> None:
    sheet = np.zeros((9, 9, 4), np.uint8)
    for row in range(8):
        sheet[row, 7 - row] = PINK
    assert find_cuts(sheet, CutOptions(method="connected"), "s") == [BoundingBox(0, 0, 8, 8)]


def test_components_are_those_of_scipy() -> None:
    ndimage = pytest.importorskip("scipy.ndimage")
    from mint.art.sheets.component_merging import Component
    from mint.art.sheets.connected_components import components

    for seed in range(30):
        mask = np.random.default_rng(seed).random((25, 31)) < 0.1 + 0.02 * seed
        labelled, _ = ndimage.label(mask, np.ones((3, 3)))
        expected = [
            Component(
                BoundingBox(rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start),
                int((labelled == number).sum()),
            )
            for number, (rows, columns) in enumerate(ndimage.find_objects(labelled), 1)
        ]
        # Apart from large parts that touch at one corner, which random masks have none of.
        assert sorted(components(mask)) == sorted(expected)


def test_one_large_sprite_is_not_a_sheet() -> None:
    sprite = np.zeros((100, 100, 4), np.uint8)
    sprite[5:60, 5:90], sprite[70:95, 40:50] = PINK, PINK
    assert find_cuts(sprite, CutOptions(), "hero") == [BoundingBox(0, 0, 100, 100)]
    assert find_cuts(_irregular_sheet(CLEAR, 23)[0], CutOptions(method="none"), "sheet")[0].top == 0


@pytest.mark.parametrize(
    ("sheet", "options", "start"),
    [
        (
            np.zeros((20, 20, 4), np.uint8),
            CutOptions(method="gutters"),
            "s has nothing to cut out; give a sheet with sprites on a clear",
        ),
        (np.zeros((20, 20, 4), np.uint8), CutOptions(cell=(10, 10)), "s has only empty cells; give a sheet with sprites"),
        (
            np.zeros((20, 20, 4), np.uint8),
            CutOptions(cell=(32, 32)),
            "s has 20 x 20 pixels, too few for a cell of 32 x 32; give another",
        ),
        (
            _solid(0),
            CutOptions(cell=(24, 24)),
            "s has 1 x 1 cell of 24 x 24 and 8 pixels over on the right and 8 pixels over at the bottom, where something is drawn; "
            "fill the last cells up with --pad, leave them out with --skip 8x32+24+0 --skip 32x8+0+24, or give another",
        ),
    ],
)
def test_sheets_that_cannot_be_cut_are_refused(sheet: Rgba, options: CutOptions, start: str) -> None:
    with pytest.raises(ArtError) as error:
        find_cuts(sheet, options, "s")
    assert str(error.value).startswith(start)


def test_boxes_are_sorted_in_reading_order() -> None:
    boxes = [BoundingBox(0, 50, 10, 10), BoundingBox(2, 0, 9, 10), BoundingBox(20, 30, 5, 5), BoundingBox(18, 0, 10, 10)]
    assert reading_order(boxes) == [boxes[1], boxes[0], boxes[3], boxes[2]]
