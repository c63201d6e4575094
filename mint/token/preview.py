"""The preview of a token: its sprites in rows, enlarged."""

import numpy as np

from mint.token.raster import Pixels

PREVIEW_SCALE = 3
PREVIEW_GAP = 8


def preview(sprites: Pixels, gap_index: int, columns: int = 3, scale: int = PREVIEW_SCALE) -> Pixels:
    """Arrange sprites (N, H, W) in rows, enlarged, with gaps; return one picture of palette indices."""
    num_sprites, height, width = sprites.shape
    step_y, step_x = (side * scale + PREVIEW_GAP for side in (height, width))
    rows = -(-num_sprites // columns)
    pixels = np.full((rows * step_y + PREVIEW_GAP, columns * step_x + PREVIEW_GAP), gap_index, np.uint8)
    for number, sprite in enumerate(sprites):
        y, x = PREVIEW_GAP + number // columns * step_y, PREVIEW_GAP + number % columns * step_x
        large = sprite.repeat(scale, axis=0).repeat(scale, axis=1)
        pixels[y : y + large.shape[0], x : x + large.shape[1]] = large
    return pixels
