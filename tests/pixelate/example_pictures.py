"""Synthetic pictures for the tests of pixel art: smooth and noisy areas, thin lines, and soft alpha."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw


def scene(width: int = 300, height: int = 200, seed: int = 0) -> Image.Image:
    """Return an RGBA picture of a sky with a sun, a dark hill, a pole, and noise everywhere."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    rgb = np.stack([90 + 120 * y / height, 130 + 80 * y / height, 230 - 60 * y / height], 2)
    rgb[(x - 0.75 * width) ** 2 + (y - 0.3 * height) ** 2 < (0.12 * height) ** 2] = (255, 230, 120)
    rgb[y > 0.7 * height + 0.1 * height * np.sin(6 * x / width)] = (30, 80, 40)
    rgb += random.normal(0, 6, rgb.shape)
    picture = Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8)).convert("RGBA")
    pole = round(0.3 * width)
    ImageDraw.Draw(picture).line([(pole, round(0.2 * height)), (pole, height)], (20, 10, 10, 255), max(1, width // 80))
    return picture


def disc_on_transparency(side: int = 120) -> Image.Image:
    """Return an RGBA picture of a disc with a soft edge on a transparent background, its right half translucent."""
    y, x = np.mgrid[:side, :side]
    distance = np.hypot(x - side / 2, y - side / 2)
    alpha = np.clip((0.4 * side - distance) / (0.01 * side), 0, 1) * np.where(x < side / 2, 255, 128)
    rgba = np.full((side, side, 4), (200, 40, 60, 0))
    rgba[..., 3] = alpha
    return Image.fromarray(rgba.astype(np.uint8))


def num_isolated_pixels(pixels: NDArray[np.uint8]) -> int:
    """Return how many pixels (h, w) have no neighbour of their colour among their eight."""
    framed = np.pad(pixels.astype(int), 1, constant_values=-1)
    height, width = pixels.shape
    isolated = np.ones(pixels.shape, bool)
    for dy in (0, 1, 2):
        for dx in (0, 1, 2):
            if (dy, dx) != (1, 1):
                isolated &= framed[dy : dy + height, dx : dx + width] != pixels
    return int(isolated.sum())
