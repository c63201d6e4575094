"""Colours premultiplied by alpha, in which invisible colours are equal and do not count."""

import numpy as np
from numpy.typing import NDArray


def premultiplied(palette: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the colours of a palette (K, 4) uint8 RGBA premultiplied by alpha, (K, 4) from 0 to 255 * 255.

    They are whole numbers, so sums over a picture, also of their squared differences, are exact.
    """
    colors = palette.astype(np.float64)
    alpha = colors[:, 3:]
    return np.concatenate([colors[:, :3] * alpha, 255 * alpha], 1)
