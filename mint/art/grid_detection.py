"""The true size of a picture: the native grid it was enlarged from, or that it is native, or that neither can be said.

Lossless enlargement is recognised by its edges: all of them lie at multiples of the scale. Anything else is fitted to native grids
(``grid_fit``). Over photographs, gradients, vector graphics and native art the prominence of the best fit stayed below 0.35, and
where it came near, the residual was large.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.grid_fit import MIN_NATIVE_SIDE, best_fit, best_kernel, log_residual
from mint.art.resampling import Kernel
from mint.art.rgba import Rgba, Size, premultiply

# Smaller pictures are native or were enlarged losslessly; of pictures larger than the second only integer scales are recognised.
MIN_LOSSY_SIDE: Final = 64
MAX_LOSSY_SIDE: Final = 2048
# Edges may line up by chance; this many bits of evidence are enough.
MIN_EVIDENCE_BITS: Final = 8

_MIN_PROMINENCE, _SURE_PROMINENCE = 0.3, 1.0
_MAX_LOG_RESIDUAL = 4.5  # of a mean square of 90
_MANY_COLORS = 256
_PHOTO_SIDE = 64
# Share of neighbours that are equal: hardly any in photographs.
_MIN_FLAT_SHARE = 0.1
# Share of steps that are hard: hardly any in gradients.
_MIN_HARD_SHARE, _HARD_STEP = 0.1, 16
_MAX_APERIODIC_CONFIDENCE = 0.3  # of an enlargement; more than this is a period


@dataclass(frozen=True, kw_only=True)
class GridEstimate:
    """The native (height, width) of a picture and how it was enlarged; native art has the ``kernel`` None.

    ``confidence`` is from 0 to 1; below .5 there is no ``size``. ``residual`` is the mean square of what the enlargement leaves
    unexplained, in 8-bit levels.
    """

    size: Size | None
    kernel: Kernel | None
    confidence: float
    residual: float = 0.0


def estimate_grid(rgba: Rgba) -> GridEstimate:
    """Estimate the native grid of a picture (H, W, 4). Deterministic."""
    height, width = rgba.shape[:2]
    scale = integer_scale([rgba])
    if scale > 1:
        return GridEstimate(size=(height // scale, width // scale), kernel="nearest", confidence=1.0)
    if min(height, width) < MIN_LOSSY_SIDE:
        return GridEstimate(size=(height, width), kernel=None, confidence=1.0)
    fit = best_fit(premultiply(rgba)) if max(height, width) <= MAX_LOSSY_SIDE else None
    confidence = _confidence(fit.prominence) if fit is not None else 0.0
    if fit is not None and _is_enlarged(fit.prominence, fit.log_residual):
        return GridEstimate(size=fit.size, kernel=fit.kernel, confidence=confidence, residual=math.exp(fit.log_residual))
    if _is_native_art(rgba, confidence):
        return GridEstimate(size=(height, width), kernel=None, confidence=1 - confidence / 2)
    return GridEstimate(size=None, kernel=None, confidence=confidence)


def estimate_at_size(rgba: Rgba, size: Size) -> GridEstimate | None:
    """Estimate how a picture was enlarged from a native size that similar pictures have, or return None if it cannot have been."""
    kernel, residual = best_kernel(premultiply(rgba), size)
    if log_residual(residual) > _MAX_LOG_RESIDUAL:
        return None
    return GridEstimate(size=size, kernel=kernel, confidence=0.5, residual=residual)


def integer_scale(pictures: Iterable[Rgba]) -> int:
    """Return the largest integer scale by which pictures of one size (H, W, 4) can have been enlarged losslessly, or 1.

    All edges of all pictures lie at its multiples, and there are too many of them for chance.
    """
    edges: list[set[int]] = [set(), set()]
    size: Size = (0, 0)
    for picture in pictures:
        size = picture.shape[0], picture.shape[1]
        colors = np.ascontiguousarray(picture).view(np.uint32)[..., 0]
        edges[0].update((np.flatnonzero((colors[1:] != colors[:-1]).any(1)) + 1).tolist())
        edges[1].update((np.flatnonzero((colors[:, 1:] != colors[:, :-1]).any(0)) + 1).tolist())
        if 1 in edges[0] or 1 in edges[1]:
            return 1
    scale = math.gcd(*edges[0], *edges[1], *size)
    is_chance = sum(map(len, edges)) * math.log2(max(scale, 1)) < MIN_EVIDENCE_BITS
    return 1 if is_chance or min(size) // scale < MIN_NATIVE_SIDE else scale


def _is_enlarged(prominence: float, log_residual: float) -> bool:
    return prominence >= _MIN_PROMINENCE and (log_residual <= _MAX_LOG_RESIDUAL or prominence >= _SURE_PROMINENCE)


def _is_native_art(rgba: Rgba, enlarged_confidence: float) -> bool:
    """Tell native art from photographs and blurred enlargements: it is small, or it has flat areas, hard edges and no period."""
    if max(rgba.shape[:2]) <= _PHOTO_SIDE:
        return True
    steps = [np.abs(np.diff(rgba.astype(np.int16), axis=axis)).max(-1) for axis in (0, 1)]
    flat, hard = (float(np.mean([share(step) for step in steps])) for share in (_flat_share, _hard_share))
    has_few_colors = len(np.unique(np.ascontiguousarray(rgba).view(np.uint32))) <= _MANY_COLORS
    is_aperiodic = enlarged_confidence < _MAX_APERIODIC_CONFIDENCE or has_few_colors
    return flat >= _MIN_FLAT_SHARE and hard >= _MIN_HARD_SHARE and is_aperiodic


def _flat_share(steps: NDArray[np.int16]) -> float:
    return float(np.mean(steps == 0))


def _hard_share(steps: NDArray[np.int16]) -> float:
    """Return the share of the steps other than zero that are large."""
    return float(np.count_nonzero(steps >= _HARD_STEP)) / max(int(np.count_nonzero(steps)), 1)


def _confidence(prominence: float) -> float:
    """Return 0 without prominence, .5 at the least that counts, and nearly 1 at a high one."""
    return float(1 - 2.0 ** (-max(prominence, 0.0) / _MIN_PROMINENCE))
