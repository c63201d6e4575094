"""Grids of 8x8 pixels: patterns that a network of three transposed convolutions can repeat all over a picture.

Each such convolution of stride 2 doubles the period of the patterns before it (``checkerboard`` has the source), so those of the
coarsest layer repeat every 8 pixels. Outlines alone have much energy at so long a period, so energy does not tell a grid. The
variogram does (Matheron 1963, "Principles of Geostatistics", doi 10.2113/gsecongeo.58.8.1246): the mean squared difference of two
pixels by their distance. Without a grid it rises steadily, and with one it has a notch at the period.

Pixel art has grids itself, where it is made of tiles or dithered. So the share of dreams means something beside that of their
originals.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.evaluation.premultiplication import premultiplied

PERIOD: Final = 8
MIN_SIDE: Final = 4 * PERIOD
# A picture has a grid if its notch is deeper than this, as in the figures of the recipe ``dcgan``.
MIN_NOTCH: Final = 0.02


def grid_share(pixels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> float:
    """Return the share of pictures that have a grid of PERIOD x PERIOD pixels or of a period that divides it, 0 to 1.

    Pictures are one or more, palette indices (n, H, W) of a palette (K, 4) uint8 RGBA. They are measured as colours, premultiplied
    by alpha. Raises ValueError where a side is below MIN_SIDE.
    """
    if min(pixels.shape[1:]) < MIN_SIDE:
        raise ValueError(f"pictures of {pixels.shape[1]} x {pixels.shape[2]} pixels are smaller than {MIN_SIDE} x {MIN_SIDE}")
    colors = premultiplied(palette)
    return float(np.mean([variogram_notch(colors[picture]) > MIN_NOTCH for picture in pixels]))


def variogram_notch(colors: NDArray[np.float64]) -> float:
    """Return how much the variogram of one picture (H, W, channels) falls at PERIOD, the mean over rows and columns, at most 1.

    Along an axis it is 1 where every pixel is like the one a period away, and 0 in plain pictures and where pixels a period apart
    differ as much as the mean of those one pixel nearer and those one pixel farther. Distances go on at the opposite side.
    """
    notches = []
    for axis in (0, 1):
        nearer, at, farther = (
            float(((np.roll(colors, distance, axis) - colors) ** 2).sum()) for distance in (PERIOD - 1, PERIOD, PERIOD + 1)
        )
        notches.append((nearer + farther - 2 * at) / (nearer + farther) if nearer + farther else 0.0)
    return sum(notches) / len(notches)
