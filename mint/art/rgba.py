"""RGBA pictures as arrays: straight 8-bit pixels, and floats with premultiplied alpha, in which smooth resampling is linear."""

import numpy as np
from numpy.typing import NDArray

Rgba = NDArray[np.uint8]
Floats = NDArray[np.float32]
Size = tuple[int, int]  # (height, width)


def premultiply(rgba: Rgba) -> Floats:
    """Return a picture (..., 4) as floats from 0 to 255, its colours multiplied by its alpha."""
    out = rgba.astype(np.float32)
    out[..., :3] *= out[..., 3:] / 255
    return out


def unpremultiply(picture: Floats) -> Rgba:
    """Return premultiplied floats (..., 4) as 8-bit RGBA; nearly clear becomes clear, nearly opaque becomes opaque."""
    alpha = np.clip(picture[..., 3:], 0, 255)
    alpha = np.where(alpha < 4, 0, np.where(alpha > 251, 255, alpha))
    color = np.where(alpha > 0, picture[..., :3] * 255 / np.maximum(alpha, 1), 0)
    return np.concatenate([np.clip(np.round(color), 0, 255), np.round(alpha)], -1).astype(np.uint8)
