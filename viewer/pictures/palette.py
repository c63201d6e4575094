"""Palettes: a model's colours, written "#rrggbbaa" in its manifest, as numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def rgba(palette: Sequence[str]) -> NDArray[np.uint8]:
    """Return the colours "#rrggbbaa" of a palette as (K, 4) uint8: red, green, blue and alpha."""
    return np.array([list(bytes.fromhex(color[1:])) for color in palette], np.uint8).reshape(-1, 4)


def rgb_over_black(palette: Sequence[str]) -> NDArray[np.uint8]:
    """Return the colours "#rrggbbaa" of a palette as they look over black, (K, 3) uint8."""
    colors = rgba(palette).astype(np.uint16)
    return ((colors[:, :3] * colors[:, 3:] + 127) // 255).astype(np.uint8)
