"""Perceptual distances between colours, and the nearest colours of a palette; clear is a colour of its own."""

import numpy as np
from numpy.typing import NDArray

from mint.art.colors.oklab import oklab

MIN_ALPHA = 128  # of 255: colours with less count as clear
_WEIGHTS = (1.0, 2.5, 2.5)  # of lightness and of both colour axes
_CLEAR_DISTANCE = 100.0  # more than between any two colours that are seen
_CLEAR = np.zeros((1, 4), np.uint8)


def nearest_colors(rgba: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return for each colour (k, 4) the index of its nearest colour in a palette (p, 4) by ``squared_distances``."""
    nearest: NDArray[np.int64] = squared_distances(rgba, palette).argmin(axis=1)
    return nearest


def squared_distances(rgba: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the squared OKLab distance, (k, p), of each colour (k, 4) to each of a palette (p, 4), hue weighted above lightness.

    A console has few pale colours. By the unweighted distance a pale blue becomes a grey, although people see it as blue. Clear
    colours are equal to each other, whatever colour they hide, and far from all others.
    """
    difference = oklab(rgba[:, :3])[:, None] - oklab(palette[:, :3])[None]
    distances: NDArray[np.float64] = (difference.astype(np.float64) ** 2 * _WEIGHTS).sum(axis=2)
    clear, clear_in_palette = is_clear(rgba)[:, None], is_clear(palette)[None]
    return np.where(clear & clear_in_palette, 0.0, np.where(clear == clear_in_palette, distances, _CLEAR_DISTANCE))


def is_clear(rgba: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which colours (k, 4) count as clear, (k,)."""
    clear: NDArray[np.bool_] = rgba[:, 3] < MIN_ALPHA
    return clear


def with_clear(palette: NDArray[np.uint8], rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a palette (p, 4) with a clear colour at its end if one of the colours (k, 4) is clear and it has none."""
    needs_clear = bool(is_clear(rgba).any()) and not is_clear(palette).any()
    return np.concatenate([palette, _CLEAR]) if needs_clear else palette
