"""Journeys through latent space: smooth, closed, and a function of seed and position alone.

A journey visits the tiles 0 to LEGS - 1 of a seed (see ``dream``) at the positions 0 to LEGS - 1, and at LEGS it is back where it
began. Straight lines would cut through the middle of the sphere on which nearly all of a normal distribution lies, and dream of
mush there; so it follows great circles (White 2016, arXiv 1609.04468), blended into a Catmull-Rom spline (Schlag 1991, Graphics
Gems II, "Using Geometric Constructions to Interpolate Orientation with Quaternions"), so that it never turns a corner.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.latents.seeds import latent

NUM_SEGMENTS: Final = 16

# Below this sine two directions are as good as one (or opposite), and the straight line is taken.
_MIN_SINE = 1e-4


def walk_latents(seeds: Sequence[int], positions: NDArray[np.float64], latent_dim: int) -> NDArray[np.float32]:
    """Return where the journeys of seeds (n,) are at positions (n,), modulo LEGS: latents (n, latent_dim) float32.

    Position 0 is the latent ``dream.latents`` gives first. Continuous with its first derivative, and deterministic.
    """
    if not positions.any():
        # At the beginning of each journey stands the dream itself: nothing has to be known of the way.
        return np.array([_stop(seed, 0, latent_dim) for seed in seeds], np.float32).reshape(len(seeds), latent_dim)
    legs = np.floor(positions).astype(np.int64)
    points = np.empty((4, len(seeds), latent_dim))
    for row, (seed, leg) in enumerate(zip(seeds, legs.tolist(), strict=True)):
        for column in range(4):
            points[column, row] = _stop(seed, (leg + column - 1) % NUM_SEGMENTS, latent_dim)
    return _between(points, (positions - legs)[:, None])


def closed_walk_latents(stops: NDArray[np.float32], positions: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return where n journeys are at positions (n,), modulo their number of stops: latents (n, L) float32.

    ``stops`` is (n, k, L): journey i is at stops[i, j] at position j, and after the last stop again at its first.
    """
    legs = np.floor(positions).astype(np.int64)
    rows = np.arange(len(stops))
    points = np.stack([stops[rows, (legs + offset) % stops.shape[1]] for offset in (-1, 0, 1, 2)]).astype(np.float64)
    return _between(points, (positions - legs)[:, None])


def _between(points: NDArray[np.float64], t: NDArray[np.float64]) -> NDArray[np.float32]:
    """Go the share t (n, 1), 0 to 1, of the curve from the second to the third of points (4, n, L)."""
    first = [_slerp(points[index], points[index + 1], t + 1 - index) for index in range(3)]
    second = [_slerp(first[index], first[index + 1], (t + 1 - index) / 2) for index in range(2)]
    between = _slerp(second[0], second[1], t)
    # Exactly the dream itself where no way has been gone, whatever the rounding of sines.
    return np.where(t == 0, points[1], between).astype(np.float32)


@lru_cache(maxsize=8192)
def _stop(seed: int, number: int, latent_dim: int) -> NDArray[np.float32]:
    return latent(seed, number, latent_dim)


def _slerp(a: NDArray[np.float64], b: NDArray[np.float64], t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Go the share t (n, 1) of the great circle from a to b (n, L), below 0 and above 1, too (Shoemake 1985)."""
    norms = np.linalg.norm(a, axis=1, keepdims=True) * np.linalg.norm(b, axis=1, keepdims=True)
    cosine = np.clip((a * b).sum(1, keepdims=True) / np.maximum(norms, np.finfo(np.float64).tiny), -1, 1)
    angle = np.arccos(cosine)
    sine = np.sin(angle)
    is_line = sine < _MIN_SINE
    sine = np.where(is_line, 1, sine)
    share_a = np.where(is_line, 1 - t, np.sin((1 - t) * angle) / sine)
    share_b = np.where(is_line, t, np.sin(t * angle) / sine)
    return share_a * a + share_b * b
