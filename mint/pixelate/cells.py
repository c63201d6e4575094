"""Cells: a picture cut into a grid, each cell 4x4 samples, so that a pixel can be decided by what is in it and not by its mean."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.art.oklab import oklab
from mint.art.rgba import Floats

SAMPLES = 4  # a side
_SOLID = 128


@dataclass(frozen=True)
class Cells:
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


def native_size(size: tuple[int, int], grid: int) -> tuple[int, int]:
    """Return width and height for a picture of ``size`` (width, height): ``grid`` pixels on the longer side, at most its own."""
    long = max(size)
    grid = min(grid, long)
    width, height = (max(1, (2 * side * grid + long) // (2 * long)) for side in size)
    return width, height


def cut(image: Image.Image, size: tuple[int, int]) -> Cells:
    """Cut an RGBA picture of any size into (width, height) cells.

    Alpha of a cell is the median of its samples: soft edges become hard, glass stays glass.
    """
    width, height = size
    # Box filters on premultiplied colours: what is transparent has no colour to give.
    sampled = image.convert("RGBa").resize((SAMPLES * width, SAMPLES * height), Image.Resampling.BOX).convert("RGBA")
    samples = np.asarray(sampled).reshape(height, SAMPLES, width, SAMPLES, 4).swapaxes(1, 2).reshape(height, width, -1, 4)
    alpha = _median(samples[..., 3])
    # Where all is transparent, any weight does; the colour is not shown.
    weights = samples[..., 3].astype(np.float32) / np.float32(255) + np.float32(1e-3)
    return Cells(oklab(samples[..., :3]), weights, alpha)


def alpha_of(image: Image.Image, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the alpha (h, w) that (width, height) cells of an RGBA picture have."""
    width, height = size
    channel = image.getchannel("A")
    if channel.getextrema() == (255, 255):
        return np.full((height, width), 255, np.uint8)
    sampled = np.asarray(channel.resize((SAMPLES * width, SAMPLES * height), Image.Resampling.BOX))
    return _median(sampled.reshape(height, SAMPLES, width, SAMPLES).swapaxes(1, 2).reshape(height, width, -1))


def _median(alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    median: NDArray[np.uint8] = np.sort(alpha, axis=2)[:, :, SAMPLES * SAMPLES // 2]
    return median


def is_solid(alpha: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which pixels show a colour rather than what is behind them."""
    return alpha >= _SOLID
