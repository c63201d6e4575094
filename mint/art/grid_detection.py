"""The true size of enlarged art: the native grid a picture came from, or that it is native already, or that nobody can tell.

Enlargement without loss is recognised by its edges: all of them lie at multiples of the scale. For anything else the periodicity of
edges names candidates, and each is verified: a picture that was enlarged from n native pixels lies in the span of the matrices of
that n, and hardly in those of n - 1 and n + 1. How much better it fits than its neighbours, in logarithms, is the ``notch``;
over photographs, gradients, vector graphics and native art it stayed below 0.35, and where it came near, the fit was bad.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mint.art.kernels import KERNELS, Floats, Kernel, unexplained

Rgba = NDArray[np.uint8]
Size = tuple[int, int]

MIN_NATIVE: Final = 5
MAX_SCALE: Final = 40
# Smaller pictures are native or were enlarged without loss; of larger ones than the second only whole scales are recognised.
MIN_LOSSY_SIDE: Final = 64
MAX_LOSSY_SIDE: Final = 2048
# Where the edges lie could be chance: so many bits of evidence are enough.
MIN_EVIDENCE_BITS: Final = 8

_MAX_NATIVE = 512
_SKETCH_LINES = 48
_POOL = 10
# Mean square of the rounding to 8 bits.
_ROUNDING = 0.1
_MIN_NOTCH, _SURE_NOTCH = 0.3, 1.0
_MAX_MISFIT = 4.5  # log of a mean square of 90
_MANY_COLORS = 256
_PHOTO_SIDE = 64
# Share of neighbours that are equal: hardly any in photographs.
_FLAT = 0.1
# Share of steps that are hard ones: hardly any in gradients.
_HARD, _HARD_STEP = 0.1, 16
_MAX_DOUBT = 0.3


@dataclass(frozen=True, kw_only=True)
class GridEstimate:
    """The native (height, width) of a picture and how it was enlarged; ``kernel`` None is native art.

    ``confidence`` is from 0 to 1; below .5 there is no ``size``. ``misfit`` is the mean square of what the enlargement leaves
    unexplained, in 8-bit levels.
    """

    size: Size | None
    kernel: Kernel | None
    confidence: float
    misfit: float = 0.0


class _Fit(NamedTuple):
    size: Size
    kernel: Kernel
    misfit: float  # logarithm
    notch: float


def find_size(rgba: Rgba) -> GridEstimate:
    """Find the true size of a picture (H, W, 4). Deterministic."""
    height, width = rgba.shape[:2]
    scale = whole_scale([rgba])
    if scale > 1:
        return GridEstimate(size=(height // scale, width // scale), kernel="nearest", confidence=1.0)
    if min(height, width) < MIN_LOSSY_SIDE:
        return GridEstimate(size=(height, width), kernel=None, confidence=1.0)
    best = _best_fit(premultiplied(rgba)) if max(height, width) <= MAX_LOSSY_SIDE else None
    if best is not None and best.notch >= _MIN_NOTCH and (best.misfit <= _MAX_MISFIT or best.notch >= _SURE_NOTCH):
        return GridEstimate(size=best.size, kernel=best.kernel, confidence=_confidence(best.notch), misfit=math.exp(best.misfit))
    doubt = _confidence(best.notch) if best is not None else 0.0
    if _is_drawn_by_pixel(rgba, doubt):
        return GridEstimate(size=(height, width), kernel=None, confidence=1 - doubt / 2)
    return GridEstimate(size=None, kernel=None, confidence=doubt)


def whole_scale(pictures: Iterable[Rgba]) -> int:
    """Return the largest whole scale by which pictures of one size (H, W, 4) can have been enlarged without loss, or 1.

    All edges of all of them are at its multiples, and there are too many for chance.
    """
    edges: list[set[int]] = [set(), set()]
    size: Size = (0, 0)
    for picture in pictures:
        size = picture.shape[0], picture.shape[1]
        words = np.ascontiguousarray(picture).view(np.uint32)[..., 0]
        edges[0].update((np.flatnonzero((words[1:] != words[:-1]).any(1)) + 1).tolist())
        edges[1].update((np.flatnonzero((words[:, 1:] != words[:, :-1]).any(0)) + 1).tolist())
        if 1 in edges[0] or 1 in edges[1]:
            return 1
    scale = math.gcd(*edges[0], *edges[1], *size)
    is_chance = sum(map(len, edges)) * math.log2(max(scale, 1)) < MIN_EVIDENCE_BITS
    return 1 if is_chance or min(size) // scale < MIN_NATIVE else scale


def fits(rgba: Rgba, size: Size) -> GridEstimate | None:
    """Return how a picture can have been enlarged from a size that others of its kind have, or None if it cannot."""
    picture = premultiplied(rgba)
    misfits = {kernel: max(unexplained(_sketch(picture, axis), size[axis], kernel) for axis in (0, 1)) for kernel in KERNELS}
    kernel = min(misfits, key=lambda name: misfits[name])
    if math.log(misfits[kernel] + _ROUNDING) > _MAX_MISFIT:
        return None
    return GridEstimate(size=size, kernel=kernel, confidence=0.5, misfit=misfits[kernel])


def premultiplied(rgba: Rgba) -> Floats:
    """Return a picture (..., 4) as floats from 0 to 255, its colours multiplied by its alpha."""
    out = rgba.astype(np.float32)
    out[..., :3] *= out[..., 3:] / 255
    return out


def _best_fit(picture: Floats) -> _Fit | None:
    height, width, _ = picture.shape
    long = max(height, width)
    natives = range(max(MIN_NATIVE, math.ceil(long / MAX_SCALE)), min(long // 2, _MAX_NATIVE) + 1)
    # Pixels are square: one axis decides the other.
    sizes = sorted({(round(n * height / long), round(n * width / long)) for n in natives})
    sizes = [size for size in sizes if min(size) >= MIN_NATIVE]
    if not sizes:
        return None
    fits = _fits(picture, _candidates(picture, sizes))
    top = max(fit.notch for fit in fits)
    if top <= 0:
        return None
    # Multiples of the true size fit as well as it does, so the smallest is the one; but a part of it fits worse.
    deep = [fit for fit in fits if fit.notch >= 0.75 * top]
    least = min(fit.misfit for fit in deep)
    tolerated = least + 1.6 if least < -1.5 else max(least + 1.6, 2.7)
    size = min(fit.size for fit in deep if fit.misfit <= tolerated)
    return min((fit for fit in deep if fit.size == size), key=lambda fit: fit.misfit)


def _candidates(picture: Floats, sizes: Sequence[Size]) -> list[Size]:
    """Return the sizes whose period the edges have.

    Blocks and cubic kernels change most at the borders of native pixels, a linear one bends at their centres.
    """
    borders, centers = np.zeros(len(sizes)), np.zeros(len(sizes))
    for axis in (0, 1):
        lines = np.moveaxis(picture, axis, 0)
        length = len(lines)
        slope = np.abs(np.diff(lines, axis=0)).sum((1, 2), dtype=np.float64)
        bend = np.abs(np.diff(lines, 2, axis=0)).sum((1, 2), dtype=np.float64)
        turns = 2 * np.pi / length * np.array([size[axis] for size in sizes])[:, None]
        borders += np.cos(turns * np.arange(1, length)) @ slope / max(slope.sum(), 1)
        centers -= np.cos(turns * (np.arange(1, length - 1) + 0.5)) @ bend / max(bend.sum(), 1)
    chosen = {int(place) for score in (borders, centers) for place in np.argsort(-score, kind="stable")[:_POOL]}
    return [sizes[place] for place in sorted(chosen)]


def _fits(picture: Floats, sizes: Iterable[Size]) -> list[_Fit]:
    sketches = [_sketch(picture, axis) for axis in (0, 1)]
    known: dict[tuple[int, int, Kernel], float] = {}

    def misfit(axis: int, native: int, kernel: Kernel) -> float:
        key = axis, native, kernel
        if key not in known:
            known[key] = math.log(unexplained(sketches[axis], native, kernel) + _ROUNDING)
        return known[key]

    fits = []
    for size in sizes:
        for kernel in KERNELS:
            own = [misfit(axis, size[axis], kernel) for axis in (0, 1)]
            beside = [min(misfit(axis, size[axis] + step, kernel) for step in (-1, 1)) for axis in (0, 1)]
            fits.append(_Fit(size, kernel, max(own), (sum(beside) - sum(own)) / 2))
    return fits


def _sketch(picture: Floats, axis: int) -> Floats:
    """Return random sums (s, length) of the lines of a picture along an axis: they tell what all lines would, and are few."""
    lines = np.moveaxis(picture, axis, -1).reshape(-1, picture.shape[axis])
    signs = 2 * np.random.default_rng(1).integers(0, 2, (_SKETCH_LINES, len(lines))).astype(np.float32) - 1
    sketch: Floats = signs @ lines / math.sqrt(len(lines))
    return sketch


def _is_drawn_by_pixel(rgba: Rgba, doubt: float) -> bool:
    """Tell native art from photographs and blurred enlargements: it is small, or it has flat areas and no other period."""
    if max(rgba.shape[:2]) <= _PHOTO_SIDE:
        return True
    steps = [np.abs(np.diff(rgba.astype(np.int16), axis=axis)).max(-1) for axis in (0, 1)]
    flat, hard = (float(np.mean([share(step) for step in steps])) for share in (_share_flat, _share_hard))
    has_few_colors = len(np.unique(np.ascontiguousarray(rgba).view(np.uint32))) <= _MANY_COLORS
    return flat >= _FLAT and hard >= _HARD and (doubt < _MAX_DOUBT or has_few_colors)


def _share_flat(steps: NDArray[np.int16]) -> float:
    return float(np.mean(steps == 0))


def _share_hard(steps: NDArray[np.int16]) -> float:
    """Return how many of the steps that are no flat ones are large."""
    return float(np.count_nonzero(steps >= _HARD_STEP)) / max(int(np.count_nonzero(steps)), 1)


def _confidence(notch: float) -> float:
    """Return 0 for no notch, half for the least that counts, and nearly 1 for a deep one."""
    return float(1 - 2.0 ** (-max(notch, 0.0) / _MIN_NOTCH))
