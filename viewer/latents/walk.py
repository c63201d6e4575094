"""Walks through latent space: smooth, closed, and a function of seed and position alone.

A seed's walk passes its latents 0 to NUM_SEGMENTS - 1 (see ``seeds``) at the positions 0 to NUM_SEGMENTS - 1, and then
returns to the first. Straight lines would cut through the middle of the sphere on which nearly all of a normal distribution lies,
where dreams are blurred; so a walk follows great circles (White 2016, arXiv 1609.04468), blended into a Catmull-Rom spline (Schlag
1991, Graphics Gems II, "Using Geometric Constructions to Interpolate Orientation with Quaternions"), so that it has no corners.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.latents.seeds import latent

NUM_SEGMENTS: Final = 16

# Below this sine two directions are nearly equal or opposite, and are interpolated along a straight line.
_MIN_SINE = 1e-4


def walk_latents(seeds: Sequence[int], positions: NDArray[np.float64], latent_dim: int) -> NDArray[np.float32]:
    """Return the latents (n, latent_dim) float32 on the walks of seeds (n,) at positions (n,), modulo NUM_SEGMENTS.

    Position 0 is the first latent of a seed. Continuous with its first derivative, and deterministic.
    """
    if not positions.any():
        # The start of each walk is the dream itself; the other latents are not needed.
        return np.array([_stop(seed, 0, latent_dim) for seed in seeds], np.float32).reshape(len(seeds), latent_dim)
    segments = np.floor(positions).astype(np.int64)
    points = np.empty((4, len(seeds), latent_dim))
    for row, (seed, segment) in enumerate(zip(seeds, segments.tolist(), strict=True)):
        for column in range(4):
            points[column, row] = _stop(seed, (segment + column - 1) % NUM_SEGMENTS, latent_dim)
    return _spline(points, (positions - segments)[:, None])


def closed_walk_latents(stops: NDArray[np.float32], positions: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the latents (n, L) float32 on n closed walks at positions (n,), modulo their number of stops.

    ``stops`` is (n, k, L): walk i passes stops[i, j] at position j, and returns to the first stop after the last.
    """
    segments = np.floor(positions).astype(np.int64)
    rows = np.arange(len(stops))
    points = np.stack([stops[rows, (segments + offset) % stops.shape[1]] for offset in (-1, 0, 1, 2)]).astype(np.float64)
    return _spline(points, (positions - segments)[:, None])


def _spline(points: NDArray[np.float64], t: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the points (n, L) at t (n, 1), 0 to 1, on the curve from the second to the third of points (4, n, L)."""
    first = [_slerp(points[index], points[index + 1], t + 1 - index) for index in range(3)]
    second = [_slerp(first[index], first[index + 1], (t + 1 - index) / 2) for index in range(2)]
    point = _slerp(second[0], second[1], t)
    # Exactly the dream itself at t = 0, however sines are rounded.
    return np.where(t == 0, points[1], point).astype(np.float32)


@lru_cache(maxsize=8192)
def _stop(seed: int, number: int, latent_dim: int) -> NDArray[np.float32]:
    return latent(seed, number, latent_dim)


def _slerp(a: NDArray[np.float64], b: NDArray[np.float64], t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points (n, L) at t (n, 1) on the great circle from a to b (n, L); t may be outside 0 to 1 (Shoemake 1985)."""
    norms = np.linalg.norm(a, axis=1, keepdims=True) * np.linalg.norm(b, axis=1, keepdims=True)
    cosine = np.clip((a * b).sum(1, keepdims=True) / np.maximum(norms, np.finfo(np.float64).tiny), -1, 1)
    angle = np.arccos(cosine)
    sine = np.sin(angle)
    is_line = sine < _MIN_SINE
    sine = np.where(is_line, 1, sine)
    share_a = np.where(is_line, 1 - t, np.sin((1 - t) * angle) / sine)
    share_b = np.where(is_line, t, np.sin(t * angle) / sine)
    return share_a * a + share_b * b
