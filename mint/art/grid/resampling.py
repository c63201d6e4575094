"""Enlargement as linear algebra: the matrices by which programs enlarge one axis of a picture, and how well they explain a picture.

An enlarged axis is ``A @ native`` with a known matrix A. Whatever part of a picture lies outside the span of A cannot have come
from it. Pictures here are float32 with premultiplied alpha, because smooth enlargement is linear in that.
"""

from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mint.art.rgba import Floats

Kernel = Literal["nearest", "floor", "bilinear", "bicubic"]

# "nearest" takes the source pixel under the centre of a pixel (Pillow, browsers), "floor" the one under its corner (OpenCV).
KERNELS: Final[tuple[Kernel, ...]] = ("nearest", "floor", "bilinear", "bicubic")
BLOCK_KERNELS: Final = ("nearest", "floor")


def source_indices(native: int, size: int, kernel: Kernel) -> NDArray[np.intp]:
    """Return for each of ``size`` pixels the native one that "nearest" or "floor" copies, (size,)."""
    # Integers throughout: twice the coordinate of the centre, or of the corner.
    doubled = 2 * np.arange(size) + (1 if kernel == "nearest" else 0)
    return np.minimum(doubled * native // (2 * size), native - 1)


def resampling_matrix(native: int, size: int, kernel: Kernel) -> Floats:
    """Return the matrix (size, native) that enlarges an axis: rows sum to 1, edges as Pillow treats them."""
    if kernel in BLOCK_KERNELS:
        out = np.zeros((size, native), np.float32)
        out[np.arange(size), source_indices(native, size, kernel)] = 1
        return out
    centers = (np.arange(size) + 0.5) * native / size - 0.5
    distance = np.abs(centers[:, None] - np.arange(native))
    if kernel == "bilinear":
        weights = np.maximum(1 - distance, 0)
    else:  # Keys 1981 with a = -1/2
        near = (1.5 * distance - 2.5) * distance**2 + 1
        far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
        weights = np.where(distance < 1, near, np.where(distance < 2, far, 0))
    normalized: Floats = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    return normalized


@lru_cache(maxsize=32)  # of up to 2 MB each for a picture of 1000 pixels a side
def _orthonormal_basis(native: int, size: int, kernel: Kernel) -> Floats:
    """Return an orthonormal basis (size, native) of the span of the matrix."""
    if kernel in BLOCK_KERNELS:
        columns = resampling_matrix(native, size, kernel)
        block_basis: Floats = columns / np.sqrt(np.maximum(columns.sum(0), 1))
        return block_basis
    basis: Floats = np.linalg.qr(resampling_matrix(native, size, kernel))[0]
    return basis


def mean_square_residual(rows: Floats, native: int, kernel: Kernel) -> float:
    """Return the mean square of the part of rows (r, size) that lies outside the span of the matrix."""
    inside = rows @ _orthonormal_basis(native, rows.shape[1], kernel)
    return max(float(np.square(rows).sum(dtype=np.float64) - np.square(inside).sum(dtype=np.float64)), 0.0) / rows.size


def cell_residual(picture: Floats, borders: tuple[NDArray[np.intp], NDArray[np.intp]]) -> float:
    """Return the mean square of what differs from the mean of its cell in a picture (H, W, C), whose cells lie between borders."""
    rows, columns = borders
    inside = picture[rows[0] : rows[-1], columns[0] : columns[-1]].astype(np.float64)
    sums = np.add.reduceat(np.add.reduceat(inside, rows[:-1] - rows[0], 0), columns[:-1] - columns[0], 1)
    areas = np.diff(rows)[:, None] * np.diff(columns)
    within = np.square(inside).sum() - (np.square(sums) / areas[..., None]).sum()
    return max(float(within), 0.0) / inside.size


def least_squares_downscale(picture: Floats, native: tuple[int, int], kernel: Kernel) -> Floats:
    """Return the native picture (nh, nw, C) whose enlargement is nearest to the picture (H, W, C), by least squares."""
    for axis in (0, 1):
        a = resampling_matrix(native[axis], picture.shape[axis], kernel)
        solved = np.linalg.lstsq(a, np.moveaxis(picture, axis, 0).reshape(len(a), -1), rcond=None)[0]
        rest = [side for place, side in enumerate(picture.shape) if place != axis]
        picture = np.moveaxis(solved.reshape(native[axis], *rest), 0, axis).astype(np.float32)
    return picture
