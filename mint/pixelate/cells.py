"""Cells: a picture divided into a grid, 4x4 samples a cell, so that a pixel depends on all samples and not only on their mean."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.art.colors.oklab import oklab
from mint.art.rgba import Floats

SAMPLES_PER_SIDE: Final = 4
_MIN_OPAQUE_ALPHA: Final = 128


@dataclass(frozen=True)
class CellGrid:
    """A grid of cells: ``lab`` (h, w, 16, 3) OKLab samples, ``weights`` (h, w, 16) their coverage, and ``alpha`` (h, w) uint8."""

    lab: Floats
    weights: Floats
    alpha: NDArray[np.uint8]

    @property
    def mean(self) -> Floats:
        """The mean colour of each cell, (h, w, 3)."""
        shares = self.weights / self.weights.sum(2, keepdims=True)
        mean: Floats = (self.lab * shares[..., None]).sum(2)
        return mean


def grid_size(size: tuple[int, int], grid: int) -> tuple[int, int]:
    """Return the (width, height) of the pixel art of a picture of ``size`` (width, height).

    The longer side has ``grid`` pixels, but no more than the picture's.
    """
    longer = max(size)
    grid = min(grid, longer)
    width, height = (max(1, (2 * side * grid + longer) // (2 * longer)) for side in size)
    return width, height


def sample_cells(image: Image.Image, size: tuple[int, int]) -> CellGrid:
    """Divide an RGBA picture of any size into (width, height) cells.

    The alpha of a cell is the median of its samples, so soft edges become hard and translucent areas stay translucent.
    """
    width, height = size
    # The box filter averages premultiplied colours, so that transparent pixels contribute none.
    resized = image.convert("RGBa").resize((SAMPLES_PER_SIDE * width, SAMPLES_PER_SIDE * height), Image.Resampling.BOX)
    samples = _grouped_by_cell(np.asarray(resized.convert("RGBA")))  # (h, w, 16, 4)
    alpha = _median(samples[..., 3])
    # A cell that is wholly transparent needs some weight; its colour is not visible.
    weights = samples[..., 3].astype(np.float32) / np.float32(255) + np.float32(1e-3)
    return CellGrid(oklab(samples[..., :3]), weights, alpha)


def cell_alpha(image: Image.Image, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the alpha (h, w) of the (width, height) cells of an RGBA picture."""
    width, height = size
    channel = image.getchannel("A")
    if channel.getextrema() == (255, 255):
        return np.full((height, width), 255, np.uint8)
    resized = channel.resize((SAMPLES_PER_SIDE * width, SAMPLES_PER_SIDE * height), Image.Resampling.BOX)
    return _median(_grouped_by_cell(np.asarray(resized)[..., None])[..., 0])


def is_opaque(alpha: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which pixels are more opaque than transparent."""
    return alpha >= _MIN_OPAQUE_ALPHA


def _grouped_by_cell(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Rearrange pixels (4h, 4w, C) into the samples of each cell, (h, w, 16, C)."""
    height, width, channels = pixels.shape
    split = pixels.reshape(height // SAMPLES_PER_SIDE, SAMPLES_PER_SIDE, width // SAMPLES_PER_SIDE, SAMPLES_PER_SIDE, channels)
    return split.swapaxes(1, 2).reshape(height // SAMPLES_PER_SIDE, width // SAMPLES_PER_SIDE, -1, channels)


def _median(alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    median: NDArray[np.uint8] = np.sort(alpha, axis=2)[:, :, SAMPLES_PER_SIDE * SAMPLES_PER_SIDE // 2]
    return median
