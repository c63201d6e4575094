"""The main colour of a part of a picture."""

import numpy as np
from numpy.typing import NDArray

from viewer.originality.comparison import Pixels


def main_colors(parts: Pixels) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the commonest colour of each part (n, h, w) and the share of its pixels that have it, (n,) each."""
    shares = np.stack([(parts == color).mean(axis=(1, 2)) for color in range(int(parts.max()) + 1)], axis=1)
    return shares.argmax(axis=1), shares.max(axis=1)
