"""Perceptual distances between colours, and the nearest colours of a palette."""

import numpy as np
from numpy.typing import NDArray

from mint.art.oklab import oklab

_WEIGHTS = (1.0, 2.5, 2.5)  # of lightness and of both colour axes


def nearest_colors(rgba: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return for each colour (k, 4) the index of its nearest colour in a palette (p, 4) by ``squared_distances``."""
    nearest: NDArray[np.int64] = squared_distances(rgba, palette).argmin(axis=1)
    return nearest


def squared_distances(rgba: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the squared OKLab distance, (k, p), of each colour (k, 4) to each of a palette (p, 4), hue weighted above lightness.

    A console has few pale colours. By the unweighted distance a pale blue becomes a grey, although people see it as blue.
    """
    difference = oklab(rgba[:, :3])[:, None] - oklab(palette[:, :3])[None]
    distances: NDArray[np.float64] = (difference.astype(np.float64) ** 2 * _WEIGHTS).sum(axis=2)
    return distances
