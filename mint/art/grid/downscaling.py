"""The native pixels of an enlarged picture with a known grid: one per cell, with colours that were equal made equal again."""

import math

import numpy as np
from numpy.typing import NDArray

from mint.art.grid.estimate import Borders, GridEstimate
from mint.art.grid.resampling import BLOCK_KERNELS, least_squares_downscale
from mint.art.rgba import Floats, Rgba, premultiply, unpremultiply

_MAX_SAMPLES = 7
# Share of a cell's side that is sampled: compression and blur gather at its rim.
_INNER_SHARE = 0.6
# A cubic passes through the native colour at the centre of its cell; least squares would suffer from its clipped overshoots.
_CENTER_SHARE = 0.3
_MIN_BICUBIC_SCALE = 8
_MAX_MERGE_DISTANCE = 24.0
_MAX_TRANSLUCENT_SHARE = 0.02
_ROUNDS = 4
# With more colours than this the differences do not come from lossy enlargement.
_MAX_CENTERS = 1024


def downscale(rgba: Rgba, grid: GridEstimate) -> Rgba:
    """Return the native picture (h, w, 4) of an enlarged one (H, W, 4); native art is returned as it is.

    Where the enlargement was lossy, colours nearer to each other than the loss become one.
    """
    if grid.kernel is None or grid.size is None:
        return rgba
    source = rgba.shape[0], rgba.shape[1]
    if grid.kernel in BLOCK_KERNELS:
        cells = _sample_cells(rgba, grid.borders_in(source), _INNER_SHARE)
        middle: Rgba = cells[:, cells.shape[1] // 2, :, cells.shape[3] // 2]
        if (cells == middle[:, None, :, None]).all():
            return middle
    elif grid.kernel == "bicubic" and min(grid.scales(source)) >= _MIN_BICUBIC_SCALE:
        cells = _sample_cells(rgba, grid.borders_in(source), _CENTER_SHARE)
    else:
        native = least_squares_downscale(premultiply(rgba), grid.size, grid.kernel)
        return unpremultiply(merge_colors(_harden_alpha(native), 3 * math.sqrt(grid.residual) + 2))
    native = np.median(premultiply(cells), axis=(1, 3)).astype(np.float32)
    return unpremultiply(merge_colors(_harden_alpha(native), min(3 * math.sqrt(grid.residual) + 2, _MAX_MERGE_DISTANCE)))


def _harden_alpha(native: Floats) -> Floats:
    """Return a premultiplied picture with every pixel clear or opaque, if nearly all of them are."""
    alpha = native[..., 3]
    if np.mean((alpha > 64) & (alpha < 191)) > _MAX_TRANSLUCENT_SHARE:
        return native
    opaque = alpha >= 128
    hardened = native * np.where(opaque, 255 / np.maximum(alpha, 1), 0)[..., None]
    return np.clip(hardened, 0, 255).astype(np.float32)


def _sample_cells(rgba: Rgba, borders: tuple[Borders, Borders], inner_share: float) -> Rgba:
    """Return pixels from the inner share of each cell, (h, m, w, m, 4)."""
    places = []
    for border in borders:
        sizes = np.diff(border)
        scale = float(np.median(sizes))
        num = min(max(int(scale * inner_share), 1), _MAX_SAMPLES) | 1
        offsets = np.linspace(-inner_share / 2, inner_share / 2, num) if scale > 3 else np.zeros(1)
        centers = border[:-1, None] + (0.5 + offsets) * sizes[:, None]
        places.append(np.clip(np.floor(centers).astype(np.intp), border[:-1, None], border[1:, None] - 1))
    rows, columns = places
    cells: Rgba = rgba[rows[:, :, None, None], columns[None, None]]
    return cells


def merge_colors(native: Floats, distance: float) -> Floats:
    """Return a picture (h, w, 4) in which colours nearer than ``distance`` are replaced by the mean of their pixels.

    The most frequent colours become the first centres; a colour that is near no centre becomes one. Then k-means.
    """
    flat = native.reshape(-1, 4)
    rounded = np.round(flat / max(distance / 2, 1)).astype(np.int32)
    _, first, counts = np.unique(rounded, axis=0, return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    centers: list[NDArray[np.float32]] = []
    for index in order.tolist():
        if len(centers) > _MAX_CENTERS:
            break
        color = flat[first[index]]
        if not centers or np.square(np.stack(centers) - color).sum(1).min() > distance**2:
            centers.append(color)
    if len(centers) > _MAX_CENTERS:
        return native
    colors = np.stack(centers)
    for _ in range(_ROUNDS):
        nearest = _nearest_indices(flat, colors)
        totals = np.bincount(nearest, minlength=len(colors))
        sums = np.stack([np.bincount(nearest, flat[:, channel], len(colors)) for channel in range(4)], 1)
        colors = (sums[totals > 0] / totals[totals > 0, None]).astype(np.float32)
    return colors[_nearest_indices(flat, colors)].reshape(native.shape)


def _nearest_indices(flat: Floats, colors: Floats) -> NDArray[np.intp]:
    indices: NDArray[np.intp] = (np.square(colors).sum(1) - 2 * flat @ colors.T).argmin(1)
    return indices
