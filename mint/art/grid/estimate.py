"""An estimate of a picture's native grid: its size, where the borders of the native pixels lie, and what speaks for it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mint.art.grid.resampling import Kernel
from mint.art.rgba import Size

Borders = NDArray[np.intp]


class SecondGuess(NamedTuple):
    """The size that the picture would have had with the next best grid, and the confidence in that."""

    size: Size
    confidence: float


@dataclass(frozen=True, kw_only=True)
class GridEstimate:
    """The native (height, width) of a picture and how it was enlarged; native art has the ``kernel`` None.

    ``confidence`` is from 0 to 1; below .5 there is no ``size``. ``residual`` is the mean square of what the enlargement leaves
    unexplained, in 8-bit levels. ``borders`` are those of the native pixels (rows, columns), each with its end; None if the pixels
    divide the picture evenly. ``evidence`` says in a few words what the estimate rests on.
    """

    size: Size | None
    kernel: Kernel | None
    confidence: float
    residual: float = 0.0
    borders: tuple[Borders, Borders] | None = None
    evidence: str = ""
    second: SecondGuess | None = None

    def borders_in(self, source: Size) -> tuple[Borders, Borders]:
        """Return the borders of the native pixels (rows, columns) in a picture of the source's size."""
        if self.borders is not None:
            return self.borders
        height, width = self.size or source
        return _even_borders(height, source[0]), _even_borders(width, source[1])

    def scales(self, source: Size) -> tuple[float, float]:
        """Return how many pixels of the source a native pixel has (down, across); the median if they differ."""
        if self.borders is None:
            return (source[0] / self.size[0], source[1] / self.size[1]) if self.size else (1.0, 1.0)
        rows, columns = (_typical_scale(borders) for borders in self.borders)
        return rows, columns

    def scale_text(self, source: Size) -> str:
        """Return the scale in words: "8", or "2 x 2.4" across and down if the pixels are not square."""
        down, across = self.scales(source)
        # Sizes are whole, so the scales of square pixels may differ by a pixel of the source.
        if abs(down - across) <= max(down / source[0], across / source[1]) * max(down, across):
            return f"{across:.4g}"
        return f"{across:.4g} x {down:.4g}"


def _even_borders(num_cells: int, length: int) -> Borders:
    borders: Borders = np.ceil(np.arange(num_cells + 1) * (length / num_cells) - 0.5).astype(np.intp)
    return borders


def _typical_scale(borders: Borders) -> float:
    """Return the mean size of the cells, without the first and last if the picture's edge has cut one of them."""
    sizes = np.diff(borders)
    if len(sizes) > 2 and min(sizes[0], sizes[-1]) < sizes[1:-1].min():
        sizes = sizes[1:-1]
    return float(sizes.mean())
