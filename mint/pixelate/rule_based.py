"""Pixel art by rule: the baseline beside which a learnt way has to be seen.

Each cell of the grid asks all palette colours how well they fit its 16 samples, not its mean: the mean of an edge is a colour that
neither side has. Samples that stand out of their surroundings count more, so that thin lines stay (Weber et al. 2016, "Rapid,
detail-preserving image downscaling"). Neighbours with little contrast between them then agree on one colour: a Potts field with
contrast-sensitive weights (Boykov and Jolly 2001), minimised by iterated conditional modes (Besag 1986). That flattens noise into
areas, keeps edges where the picture has them, and leaves few orphan pixels. Distances are OKLab's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.art.oklab import oklab, srgb
from mint.art.rgba import Floats
from mint.pixelate.cells import Cells, is_solid

Indices = NDArray[np.uint8]
Palette = NDArray[np.uint8]  # (K, 3) sRGB

_ROUNDS = 12
# Hues are what one misses first: how much farther apart they are held for the choice of a palette.
_VIVID = np.array([1, 1.6, 1.6], np.float32)
_SWEEPS = 4
_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 + 1 / 32
# The eight neighbours, those at corners weaker by their distance.
_NEIGHBOURS = tuple((dy, dx, 1.0 if 0 in (dy, dx) else 0.7) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx)


@dataclass(frozen=True, kw_only=True)
class RuleBasedConfig:
    """How a picture becomes pixel art by rule; all distances are OKLab's, of which 0.02 is just visible."""

    # Beyond this distance a sample is simply of another colour.
    tolerance: float = 0.15
    # How much samples that stand out count more.
    detail: float = 0.6
    # The weight of two neighbours having one colour, as a distance.
    agreement: float = 0.045
    # Neighbours farther apart than this need not agree.
    contrast: float = 0.08
    # How far lightness may be stretched to the range of a given palette.
    max_gain: float = 1.5
    dither: bool = False


def own_palette(cells: Cells, num_colors: int) -> Palette:
    """Return at most ``num_colors`` colours that show a picture best, by k-means in OKLab, dark to light.

    Colours count by the root of how often they are there, so that a face is not lost to a wall; the first centres are those
    farthest from each other. Deterministic.
    """
    points, counts = _crowds(cells.mean[is_solid(cells.alpha)])
    if not len(points):
        return np.zeros((1, 3), np.uint8)
    centers = points[counts.argmax()][None]
    nearest = squared_distances(points, centers)[:, 0]
    for _ in range(num_colors - 1):
        centers = np.vstack([centers, points[(nearest * counts).argmax()]])
        nearest = np.minimum(nearest, squared_distances(points, centers[-1:])[:, 0])
    for _ in range(_ROUNDS):
        members = squared_distances(points, centers).argmin(1)
        totals = np.bincount(members, counts, len(centers))
        sums = np.stack([np.bincount(members, counts * points[:, axis], len(centers)) for axis in range(3)], 1)
        centers = np.where(totals[:, None] > 0, sums / np.maximum(totals, 1e-9)[:, None], centers).astype(np.float32)
    centers /= _VIVID
    colors: Palette = np.unique(srgb(centers), axis=0)
    return colors[np.argsort(oklab(colors)[:, 0], kind="stable")]


def pixelated(cells: Cells, palette: Palette, config: RuleBasedConfig, *, fit_tones: bool) -> Indices:
    """Return the palette index of each cell, (h, w) uint8; ``fit_tones`` stretches lightness to the palette's."""
    colors = oklab(palette)
    lab, mean = cells.lab, cells.mean
    if fit_tones:
        low, gain, target = _tones(mean[is_solid(cells.alpha)], colors, config.max_gain)
        lab, mean = lab.copy(), mean.copy()
        for values in (lab, mean):
            values[..., 0] = (values[..., 0] - low) * gain + target
    if config.dither:
        return _dithered(mean, colors)
    standing_out = np.sqrt(((lab - _blurred(mean)[:, :, None]) ** 2).sum(-1))  # (h, w, 16)
    weights = cells.weights * (0.02 + standing_out) ** config.detail
    weights /= weights.sum(2, keepdims=True)
    misfit = np.minimum(squared_distances(lab, colors), config.tolerance**2)  # (h, w, 16, K)
    costs: Floats = np.einsum("hwsk,hws->hwk", misfit, weights, optimize=True)
    return _agreed(costs, mean, config)


