"""Fits of an enlarged picture to native grids: candidate sizes from the periodicity of edges, each verified by linear algebra.

A picture enlarged from n native pixels lies in the span of the resampling matrices of that n, and hardly in those of n - 1 and
n + 1. How much better it fits than its neighbours, as a difference of logarithms, is the ``prominence`` of the fit: the mean of
both axes, with that of the weaker one apart, so that one axis cannot carry a size which does not fit the other.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from mint.art.grid.resampling import KERNELS, Kernel, mean_square_residual
from mint.art.rgba import Floats, Size

MIN_NATIVE_SIDE: Final = 5
MAX_SCALE: Final = 40

_MAX_NATIVE_SIDE = 512
_SKETCH_LINES = 48
_NUM_CANDIDATES = 10  # per kind of edge
# Copies of pixels are recognised by their edges instead.
_SMOOTH_KERNELS: Final[tuple[Kernel, ...]] = ("bilinear", "bicubic")
# Mean square of the rounding to 8 bits.
_ROUNDING = 0.1


class GridFit(NamedTuple):
    """A native size and the kernel that best explains a picture's enlargement from it."""

    size: Size
    kernel: Kernel
    log_residual: float
    prominence: float
    weaker_prominence: float


def best_fits(picture: Floats, aspect: float) -> tuple[GridFit | None, GridFit | None]:
    """Return the best and the second fit of a premultiplied picture (H, W, 4), None where none fits better than its neighbours.

    Pixels are ``aspect`` times as wide as high, so one axis decides the other.
    """
    height, width, _ = picture.shape
    wide = width / aspect
    long = max(height, wide)
    natives = range(max(MIN_NATIVE_SIDE, math.ceil(long / MAX_SCALE)), min(int(long) // 2, _MAX_NATIVE_SIDE) + 1)
    sizes = sorted({(round(n * height / long), round(n * wide / long)) for n in natives})
    sizes = [size for size in sizes if min(size) >= MIN_NATIVE_SIDE]
    if not sizes:
        return None, None
    fits = _fit_sizes(picture, _candidates(picture, sizes))
    highest = max(fit.prominence for fit in fits)
    if highest <= 0:
        return None, None
    # A multiple of the true size fits as well as the true size, so the smallest wins; a divisor of it fits worse.
    prominent = [fit for fit in fits if fit.prominence >= 0.75 * highest]
    least = min(fit.log_residual for fit in prominent)
    tolerated = least + 1.6 if least < -1.5 else max(least + 1.6, 2.7)
    size = min(fit.size for fit in prominent if fit.log_residual <= tolerated)
    best = min((fit for fit in prominent if fit.size == size), key=lambda fit: fit.log_residual)
    others = [fit for fit in fits if fit.size != size and fit.prominence > 0]
    return best, max(others, key=lambda fit: fit.prominence, default=None)


def best_kernel(picture: Floats, size: Size) -> tuple[Kernel, float]:
    """Return the kernel that best explains the enlargement of a premultiplied picture from ``size``, and its residual."""
    sketches = [_sketch(picture, axis) for axis in (0, 1)]
    residuals = {kernel: max(mean_square_residual(sketches[axis], size[axis], kernel) for axis in (0, 1)) for kernel in KERNELS}
    kernel = min(residuals, key=lambda name: residuals[name])
    return kernel, residuals[kernel]


def log_residual(residual: float) -> float:
    """Return the logarithm of a mean square residual in 8-bit levels; the rounding to 8 bits is the least there can be."""
    return math.log(residual + _ROUNDING)


def _candidates(picture: Floats, sizes: Sequence[Size]) -> list[Size]:
    """Return the sizes whose period the edges have.

    Block and cubic kernels change most at the borders of native pixels; a linear kernel bends at their centres.
    """
    borders, centers = np.zeros(len(sizes)), np.zeros(len(sizes))
    for axis in (0, 1):
        lines = np.moveaxis(picture, axis, 0)
        length = len(lines)
        slope = np.abs(np.diff(lines, axis=0)).sum((1, 2), dtype=np.float64)
        bend = np.abs(np.diff(lines, 2, axis=0)).sum((1, 2), dtype=np.float64)
        radians = 2 * np.pi / length * np.array([size[axis] for size in sizes])[:, None]
        borders += np.cos(radians * np.arange(1, length)) @ slope / max(slope.sum(), 1)
        centers -= np.cos(radians * (np.arange(1, length - 1) + 0.5)) @ bend / max(bend.sum(), 1)
    chosen = {int(index) for score in (borders, centers) for index in np.argsort(-score, kind="stable")[:_NUM_CANDIDATES]}
    return [sizes[index] for index in sorted(chosen)]


def _fit_sizes(picture: Floats, sizes: Iterable[Size]) -> list[GridFit]:
    sketches = [_sketch(picture, axis) for axis in (0, 1)]
    known: dict[tuple[int, int, Kernel], float] = {}

    def residual(axis: int, native: int, kernel: Kernel) -> float:
        key = axis, native, kernel
        if key not in known:
            known[key] = log_residual(mean_square_residual(sketches[axis], native, kernel))
        return known[key]

    fits = []
    for size in sizes:
        for kernel in _SMOOTH_KERNELS:
            own = [residual(axis, size[axis], kernel) for axis in (0, 1)]
            neighbours = [min(residual(axis, size[axis] + step, kernel) for step in (-1, 1)) for axis in (0, 1)]
            prominences = [neighbour - fit for neighbour, fit in zip(neighbours, own, strict=True)]
            fits.append(GridFit(size, kernel, max(own), sum(prominences) / 2, min(prominences)))
    return fits


def _sketch(picture: Floats, axis: int) -> Floats:
    """Return a sketch (s, length) of a picture along an axis: a few random sums of its lines, with residuals like all of them."""
    lines = np.moveaxis(picture, axis, -1).reshape(-1, picture.shape[axis])
    signs = 2 * np.random.default_rng(1).integers(0, 2, (_SKETCH_LINES, len(lines))).astype(np.float32) - 1
    sketch: Floats = signs @ lines / math.sqrt(len(lines))
    return sketch
