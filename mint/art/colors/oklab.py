"""OKLab (Björn Ottosson 2020, bottosson.github.io/posts/oklab): a colour space in which distances are perceptual."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.rgba import Floats

# From linear sRGB to the responses of cones (long, middle, short), and from their cube roots to OKLab.
LMS_FROM_RGB: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB_FROM_LMS: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab(rgb: NDArray[np.uint8]) -> Floats:
    """Convert sRGB colours (..., 3) to lightness from 0 to 1, a and b; a distance of .02 is just noticeable."""
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)[rgb]  # IEC 61966-2-1
    lab: Floats = (np.cbrt(linear @ LMS_FROM_RGB.T) @ LAB_FROM_LMS.T).astype(np.float32)
    return lab


def srgb(lab: Floats) -> NDArray[np.uint8]:
    """Convert OKLab colours (..., 3) to sRGB; colours out of gamut are clipped channel by channel."""
    linear = (lab @ np.linalg.inv(LAB_FROM_LMS).T) ** 3 @ np.linalg.inv(LMS_FROM_RGB).T
    linear = np.clip(linear, 0, 1)
    levels = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(255 * levels).astype(np.uint8)


def oklab_alpha(rgba: NDArray[np.uint8]) -> Floats:
    """Convert RGBA colours (K, 4) to points (K, 4) at perceptual distances: OKLab times alpha, and alpha."""
    alpha = rgba[:, 3:].astype(np.float32) / 255
    return np.concatenate([oklab(rgba[:, :3]) * alpha, alpha], 1)
