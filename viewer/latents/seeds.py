"""Latents from seeds: (seed, number) names a dream permanently.

SHAKE-256 of both gives the bits, 52 for each number in (0, 1), and the normal distribution's quantile function turns each number
into a coordinate of the latent. NumPy's generators do not promise the same numbers for ever (NEP 19 lets their normal numbers
change), and with a stream shared by all tiles the third would depend on how many there are. Hashing costs little beside a
network. The quantiles are computed to float64's precision and rounded to float32, so a difference in the last digits of a
platform's logarithm is rounded away.
"""

import hashlib
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

FORMAT: Final = 1
_NORMAL = NormalDist()


def latents(seed: int, count: int, latent_dim: int) -> NDArray[np.float32]:
    """Return the latents of the tiles 0 to count - 1 of a seed, (count, latent_dim) float32, standard normal.

    Row i depends only on seed and i, and its first coordinates do not depend on latent_dim.
    """
    return np.array([latent(seed, number, latent_dim) for number in range(count)], np.float32).reshape(count, latent_dim)


def latent(seed: int, number: int, latent_dim: int) -> NDArray[np.float32]:
    """Return the latent of one tile, (latent_dim,) float32."""
    digest = hashlib.shake_256(f"pixelmint/dream/{FORMAT}\0{seed}\0{number}".encode()).digest(8 * latent_dim)
    words = np.frombuffer(digest, "<u8") >> np.uint64(12)
    # The midpoints of 2**52 equal parts of (0, 1): exact in float64, never 0 or 1.
    return np.array([_NORMAL.inv_cdf(p) for p in ((words.astype(np.float64) + 0.5) / 2**52).tolist()], np.float32)
