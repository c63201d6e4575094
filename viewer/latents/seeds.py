"""Seeds into latents: which dream is which.

A tile is named by (seed, number), for ever: SHAKE-256 over both gives its bits, 52 of them a number, and the normal distribution's
quantile function turns each into a latent's coordinate. NumPy's generators promise no such thing (NEP 19 lets their normal
numbers change), and a stream shared by all tiles would make the third one depend on how many there are. Counting by hash costs
nothing beside the network. The quantiles are computed to float64's precision and rounded to float32, so a difference in the last
places of a platform's logarithm is rounded away.
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

    Row i depends on seed and i alone, and its first coordinates not on latent_dim.
    """
    return np.array([latent(seed, number, latent_dim) for number in range(count)], np.float32).reshape(count, latent_dim)


def latent(seed: int, number: int, latent_dim: int) -> NDArray[np.float32]:
    """Return the latent of one tile, (latent_dim,) float32."""
    digest = hashlib.shake_256(f"pixelmint/dream/{FORMAT}\0{seed}\0{number}".encode()).digest(8 * latent_dim)
    words = np.frombuffer(digest, "<u8") >> np.uint64(12)
    # The middles of 2**52 equal parts of (0, 1): exact in float64, never 0 or 1.
    return np.array([_NORMAL.inv_cdf(p) for p in ((words.astype(np.float64) + 0.5) / 2**52).tolist()], np.float32)
