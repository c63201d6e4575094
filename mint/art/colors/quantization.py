"""Colour quantization: the exact palette of art with at most 256 colours, else the best few colours, or a given palette.

Colours are compared in OKLab times alpha, so that translucent colours can be compared as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.colors.oklab import oklab, oklab_alpha, srgb
from mint.art.rgba import Floats, Rgba
from mint.errors import ArtError

MAX_COLORS: Final = 256

ColorKeys = NDArray[np.uint32]  # RGBA colours as 32-bit integers

_MAX_ROUNDS = 24
_CHUNK = 1 << 14
_MOST_PIXELS: Final = 0.95
_CLEAR_COLOR = np.zeros((1, 4), np.uint8)


@dataclass(frozen=True, kw_only=True)
class ColorTable:
    """The palette ``rgba`` (K, 4) of an import, and for each colour of the art, ``keys`` (M,), its entry in the palette (M,).

    Errors are distances in OKLab over all pixels; 0 is exact, .02 just noticeable.
    """

    rgba: NDArray[np.uint8]
    keys: ColorKeys  # sorted
    palette_indices: NDArray[np.uint8]
    mean_error: float
    max_error: float

    def index(self, sprite: Rgba) -> NDArray[np.uint8]:
        """Return a sprite of the art (..., 4) as palette indices (...)."""
        indices: NDArray[np.uint8] = self.palette_indices[np.searchsorted(self.keys, _color_keys(sprite))]
        return indices


def choose_colors(sprites: Sequence[Rgba], num_colors: int | None, palette: NDArray[np.uint8] | None) -> ColorTable:
    """Choose the palette of sprites: the given one, the best ``num_colors`` colours, or by default exactly the colours they have.

    Raises ArtError for more than 256 colours without a choice, or fewer than two.
    """
    keys, counts = _count_colors(sprites)
    colors = np.ascontiguousarray(keys[:, None]).view(np.uint8)
    if len(colors) < 2:
        raise ArtError("the art has only one colour; give art with two colours or more")
    if palette is not None:
        has_clear, palette_clear = bool((colors[:, 3] == 0).any()), bool((palette[:, 3] == 0).any())
        palette = np.concatenate([_CLEAR_COLOR, palette]) if has_clear and not palette_clear else palette
        if len(palette) > MAX_COLORS:
            raise ArtError(
                f"the palette has {len(palette) - 1} colours, and the art also needs a clear one; give at most {MAX_COLORS - 1}"
            )
    elif num_colors is not None and num_colors < len(colors):
        palette = _reduce_colors(colors, counts, num_colors)
    elif len(colors) <= MAX_COLORS:
        order = np.lexsort((*colors.T[:3], oklab(colors[:, :3])[:, 0].round(4), colors[:, 3] > 0))
        ranks = np.empty(len(colors), np.uint8)
        ranks[order] = np.arange(len(colors))
        return ColorTable(rgba=colors[order], keys=keys, palette_indices=ranks, mean_error=0.0, max_error=0.0)
    else:
        raise ArtError(
            f"the art has {len(colors)} colours{_commonest_text(counts)}, but a palette has at most {MAX_COLORS}; "
            "choose with --colors N or --palette NAME|FILE"
        )
    palette_indices, errors = _nearest_centers(_comparison_points(colors, palette), oklab_alpha(palette))
    return ColorTable(
        rgba=palette,
        keys=keys,
        palette_indices=palette_indices.astype(np.uint8),
        mean_error=float(np.average(errors, weights=counts)),
        max_error=float(errors.max()),
    )


def _commonest_text(counts: NDArray[np.int64]) -> str:
    """Return how few colours make up most of the art, if a palette could hold them: the others are mostly stray."""
    shares = np.cumsum(np.sort(counts)[::-1]) / counts.sum()
    num_commonest = int(np.searchsorted(shares, _MOST_PIXELS)) + 1
    return f" ({num_commonest} of them make up {100 * _MOST_PIXELS:g} % of it)" if num_commonest < MAX_COLORS else ""


def _count_colors(sprites: Sequence[Rgba]) -> tuple[ColorKeys, NDArray[np.int64]]:
    """Return the colours of sprites as sorted keys, and how many pixels have each."""
    found: list[tuple[ColorKeys, NDArray[np.int64]]] = []
    batch: list[ColorKeys] = []
    for index, sprite in enumerate(sprites):
        batch.append(_color_keys(sprite).ravel())
        if sum(map(len, batch)) >= 1 << 18 or index == len(sprites) - 1:
            keys, counts = np.unique(np.concatenate(batch), return_counts=True)
            found.append((keys, counts))
            batch = []
    keys, indices = np.unique(np.concatenate([keys for keys, _ in found]), return_inverse=True)
    return keys, np.bincount(indices, np.concatenate([counts for _, counts in found])).astype(np.int64)


def _color_keys(rgba: Rgba) -> ColorKeys:
    keys: ColorKeys = np.ascontiguousarray(rgba).view(np.uint32)[..., 0]
    return keys


def _comparison_points(colors: NDArray[np.uint8], palette: NDArray[np.uint8]) -> Floats:
    """Return colours as points to compare with a palette; if it has no translucent colours, alpha is rounded to clear or opaque."""
    if ((palette[:, 3] == 0) | (palette[:, 3] == 255)).all():
        colors = colors.copy()
        colors[:, 3] = np.where(colors[:, 3] >= 128, 255, 0)
        colors[colors[:, 3] == 0] = 0
    return oklab_alpha(colors)


def _reduce_colors(colors: NDArray[np.uint8], counts: NDArray[np.int64], num_colors: int) -> NDArray[np.uint8]:
    """Return the best ``num_colors`` colours: median cut, then k-means (Lloyd), weighted by pixels; clear stays clear."""
    is_clear = colors[:, 3] == 0
    num_solid = num_colors - int(is_clear.any())
    points, weights = oklab_alpha(colors[~is_clear]), counts[~is_clear].astype(np.float64)
    centers = _median_cut(points, weights, num_solid)
    for _ in range(_MAX_ROUNDS):
        nearest, _ = _nearest_centers(points, centers)
        totals = np.bincount(nearest, weights, len(centers))
        sums = np.stack([np.bincount(nearest, weights * points[:, axis], len(centers)) for axis in range(4)], 1)
        used = totals > 0
        moved = np.where(used[:, None], sums / np.maximum(totals, 1e-9)[:, None], centers).astype(np.float32)
        if np.abs(moved - centers).max() < 1e-4:
            break
        centers = moved
    alpha = np.clip(centers[:, 3:], 1 / 255, 1)
    solid = np.concatenate([srgb(centers[:, :3] / alpha), np.round(255 * alpha).astype(np.uint8)], 1)
    solid = np.unique(solid, axis=0)
    solid = solid[np.lexsort((*solid.T[:3], oklab(solid[:, :3])[:, 0].round(4)))]
    return np.concatenate([_CLEAR_COLOR, solid]) if is_clear.any() else solid


def _median_cut(points: Floats, weights: NDArray[np.float64], num_boxes: int) -> Floats:
    """Return the means of boxes: the box with the largest weighted variance is split at its median until there are enough."""
    boxes = [np.arange(len(points))]
    variances = [_largest_variance(points, weights, boxes[0])]
    while len(boxes) < num_boxes:
        index = int(np.argmax([variance for variance, _ in variances]))
        variance, axis = variances[index]
        if variance <= 0:
            break
        box = boxes[index][np.argsort(points[boxes[index], axis], kind="stable")]
        cumulative = np.cumsum(weights[box])
        middle = min(max(int(np.searchsorted(cumulative, cumulative[-1] / 2)), 1), len(box) - 1)
        boxes[index : index + 1] = [box[:middle], box[middle:]]
        variances[index : index + 1] = [_largest_variance(points, weights, members) for members in (box[:middle], box[middle:])]
    return np.stack([np.average(points[box], axis=0, weights=weights[box]) for box in boxes]).astype(np.float32)


def _largest_variance(points: Floats, weights: NDArray[np.float64], box: NDArray[np.intp]) -> tuple[float, int]:
    """Return the largest weighted variance of a box along an axis, and the axis."""
    members, weight = points[box], weights[box]
    variances = weight @ np.square(members - np.average(members, axis=0, weights=weight))
    axis = int(variances.argmax())
    return (float(variances[axis]) if len(box) > 1 else 0.0), axis


def _nearest_centers(points: Floats, centers: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return for each point the index of the nearest centre, and its distance."""
    indices = np.empty(len(points), np.intp)
    for start in range(0, len(points), _CHUNK):
        chunk = points[start : start + _CHUNK]
        indices[start : start + _CHUNK] = (np.square(centers).sum(1) - 2 * chunk @ centers.T).argmin(1)
    return indices, np.sqrt(np.square(points - centers[indices]).sum(1))
