"""Native pixels out of an enlarged picture whose true size is known: each the middle of its cell, and each colour once."""

import math

import numpy as np
from numpy.typing import NDArray

from mint.art.grid_detection import GridEstimate, Rgba, premultiplied
from mint.art.kernels import BLOCKS, Floats, shrink

_MAX_SAMPLES = 7
# Share of a cell's side that is looked at: its rim is where loss gathers.
_INNER = 0.6
# A cubic passes smoothly through the native colour at the centre of its cell; its overshoots are clipped, which least squares feel.
_CENTER = 0.3
_MIN_INTERPOLATED = 8
_MAX_MERGED = 24.0
_MAX_HALF_CLEAR = 0.02
_ROUNDS = 4
# With more colours than that it is no question of loss.
_MAX_LEADERS = 1024


def restore(rgba: Rgba, finding: GridEstimate) -> Rgba:
    """Return the native picture (h, w, 4) of an enlarged one (H, W, 4); native art is returned as it is.

    Where the enlargement lost something, colours nearer to each other than the loss are made one.
    """
    if finding.kernel is None or finding.size is None:
        return rgba
    scale = min(rgba.shape[0] / finding.size[0], rgba.shape[1] / finding.size[1])
    if finding.kernel in BLOCKS:
        cells = _cells(rgba, finding.size, _INNER)
        middle: Rgba = cells[:, cells.shape[1] // 2, :, cells.shape[3] // 2]
        if (cells == middle[:, None, :, None]).all():
            return middle
    elif finding.kernel == "bicubic" and scale >= _MIN_INTERPOLATED:
        cells = _cells(rgba, finding.size, _CENTER)
    else:
        native = shrink(premultiplied(rgba), finding.size, finding.kernel)
        return straight(merge(_settled(native), 3 * math.sqrt(finding.misfit) + 2))
    native = np.median(premultiplied(cells), axis=(1, 3)).astype(np.float32)
    return straight(merge(_settled(native), min(3 * math.sqrt(finding.misfit) + 2, _MAX_MERGED)))


def _settled(native: Floats) -> Floats:
    """Return a premultiplied picture whose alpha is clear or opaque throughout, if it is so nearly everywhere."""
    alpha = native[..., 3]
    if np.mean((alpha > 64) & (alpha < 191)) > _MAX_HALF_CLEAR:
        return native
    opaque = alpha >= 128
    settled = native * np.where(opaque, 255 / np.maximum(alpha, 1), 0)[..., None]
    return np.clip(settled, 0, 255).astype(np.float32)


def _cells(rgba: Rgba, size: tuple[int, int], inner: float) -> Rgba:
    """Return the pixels of the inner share of each cell, (h, m, w, m, 4)."""
    places = []
    for native, side in zip(size, rgba.shape[:2], strict=True):
        scale = side / native
        num = min(max(int(scale * inner), 1), _MAX_SAMPLES) | 1
        offsets = np.linspace(-inner / 2, inner / 2, num) if scale > 3 else np.zeros(1)
        centers = (np.arange(native)[:, None] + 0.5 + offsets) * scale
        places.append(np.clip(np.floor(centers).astype(np.intp), 0, side - 1))
    rows, columns = places
    cells: Rgba = rgba[rows[:, :, None, None], columns[None, None]]
    return cells


def merge(native: Floats, distance: float) -> Floats:
    """Return a picture (h, w, 4) whose colours that are nearer than ``distance`` are made one: the mean of the pixels.

    The most frequent colours lead; the others join the nearest that is near enough, or lead themselves.
    """
    flat = native.reshape(-1, 4)
    rounded = np.round(flat / max(distance / 2, 1)).astype(np.int32)
    _, first, counts = np.unique(rounded, axis=0, return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    leaders: list[NDArray[np.float32]] = []
    for place in order.tolist():
        if len(leaders) > _MAX_LEADERS:
            break
        color = flat[first[place]]
        if not leaders or np.square(np.stack(leaders) - color).sum(1).min() > distance**2:
            leaders.append(color)
    if len(leaders) > _MAX_LEADERS:
        return native
    colors = np.stack(leaders)
    for _ in range(_ROUNDS):
        nearest = _nearest(flat, colors)
        totals = np.bincount(nearest, minlength=len(colors))
        sums = np.stack([np.bincount(nearest, flat[:, channel], len(colors)) for channel in range(4)], 1)
        colors = (sums[totals > 0] / totals[totals > 0, None]).astype(np.float32)
    return colors[_nearest(flat, colors)].reshape(native.shape)


def _nearest(flat: Floats, colors: Floats) -> NDArray[np.intp]:
    places: NDArray[np.intp] = (np.square(colors).sum(1) - 2 * flat @ colors.T).argmin(1)
    return places


def straight(picture: Floats) -> Rgba:
    """Return premultiplied floats (..., 4) as 8-bit RGBA; nearly clear becomes clear, nearly opaque opaque."""
    alpha = np.clip(picture[..., 3:], 0, 255)
    alpha = np.where(alpha < 4, 0, np.where(alpha > 251, 255, alpha))
    color = np.where(alpha > 0, picture[..., :3] * 255 / np.maximum(alpha, 1), 0)
    return np.concatenate([np.clip(np.round(color), 0, 255), np.round(alpha)], -1).astype(np.uint8)
