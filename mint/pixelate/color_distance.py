"""Distances between colours in OKLab."""

import numpy as np

from mint.art.rgba import Floats


def squared_distances(lab: Floats, others: Floats) -> Floats:
    """Return the squared distances (..., K) of colours (..., 3) to others (K, 3)."""
    products = lab @ (-2 * others.T)
    distances: Floats = products + (lab**2).sum(-1, keepdims=True) + (others**2).sum(-1)
    return np.maximum(distances, 0, out=distances)
