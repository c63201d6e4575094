"""Enlargement as linear algebra: the matrices by which programs enlarge one axis of a picture, and how well they explain one.

An enlarged axis is ``A @ native`` with a known matrix A. What of a picture lies outside the span of A cannot have come from it.
Pictures here are float32 with premultiplied alpha, because that is what smooth enlargement is linear in.
"""

from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Kernel = Literal["nearest", "floor", "bilinear", "bicubic"]

# "nearest" takes the source pixel under the centre of a pixel (Pillow, browsers), "floor" the one under its corner (OpenCV).
KERNELS: Final[tuple[Kernel, ...]] = ("nearest", "floor", "bilinear", "bicubic")
BLOCKS: Final = ("nearest", "floor")


def blocks(native: int, size: int, kernel: Kernel) -> NDArray[np.intp]:
    """Return for each of ``size`` pixels the native one that "nearest" or "floor" copies, (size,)."""
    # Integers throughout: twice the place of the centre, or of the corner.
    places = 2 * np.arange(size) + (1 if kernel == "nearest" else 0)
    return np.minimum(places * native // (2 * size), native - 1)


def matrix(native: int, size: int, kernel: Kernel) -> Floats:
    """Return the matrix (size, native) that enlarges an axis: rows sum to 1, edges as Pillow treats them."""
    if kernel in BLOCKS:
        out = np.zeros((size, native), np.float32)
        out[np.arange(size), blocks(native, size, kernel)] = 1
        return out
    centers = (np.arange(size) + 0.5) * native / size - 0.5
    distance = np.abs(centers[:, None] - np.arange(native))
    if kernel == "bilinear":
        weights = np.maximum(1 - distance, 0)
    else:  # Keys 1981 with a = -1/2
        near = (1.5 * distance - 2.5) * distance**2 + 1
        far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
        weights = np.where(distance < 1, near, np.where(distance < 2, far, 0))
    normal: Floats = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    return normal


@lru_cache(maxsize=256)
def _basis(native: int, size: int, kernel: Kernel) -> Floats:
    """Return an orthonormal basis (size, native) of the span of the matrix."""
    if kernel in BLOCKS:
        columns = matrix(native, size, kernel)
        blocky: Floats = columns / np.sqrt(np.maximum(columns.sum(0), 1))
        return blocky
    basis: Floats = np.linalg.qr(matrix(native, size, kernel))[0]
    return basis


def unexplained(rows: Floats, native: int, kernel: Kernel) -> float:
    """Return the mean square of what rows (r, size) have outside the span of the matrix."""
    inside = rows @ _basis(native, rows.shape[1], kernel)
    return max(float(np.square(rows).sum(dtype=np.float64) - np.square(inside).sum(dtype=np.float64)), 0.0) / rows.size


def shrink(picture: Floats, native: tuple[int, int], kernel: Kernel) -> Floats:
    """Return the native picture (nh, nw, C) whose enlargement is nearest to the picture (H, W, C), by least squares."""
    for axis in (0, 1):
        a = matrix(native[axis], picture.shape[axis], kernel)
        solved = np.linalg.lstsq(a, np.moveaxis(picture, axis, 0).reshape(len(a), -1), rcond=None)[0]
        rest = [side for place, side in enumerate(picture.shape) if place != axis]
        picture = np.moveaxis(solved.reshape(native[axis], *rest), 0, axis).astype(np.float32)
    return picture


def enlarge(picture: Floats, size: tuple[int, int], kernel: Kernel) -> Floats:
    """Return a native picture (nh, nw, C) enlarged to ``size``."""
    rows = np.tensordot(matrix(picture.shape[0], size[0], kernel), picture, (1, 0))
    return np.tensordot(matrix(picture.shape[1], size[1], kernel), rows, (1, 1)).swapaxes(0, 1)