def _agreed(costs: Floats, mean: Floats, config: RuleBasedConfig) -> Indices:
    """Let neighbours agree: minimise costs (h, w, K) plus a price for each pair of neighbours of unequal colours."""
    height, width, _ = costs.shape
    padded = np.pad(mean, ((1, 1), (1, 1), (0, 0)), mode="edge")
    around = []
    for dy, dx, nearness in _NEIGHBOURS:
        other = padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]
        gap = ((mean - other) ** 2).sum(-1)
        around.append((dy, dx, nearness * config.agreement**2 * np.exp(-gap / (2 * config.contrast**2))))
    chosen = costs.argmin(2)
    for _ in range(_SWEEPS):
        for y, x in ((0, 0), (0, 1), (1, 0), (1, 1)):  # no two cells of a set are neighbours
            framed = np.pad(chosen, 1, constant_values=-1)
            here = costs[y::2, x::2].copy()  # (h', w', K)
            rows, columns = np.ogrid[: here.shape[0], : here.shape[1]]
            for dy, dx, price in around:
                theirs = framed[1 + dy + y : 1 + dy + height : 2, 1 + dx + x : 1 + dx + width : 2]
                inside = theirs >= 0
                here[rows, columns, np.maximum(theirs, 0)] -= np.where(inside, price[y::2, x::2], 0)
            chosen[y::2, x::2] = here.argmin(2)
    agreed: Indices = chosen.astype(np.uint8)
    return agreed


def _dithered(mean: Floats, colors: Floats) -> Indices:
    """Mix each cell's colour from two of the palette, by a 4x4 Bayer pattern (Yliluoma 2011); far pairs are too coarse to mix."""
    distances = squared_distances(mean, colors)
    near = np.argsort(distances, axis=2)[..., : min(6, len(colors))]  # (h, w, n)
    first = colors[near[..., :, None]]  # (h, w, n, 1, 3)
    second = colors[near[..., None, :]]  # (h, w, 1, n, 3)
    line = second - first
    length = (line**2).sum(-1)
    share = np.clip(((mean[:, :, None, None] - first) * line).sum(-1) / np.maximum(length, 1e-9), 0, 1)
    share = np.rint(share * 4) / 4  # quarters: calm patterns
    mixed = ((first + share[..., None] * line - mean[:, :, None, None]) ** 2).sum(-1) + 0.5 * length * share * (1 - share)
    height, width, num, _ = mixed.shape
    best = mixed.reshape(height, width, -1).argmin(2)
    rows, columns = np.ogrid[:height, :width]
    a, b = near[rows, columns, best // num], near[rows, columns, best % num]
    part = share.reshape(height, width, -1)[rows, columns, best]
    # The pattern runs from the darker to the lighter colour whichever came first, or it would break between two cells.
    swap = colors[a, 0] > colors[b, 0]
    a, b, part = np.where(swap, b, a), np.where(swap, a, b), np.where(swap, 1 - part, part)
    pattern = np.tile(_BAYER, (-(-height // 4), -(-width // 4)))[:height, :width]
    mixed_from: Indices = np.where(part > pattern, b, a).astype(np.uint8)
    return mixed_from


def squared_distances(lab: Floats, others: Floats) -> Floats:
    """Return the squared distance of each colour (..., 3) to each of others (K, 3), (..., K)."""
    products = lab @ (-2 * others.T)
    distances: Floats = products + (lab**2).sum(-1, keepdims=True) + (others**2).sum(-1)
    return np.maximum(distances, 0, out=distances)


def _tones(mean: Floats, colors: Floats, max_gain: float) -> tuple[float, float, float]:
    """Return the lightness, the gain and the new lightness by which a picture's range becomes the palette's."""
    if not len(mean):
        return 0.0, 1.0, 0.0
    low, high = np.percentile(mean[:, 0], (2, 98))
    dark, light = float(colors[:, 0].min()), float(colors[:, 0].max())
    gain = min(max((light - dark) / max(high - low, 1e-3), 1 / max_gain), max_gain)
    middle = (dark + light) / 2 + (float(low + high) / 2 - 0.5) * max(0.0, 1 - gain * float(high - low) / max(light - dark, 1e-3))
    return float(low + high) / 2, gain, middle


def _crowds(lab: Floats) -> tuple[Floats, Floats]:
    """Gather colours (n, 3) in small cubes: return their means (m, 3), opponent axes stretched, and the roots of their numbers."""
    keys = np.rint(lab * 40).astype(np.int64) @ np.array([10_000, 100, 1])
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(inverse, lab[:, axis], len(counts)) for axis in range(3)], 1)
    return (sums / counts[:, None] * _VIVID).astype(np.float32), np.sqrt(counts).astype(np.float32)


def _blurred(mean: Floats) -> Floats:
    """Return the means over 3x3 cells."""
    padded = np.pad(mean, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    total: Floats = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return total
