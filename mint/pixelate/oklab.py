"""OKLab: colours in which equal distances look equally far (Ottosson 2020, https://bottosson.github.io/posts/oklab/)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# From linear sRGB to cone responses, and from their cube roots to lightness, green-red and blue-yellow.
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
_BYTES = np.arange(256, dtype=np.float32) / 255
_LINEAR = np.where(_BYTES <= 0.04045, _BYTES / 12.92, ((_BYTES + 0.055) / 1.055) ** 2.4).astype(np.float32)  # IEC 61966-2-1


def oklab(rgb: NDArray[np.uint8]) -> Floats:
    """Return sRGB colours (..., 3) as OKLab (..., 3): lightness from 0 to 1, and two opponent axes within about 0.4 of 0."""
    lab: Floats = np.cbrt(_LINEAR[rgb] @ _CONES.T) @ _LAB.T
    return lab


def srgb(lab: Floats) -> NDArray[np.uint8]:
    """Return OKLab colours (..., 3) as sRGB (..., 3), clipped to what it can show."""
    linear = np.clip((lab @ _inverse(_LAB).T) ** 3 @ _inverse(_CONES).T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    rgb: NDArray[np.uint8] = np.rint(255 * encoded).astype(np.uint8)
    return rgb


def squared_distances(lab: Floats, others: Floats) -> Floats:
    """Return the squared distance of each colour (..., 3) to each of others (K, 3), (..., K)."""
    products = lab @ (-2 * others.T)
    distances: Floats = products + (lab**2).sum(-1, keepdims=True) + (others**2).sum(-1)
    return np.maximum(distances, 0, out=distances)


def _inverse(matrix: Floats) -> Floats:
    return np.linalg.inv(matrix.astype(np.float64)).astype(np.float32)
