"""Measures of pictures: equal pixels, numbers of colours, and distances to learned pictures.

Pictures are palette indices (n, H, W) uint8; this module knows no networks.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

# A picture is a copy of a learned one if a smaller share of its pixels differs.
COPY_SHARE = 0.02


def pixel_accuracy(pictures: Pixels, expected: Pixels) -> float:
    """Return the share of pixels that are equal, 0 to 1."""
    return float((pictures == expected).mean())


def exactly_right(pictures: Pixels, expected: Pixels) -> float:
    """Return the share of pictures in which every pixel is equal, 0 to 1."""
    return float((pictures == expected).all((1, 2)).mean())


def pixel_modes(pixels: Pixels, num_colors: int) -> Pixels:
    """Return the most common colour at each place of pictures, (H, W); the lowest of equally common ones.

    Its accuracy is the floor: that of a network that always draws the same picture.
    """
    most = np.zeros(pixels.shape[1:], np.int64)
    modes = np.zeros(pixels.shape[1:], np.uint8)
    for color in range(num_colors):
        count = (pixels == color).sum(0)
        modes = np.where(count > most, np.uint8(color), modes)
        most = np.maximum(most, count)
    return modes


def mean_num_colors(colors: NDArray[np.unsignedinteger[Any]]) -> float:
    """Return the mean number of different colours in a picture, of palette indices or ``rgba_words`` (n, H, W), n at least 1."""
    return float(np.mean([len(np.unique(picture)) for picture in colors]))


def rgba_words(colors: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return RGBA colours (..., 4) uint8 as one number each, (...)."""
    return np.ascontiguousarray(colors).view("<u4")[..., 0]


def off_palette(words: NDArray[np.uint32], palette: NDArray[np.uint8]) -> float:
    """Return the share of colours (as ``rgba_words`` returns them) that are not in a palette (K, 4) uint8, 0 to 1."""
    return float((~np.isin(words, rgba_words(palette))).mean())


def nearest_distances(pictures: Pixels, learned: Pixels) -> NDArray[np.float64]:
    """Return, for each picture, the share of pixels that differ from the nearest learned picture, (n,) from 0 to 1."""
    flat = learned.reshape(len(learned), -1)
    return np.array([(flat != picture.reshape(-1)).mean(1).min() for picture in pictures])
