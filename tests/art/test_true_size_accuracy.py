"""The accuracy of true sizes: 200 sprites, each enlarged in 31 ways, and three other libraries for comparison if installed.

``pytest -m slow tests/art/test_true_size_accuracy.py -s`` prints the tables; ``pip install perfect-pixel proper-pixel-art unfake``
adds the libraries. They only detect the size, with their defaults, of 12 of the sprites; any size but the true one counts as wrong.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image

from mint.art.grid.detection import estimate_grid
from mint.art.grid.downscaling import downscale
from mint.art.rgba import Rgba, Size
from tests.art.enlarged import ENLARGEMENTS, UNUSUAL_GRIDS, native_sprites, on_white, share_correct

NUM_SPRITES, NUM_FOR_LIBRARIES = 200, 12


def _perfect_pixel(rgba: Rgba) -> Size:
    width, height, _ = import_module("perfect_pixel").get_perfect_pixel(on_white(rgba)[..., :3].copy())
    return height or 0, width or 0


def _proper_pixel_art(rgba: Rgba) -> Size:
    result = import_module("proper_pixel_art").pixelate(Image.fromarray(rgba))
    image = getattr(result, "image", result)
    return image.size[1], image.size[0]


def _unfake(rgba: Rgba) -> Size:
    scale = import_module("unfake").runs_based_detect(rgba)
    return round(rgba.shape[0] / scale), round(rgba.shape[1] / scale)


LIBRARIES: dict[str, Callable[[Rgba], Size]] = {
    "perfect_pixel": _perfect_pixel,
    "proper_pixel_art": _proper_pixel_art,
    "unfake": _unfake,
}


def _library_columns(natives: list[Rgba], larges: list[Rgba]) -> str:
    """Return how many true sizes each installed library finds, and how many sizes are wrong."""
    columns = ""
    for name, detect in LIBRARIES.items():
        if find_spec(name):
            sizes = [_detected(detect, large) for large in larges[:NUM_FOR_LIBRARIES]]
            expected = [native.shape[:2] for native in natives[:NUM_FOR_LIBRARIES]]
            right = np.mean([size == native for size, native in zip(sizes, expected, strict=True)])
            wrong = np.mean([size not in (None, native) for size, native in zip(sizes, expected, strict=True)])
            columns += f"  {name} {right:.0%} right {wrong:.0%} wrong"
    return columns


def _detected(detect: Callable[[Rgba], Size], large: Rgba) -> Size | None:
    try:
        height, width = detect(large)
    except Exception:  # libraries raise what they like
        return None
    return (height, width) if height and width else None


@pytest.mark.slow
@pytest.mark.parametrize("enlargement", list(ENLARGEMENTS))
def test_enlarged_art_is_restored_to_its_true_size(enlargement: str) -> None:
    natives = native_sprites(NUM_SPRITES)
    random = np.random.default_rng(7)
    larges = [ENLARGEMENTS[enlargement](native, random) for native in natives]
    grids = [estimate_grid(large) for large in larges]
    found = [grid.size == native.shape[:2] for grid, native in zip(grids, natives, strict=True)]
    pixels = [
        share_correct(native, downscale(large, grid), enlargement)
        for native, large, grid, is_found in zip(natives, larges, grids, found, strict=True)
        if is_found
    ]
    share_found, share_pixels = np.mean(found), np.mean(pixels)
    line = f"{enlargement:24} size {share_found:7.2%}  pixels {share_pixels:8.3%}  worst {min(pixels):7.2%}"
    print(line + _library_columns(natives, larges))
    is_integer = enlargement.startswith("x") and "." not in enlargement
    assert share_found >= (0.99 if is_integer else 0.95)
    assert share_pixels >= 0.99


@pytest.mark.slow
@pytest.mark.parametrize("enlargement", list(UNUSUAL_GRIDS))
def test_unusual_grids_are_found_or_refused(enlargement: str) -> None:
    natives = native_sprites(NUM_SPRITES)
    random = np.random.default_rng(7)
    larges = [UNUSUAL_GRIDS[enlargement](native, random) for native in natives]
    grids = [estimate_grid(large) for large in larges]
    right = [grid.size == native.shape[:2] for grid, native in zip(grids, natives, strict=True)]
    refused = [grid.size is None for grid in grids]
    pixels = [
        share_correct(native, downscale(large, grid), enlargement)
        for native, large, grid, is_right in zip(natives, larges, grids, right, strict=True)
        if is_right
    ]
    wrong = 1 - np.mean(right) - np.mean(refused)
    line = f"{enlargement:32} right {np.mean(right):6.1%}  refused {np.mean(refused):6.1%}  wrong {wrong:6.1%}"
    print(f"{line}  pixels {np.mean(pixels):8.3%}" + _library_columns(natives, larges))
    is_lossy = "JPEG" in enlargement
    assert wrong <= (0.03 if is_lossy else 0.01)
    assert np.mean(pixels) >= 0.99
