"""The bars of true sizes: 200 sprites, each enlarged in 23 ways, beside three kept libraries where they are installed.

``pytest -m slow tests/art/test_true_size_bars.py -s`` prints the table; ``pip install perfect-pixel proper-pixel-art unfake`` adds
the libraries. They are asked for the size alone, with their defaults, of 12 of the sprites.
"""

import importlib.util
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from mint.art.downscaling import restore
from mint.art.grid_detection import find_size
from tests.art.enlarged import WAYS, Rgba, native_sprites, on_white, share_right

NUM_SPRITES, NUM_FOR_LIBRARIES = 200, 12
Size = tuple[int, int]


def _perfect_pixel(rgba: Rgba) -> Size:
    from perfect_pixel import get_perfect_pixel

    width, height, _ = get_perfect_pixel(on_white(rgba)[..., :3].copy())
    return height or 0, width or 0


def _proper_pixel_art(rgba: Rgba) -> Size:
    from proper_pixel_art.pixelate import pixelate

    result = pixelate(Image.fromarray(rgba))
    image = getattr(result, "image", result)
    return image.size[1], image.size[0]


def _unfake(rgba: Rgba) -> Size:
    from unfake import runs_based_detect

    scale = runs_based_detect(rgba)
    return round(rgba.shape[0] / scale), round(rgba.shape[1] / scale)


LIBRARIES: dict[str, Callable[[Rgba], Size]] = {
    "perfect_pixel": _perfect_pixel,
    "proper_pixel_art": _proper_pixel_art,
    "unfake": _unfake,
}


def _share(find: Callable[[Rgba], Size], natives: list[Rgba], larges: list[Rgba]) -> float:
    right = 0
    for native, large in zip(natives, larges, strict=True):
        try:
            right += tuple(find(large)) == native.shape[:2]
        except Exception:
            continue
    return right / len(natives)


@pytest.mark.slow
@pytest.mark.parametrize("way", list(WAYS))
def test_enlarged_art_comes_back_to_its_true_size(way: str) -> None:
    natives = native_sprites(NUM_SPRITES)
    random = np.random.default_rng(7)
    larges = [WAYS[way](native, random) for native in natives]
    findings = [find_size(large) for large in larges]
    found = [finding.size == native.shape[:2] for finding, native in zip(findings, natives, strict=True)]
    pixels = [
        share_right(native, restore(large, finding), way)
        for native, large, finding, is_right in zip(natives, larges, findings, found, strict=True)
        if is_right
    ]
    line = f"{way:24} size {np.mean(found):7.2%}  pixels {np.mean(pixels):8.3%}  worst {min(pixels):7.2%}"
    for name, find in LIBRARIES.items():
        if importlib.util.find_spec(name):
            line += f"  {name} {_share(find, natives[:NUM_FOR_LIBRARIES], larges[:NUM_FOR_LIBRARIES]):.0%}"
    print(line)
    is_whole = way.startswith("x") and "." not in way
    assert np.mean(found) >= (0.99 if is_whole else 0.95)
    assert np.mean(pixels) >= 0.99
