"""Measures of pictures: what they share, how many colours they have, what they are copied from.

Pictures are palette indices (n, H, W) uint8 all through; nothing here knows a network.
"""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

# A picture of which less differs from one that was learnt is a copy of it.
COPY_SHARE = 0.02


def pixel_accuracy(drawn: Pixels, wanted: Pixels) -> float:
    """Return the share of pixels that are equal, 0 to 1."""
    return float((drawn == wanted).mean())


def exactly_right(drawn: Pixels, wanted: Pixels) -> float:
    """Return the share of pictures of which every pixel is equal, 0 to 1."""
    return float((drawn == wanted).all((1, 2)).mean())


def pixel_modes(pixels: Pixels, num_colors: int) -> Pixels:
    """Return the commonest colour at each place of pictures, (H, W); the lowest of equally common ones.

    Drawing it whatever is asked for is the floor that any network has to be above.
    """
    most = np.zeros(pixels.shape[1:], np.int64)
    modes = np.zeros(pixels.shape[1:], np.uint8)
    for color in range(num_colors):
        count = (pixels == color).sum(0)
        modes = np.where(count > most, np.uint8(color), modes)
        most = np.maximum(most, count)
    return modes


def colors_a_picture(pixels: Pixels) -> float:
    """Return how many different colours pictures have, the mean over them."""
    return float(np.mean([len(np.unique(picture)) for picture in pixels]))


def rgba_words(colors: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return colours (..., 4) uint8 as one number each."""
    return np.ascontiguousarray(colors).view("<u4")[..., 0]


def off_palette(words: NDArray[np.uint32], palette: NDArray[np.uint8]) -> float:
    """Return the share of colours (as ``rgba_words`` gives them) that a palette (K, 4) uint8 does not hold, 0 to 1."""
    return float((~np.isin(words, rgba_words(palette))).mean())


def nearest_distances(pictures: Pixels, learnt: Pixels) -> NDArray[np.float64]:
    """Return for each picture the share of pixels in which the nearest learnt one differs, (n,) from 0 to 1."""
    flat = learnt.reshape(len(learnt), -1)
    return np.array([(flat != picture.reshape(-1)).mean(1).min() for picture in pictures])
