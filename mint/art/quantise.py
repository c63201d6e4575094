"""Palettes out of art: exact where there are at most 256 colours, else the best few, or the nearest of a given palette.

Colours are compared in OKLab times alpha, so that clear and half-clear ones have their place, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.grid_detection import Rgba
from mint.art.oklab import Floats, oklab, seen, srgb
from mint.errors import ArtError

MAX_COLORS: Final = 256

Words = NDArray[np.uint32]

_ROUNDS = 24
_CHUNK = 1 << 14
_CLEAR = np.zeros((1, 4), np.uint8)


@dataclass(frozen=True, kw_only=True)
class ColorTable:
    """The palette (K, 4) of an import, and how each of the art's colours (M, 4) is shown: ``entries`` (M,) of the palette.

    Errors are distances in OKLab over all pixels; 0 is exact, .02 just noticeable.
    """

    rgba: NDArray[np.uint8]
    words: Words  # the art's colours, sorted
    entries: NDArray[np.uint8]
    mean_error: float
    max_error: float

    def index(self, sprite: Rgba) -> NDArray[np.uint8]:
        """Return a sprite of the art (..., 4) as palette indices."""
        indices: NDArray[np.uint8] = self.entries[np.searchsorted(self.words, _words(sprite))]
        return indices


def choose_colors(sprites: Sequence[Rgba], num_colors: int | None, palette: NDArray[np.uint8] | None) -> ColorTable:
    """Choose the palette of sprites: the given one, or the best of ``num_colors``, or without a choice exactly theirs.

    Raises ArtError if there are more than 256 colours and no choice, or less than two.
    """
    words, counts = _count(sprites)
    colors = np.ascontiguousarray(words[:, None]).view(np.uint8)
    if len(colors) < 2:
        raise ArtError("all the art has one colour; give art with two colours or more")
    if palette is not None:
        has_clear, palette_clear = bool((colors[:, 3] == 0).any()), bool((palette[:, 3] == 0).any())
        palette = np.concatenate([_CLEAR, palette]) if has_clear and not palette_clear else palette
        if len(palette) > MAX_COLORS:
            raise ArtError(
                f"the palette has {len(palette) - 1} colours and the art clear pixels besides; give at most {MAX_COLORS - 1}"
            )
    elif num_colors is not None and num_colors < len(colors):
        palette = _reduced(colors, counts, num_colors)
    elif len(colors) <= MAX_COLORS:
        order = np.lexsort((*colors.T[:3], oklab(colors[:, :3])[:, 0].round(4), colors[:, 3] > 0))
        ranks = np.empty(len(colors), np.uint8)
        ranks[order] = np.arange(len(colors))
        return ColorTable(rgba=colors[order], words=words, entries=ranks, mean_error=0.0, max_error=0.0)
    else:
        raise ArtError(
            f"the art has {len(colors)} colours, a palette at most {MAX_COLORS}; choose with --colors N or --palette NAME|FILE"
        )
    entries, errors = _nearest(_shown(colors, palette), seen(palette))
    return ColorTable(
        rgba=palette,
        words=words,
        entries=entries.astype(np.uint8),
        mean_error=float(np.average(errors, weights=counts)),
        max_error=float(errors.max()),
    )


def _count(sprites: Sequence[Rgba]) -> tuple[Words, NDArray[np.int64]]:
    """Return the colours of sprites, sorted as 32-bit words, and how many pixels have each."""
    found: list[tuple[Words, NDArray[np.int64]]] = []
    batch: list[Words] = []
    for place, sprite in enumerate(sprites):
        batch.append(_words(sprite).ravel())
        if sum(map(len, batch)) >= 1 << 18 or place == len(sprites) - 1:
            words, counts = np.unique(np.concatenate(batch), return_counts=True)
            found.append((words, counts))
            batch = []
    words, places = np.unique(np.concatenate([words for words, _ in found]), return_inverse=True)
    return words, np.bincount(places, np.concatenate([counts for _, counts in found])).astype(np.int64)


def _words(rgba: Rgba) -> Words:
    words: Words = np.ascontiguousarray(rgba).view(np.uint32)[..., 0]
    return words


def _shown(colors: NDArray[np.uint8], palette: NDArray[np.uint8]) -> Floats:
    """Return colours as points to compare with a palette; where it has no half-clear ones, half of alpha decides."""
    if ((palette[:, 3] == 0) | (palette[:, 3] == 255)).all():
        colors = colors.copy()
        colors[:, 3] = np.where(colors[:, 3] >= 128, 255, 0)
        colors[colors[:, 3] == 0] = 0
    return seen(colors)


def _reduced(colors: NDArray[np.uint8], counts: NDArray[np.int64], num_colors: int) -> NDArray[np.uint8]:
    """Return the best ``num_colors`` colours: median cut, then k-means (Lloyd), weighted by pixels; clear stays clear."""
    is_clear = colors[:, 3] == 0
    num_solid = num_colors - int(is_clear.any())
    points, weights = seen(colors[~is_clear]), counts[~is_clear].astype(np.float64)
    centers = _median_cut(points, weights, num_solid)
    for _ in range(_ROUNDS):
        nearest, _ = _nearest(points, centers)
        totals = np.bincount(nearest, weights, len(centers))
        sums = np.stack([np.bincount(nearest, weights * points[:, axis], len(centers)) for axis in range(4)], 1)
        kept = totals > 0
        moved = np.where(kept[:, None], sums / np.maximum(totals, 1e-9)[:, None], centers).astype(np.float32)
        if np.abs(moved - centers).max() < 1e-4:
            break
        centers = moved
    alpha = np.clip(centers[:, 3:], 1 / 255, 1)
    solid = np.concatenate([srgb(centers[:, :3] / alpha), np.round(255 * alpha).astype(np.uint8)], 1)
    solid = np.unique(solid, axis=0)
    solid = solid[np.lexsort((*solid.T[:3], oklab(solid[:, :3])[:, 0].round(4)))]
    return np.concatenate([_CLEAR, solid]) if is_clear.any() else solid


def _median_cut(points: Floats, weights: NDArray[np.float64], num_boxes: int) -> Floats:
    """Return the means of boxes: the one whose spread weighs most is cut at its median, until there are enough."""
    boxes = [np.arange(len(points))]
    spreads = [_spread(points, weights, boxes[0])]
    while len(boxes) < num_boxes:
        place = int(np.argmax([spread for spread, _ in spreads]))
        spread, axis = spreads[place]
        if spread <= 0:
            break
        box = boxes[place][np.argsort(points[boxes[place], axis], kind="stable")]
        heap = np.cumsum(weights[box])
        middle = min(max(int(np.searchsorted(heap, heap[-1] / 2)), 1), len(box) - 1)
        boxes[place : place + 1] = [box[:middle], box[middle:]]
        spreads[place : place + 1] = [_spread(points, weights, part) for part in (box[:middle], box[middle:])]
    return np.stack([np.average(points[box], axis=0, weights=weights[box]) for box in boxes]).astype(np.float32)


def _spread(points: Floats, weights: NDArray[np.float64], box: NDArray[np.intp]) -> tuple[float, int]:
    """Return the largest weighted variance of a box along an axis, and the axis."""
    part, weight = points[box], weights[box]
    variances = weight @ np.square(part - np.average(part, axis=0, weights=weight))
    axis = int(variances.argmax())
    return (float(variances[axis]) if len(box) > 1 else 0.0), axis


def _nearest(points: Floats, centers: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return for each point the place of the nearest centre, and its distance."""
    places = np.empty(len(points), np.intp)
    for start in range(0, len(points), _CHUNK):
        chunk = points[start : start + _CHUNK]
        places[start : start + _CHUNK] = (np.square(centers).sum(1) - 2 * chunk @ centers.T).argmin(1)
    return places, np.sqrt(np.square(points - centers[places]).sum(1))
