"""Checkerboard artefacts: patterns of 2x2 pixels, which transposed convolutions leave in pictures.

A transposed convolution of stride 2 draws the four pixels of each 2x2 block with a kernel of its own each. What the four do
differently repeats with every block, as stripes and checkerboards with a period of two pixels (Odena, Dumoulin and Olah 2016,
"Deconvolution and Checkerboard Artifacts", Distill, doi 10.23915/distill.00003). In a spectrum that is energy at the highest
frequency of rows, of columns, and of both.

Pixel art has such patterns itself, where an artist dithers. So the share of dreams means something beside that of their originals.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.evaluation.premultiplication import premultiplied

# A pattern need not cover a whole picture, so it is looked for in windows that overlap by half. Each holds whole blocks.
WINDOW: Final = 8


def checkerboard_share(pixels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> float:
    """Return the share of pictures' energy that repeats with every block of 2x2 pixels, 0 to 1.

    Pictures are palette indices (n, H, W) of a palette (K, 4) uint8. They are measured as colours, premultiplied by alpha, in
    windows of WINDOW x WINDOW pixels. In each window and channel, the energy is the sum of squared differences from the mean; what
    repeats is the mean of all pixels at the same place of their block. Both are summed over all windows and channels. Independent
    noise has 3 of 63, .048; plain pictures have 0. Raises ValueError where pictures are smaller than a window.
    """
    if min(pixels.shape[1:]) < WINDOW:
        raise ValueError(
            f"pictures of {pixels.shape[1]} x {pixels.shape[2]} pixels are smaller than a window of {WINDOW} x {WINDOW}"
        )
    colors = premultiplied(palette)
    repeating = energy = 0.0
    for picture in pixels:  # one at a time: windows take sixteen times the memory of a picture
        windows = np.lib.stride_tricks.sliding_window_view(colors[picture], (WINDOW, WINDOW), (0, 1))
        windows = windows[:: WINDOW // 2, :: WINDOW // 2]  # (rows, columns, 4, WINDOW, WINDOW)
        deviations = windows - windows.mean((-2, -1), keepdims=True)
        blocks = deviations.reshape(*deviations.shape[:-2], WINDOW // 2, 2, WINDOW // 2, 2)
        repeating += float((blocks.mean((-4, -2)) ** 2).sum()) * (WINDOW // 2) ** 2
        energy += float((deviations**2).sum())
    return repeating / energy if energy else 0.0
