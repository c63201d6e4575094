"""The layout of a mosaic: tiles as large as possible, in whole pixels, and in a shape similar to the stage's."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.viewer_process import OpenPage, ViewerProcess, ready


@pytest.fixture(scope="module")
def sizes() -> list[list[int]]:
    """Return counts, widths and heights of tiles, and widths and heights of the stage."""
    stages = [(764, 364), (764, 438), (1223, 684), (1856, 964), (351, 587), (2496, 1319), (200, 900)]
    tiles = [(32, 32), (16, 12), (256, 256)]
    return [[count, *tile, *stage] for count in (1, 2, 7, 9, 36, 64, 100, 256, 1024) for tile in tiles for stage in stages]


def lay_out(page: Page, sizes: list[list[int]]) -> list[dict[str, Any]]:
    script = "sizes => import('./layout.js').then(({ layOut }) => sizes.map(each => layOut(...each)))"
    found: list[dict[str, Any]] = page.evaluate(script, sizes)
    return found


def test_pixels_are_whole_and_as_large_as_any_shape_allows(
    shown: ViewerProcess, open_page: OpenPage, sizes: list[list[int]]
) -> None:
    page = ready(open_page(shown))
    for (count, tile_width, tile_height, width, height), place in zip(sizes, lay_out(page, sizes), strict=True):
        columns, rows, scale, gap = (place[name] for name in ("columns", "rows", "scale", "gap"))
        assert columns * (rows - 1) < count <= columns * rows
        assert isinstance(scale, int)
        assert scale >= 1
        assert place["width"] == columns * tile_width + (columns - 1) * gap
        assert place["height"] == rows * tile_height + (rows - 1) * gap
        least_gap = 0 if count == 1 else 1
        largest = max(
            min(
                width // (c * (tile_width + least_gap) - least_gap),
                height // (-(-count // c) * (tile_height + least_gap) - least_gap),
            )
            for c in range(1, count + 1)
        )
        assert scale == max(1, largest)
        if largest >= 1:
            assert place["width"] * scale <= width
            assert place["height"] * scale <= height


@pytest.mark.parametrize(
    ("count", "stage", "shape"),
    [
        (64, (764, 364), (11, 6)),  # not a strip of 16 x 4
        (64, (1856, 964), (11, 6)),  # not a strip of 13 x 5
        (100, (764, 438), (13, 8)),  # not a square of 10 x 10 in a wide stage
        (64, (351, 587), (6, 11)),
        (64, (700, 700), (8, 8)),
        (9, (764, 438), (3, 3)),  # a tenth of the places is too much to leave empty
        (36, (1223, 684), (9, 4)),
    ],
)
def test_the_shape_is_similar_to_the_stage(
    shown: ViewerProcess, open_page: OpenPage, count: int, stage: tuple[int, int], shape: tuple[int, int]
) -> None:
    (place,) = lay_out(ready(open_page(shown)), [[count, 32, 32, *stage]])
    assert (place["columns"], place["rows"]) == shape
