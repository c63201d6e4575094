"""Ordered dithering: each colour as a regular pattern of two colours of the palette (Yliluoma 2011)."""

from typing import Final

import numpy as np

from mint.art.rgba import Floats
from mint.pixelate.color_distance import squared_distances
from mint.pixelate.pixel_art import Indices

_MAX_CANDIDATES: Final = 6
_BAYER: Final = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 + 1 / 32


def dither(lab: Floats, palette: Floats) -> Indices:
    """Return palette indices (h, w) for OKLab colours (h, w, 3), mixed from a palette (K, 3) by a 4x4 Bayer pattern.

    A pair of distant colours costs more, because its pattern looks coarse.
    """
    nearest = np.argsort(squared_distances(lab, palette), axis=2)[..., : min(_MAX_CANDIDATES, len(palette))]  # (h, w, n)
    first = palette[nearest[..., :, None]]  # (h, w, n, 1, 3)
    second = palette[nearest[..., None, :]]  # (h, w, 1, n, 3)
    offset = second - first
    squared_length = (offset**2).sum(-1)
    target = lab[:, :, None, None]
    shares = np.clip(((target - first) * offset).sum(-1) / np.maximum(squared_length, 1e-9), 0, 1)
    shares = np.rint(shares * 4) / 4  # only quarters, whose patterns look calm
    errors = ((first + shares[..., None] * offset - target) ** 2).sum(-1)
    costs = errors + 0.5 * squared_length * shares * (1 - shares)  # (h, w, n, n)
    height, width, num, _ = costs.shape
    best = costs.reshape(height, width, -1).argmin(2)
    rows, columns = np.ogrid[:height, :width]
    a, b = nearest[rows, columns, best // num], nearest[rows, columns, best % num]
    share = shares.reshape(height, width, -1)[rows, columns, best]
    # The darker colour always comes first, or the pattern would be inverted between neighbours with the same pair.
    swap = palette[a, 0] > palette[b, 0]
    a, b, share = np.where(swap, b, a), np.where(swap, a, b), np.where(swap, 1 - share, share)
    thresholds = np.tile(_BAYER, (-(-height // 4), -(-width // 4)))[:height, :width]
    indices: Indices = np.where(share > thresholds, b, a).astype(np.uint8)
    return indices
