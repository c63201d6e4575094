"""The accuracy of true sizes: 200 sprites, each enlarged in 23 ways, and three other libraries for comparison if installed.

``pytest -m slow tests/art/test_true_size_accuracy.py -s`` prints the table; ``pip install perfect-pixel proper-pixel-art unfake``
adds the libraries. They only detect the size, with their defaults, of 12 of the sprites.
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
from tests.art.enlarged import ENLARGEMENTS, native_sprites, on_white, share_correct

NUM_SPRITES, NUM_FOR_LIBRARIES = 200, 12


def _perfect_pixel(rgba: Rgba) -> Size:
    width, height, _ = import_module("perfect_pixel").get_perfect_pixel(on_white(rgba)[..., :3].copy())
    return height or 0, width or 0


def _proper_pixel_art(rgba: Rgba) -> Size:
    result = import_module("proper_pixel_art.pixelate").pixelate(Image.fromarray(rgba))
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


def _share_found(detect: Callable[[Rgba], Size], natives: list[Rgba], larges: list[Rgba]) -> float:
    num_correct = 0
    for native, large in zip(natives, larges, strict=True):
        try:
            num_correct += tuple(detect(large)) == native.shape[:2]
        except Exception:
            continue
    return num_correct / len(natives)


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
    line = f"{enlargement:24} size {np.mean(found):7.2%}  pixels {np.mean(pixels):8.3%}  worst {min(pixels):7.2%}"
    for name, detect in LIBRARIES.items():
        if find_spec(name):
            line += f"  {name} {_share_found(detect, natives[:NUM_FOR_LIBRARIES], larges[:NUM_FOR_LIBRARIES]):.0%}"
    print(line)
    is_integer = enlargement.startswith("x") and "." not in enlargement
    assert np.mean(found) >= (0.99 if is_integer else 0.95)
    assert np.mean(pixels) >= 0.99
