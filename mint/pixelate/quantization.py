"""Colour quantization: choose a few colours for a picture by k-means in OKLab."""

from typing import Final

import numpy as np

from mint.art.colors.oklab import oklab, srgb
from mint.art.rgba import Floats
from mint.pixelate.cells import CellGrid, is_opaque
from mint.pixelate.color_distance import squared_distances
from mint.pixelate.pixel_art import Palette

_ITERATIONS: Final = 12
_BINS_PER_UNIT: Final = 40
# A missing hue is noticed first, so the two hue axes weigh more than lightness when a palette is chosen.
_AXIS_WEIGHTS: Final = np.array([1, 1.6, 1.6], np.float32)


def kmeans_palette(cells: CellGrid, num_colors: int) -> Palette:
    """Return at most ``num_colors`` colours (K, 3) that represent a picture best, from dark to light.

    Each colour counts by the square root of its frequency, so that a large wall does not displace a face. Each initial centre is
    the colour farthest from the centres before it. Deterministic.
    """
    points, counts = _histogram(cells.mean[is_opaque(cells.alpha)])
    if not len(points):
        return np.zeros((1, 3), np.uint8)
    centers = points[counts.argmax()][None]
    nearest = squared_distances(points, centers)[:, 0]
    for _ in range(num_colors - 1):
        centers = np.vstack([centers, points[(nearest * counts).argmax()]])
        nearest = np.minimum(nearest, squared_distances(points, centers[-1:])[:, 0])
    for _ in range(_ITERATIONS):
        clusters = squared_distances(points, centers).argmin(1)
        totals = np.bincount(clusters, counts, len(centers))
        sums = np.stack([np.bincount(clusters, counts * points[:, axis], len(centers)) for axis in range(3)], 1)
        centers = np.where(totals[:, None] > 0, sums / np.maximum(totals, 1e-9)[:, None], centers).astype(np.float32)
    centers /= _AXIS_WEIGHTS
    colors: Palette = np.unique(srgb(centers), axis=0)
    return colors[np.argsort(oklab(colors)[:, 0], kind="stable")]


def _histogram(lab: Floats) -> tuple[Floats, Floats]:
    """Group colours (n, 3) into cubic bins: return the weighted mean (m, 3) and the square root of the count of each bin."""
    keys = np.rint(lab * _BINS_PER_UNIT).astype(np.int64) @ np.array([10_000, 100, 1])
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(inverse, lab[:, axis], len(counts)) for axis in range(3)], 1)
    return (sums / counts[:, None] * _AXIS_WEIGHTS).astype(np.float32), np.sqrt(counts).astype(np.float32)
