"""Shadows: what letters throw on the paper behind them."""

from collections.abc import Callable, Sequence

import numpy as np

from mint.token.families.text.scheme import Scheme
from mint.token.families.text.setting import Box
from mint.token.random import Stream
from mint.token.raster import Mask, Pixels, checker, dilated

# Layers of a shadow, the lowest first: where it falls, and whether it is deep (the shadow's colour) or not (the pattern's).
Layers = Sequence[tuple[Mask, bool]]
# Gets the letters, and the side to which shadows fall: 1 right, -1 left.
Shadow = Callable[[Mask, int], Layers]


def lay_shadow(pixels: Pixels, shadow: Shadow, letters: Mask, ground: Mask, box: Box, scheme: Scheme, random: Stream) -> None:
    """Draw a shadow below letters, inside a box; with an ink's colour it is dithered and keeps off the letters' ground."""
    clear = checker() & ~ground if scheme.glare else np.ones_like(ground)
    view = np.s_[box.y : box.y + box.height, box.x : box.x + box.width]
    side = 1 if random.chance(3, 4) else -1
    for shade, deep in shadow(letters, side):
        pixels[view][(shade & clear)[view]] = scheme.shadow if deep else scheme.pattern


def _none(letters: Mask, side: int) -> Layers:
    return ()


def _drop(letters: Mask, side: int) -> Layers:
    return ((_moved(letters, side, 1), True),)


def _extruded(letters: Mask, side: int) -> Layers:
    """Give the letters depth: two steps straight down, the nearer one lighter."""
    return ((_moved(letters, 0, 2), True), (_moved(letters, 0, 1), False))


def _long(letters: Mask, side: int) -> Layers:
    """Let the shadow fall to the edge."""
    shade = letters
    for steps in (1, 2, 4, 8, 16):
        shade = shade | _moved(shade, steps * side, steps)
    return ((shade, True),)


def _outline(letters: Mask, side: int) -> Layers:
    return ((dilated(letters, diagonal=True), True),)


def _glow(letters: Mask, side: int) -> Layers:
    """Shine: full light round the letters, thinning out with distance."""
    near = dilated(letters)
    middle = dilated(near, diagonal=True)
    far = dilated(dilated(middle), diagonal=True)
    cells = checker()
    sparse = cells.copy()
    sparse[::2] = False
    return ((near | (middle & cells) | (far & sparse), True),)


def _glitch(letters: Mask, side: int) -> Layers:
    """Pull two ghosts apart, to the left and to the right, and tear every fourth pair of rows."""
    left, right = _moved(letters, -1, 0), _moved(letters, 1, 0)
    left[2::8], left[3::8] = np.roll(left[2::8], -2, axis=1), np.roll(left[3::8], -2, axis=1)
    right[6::8], right[7::8] = np.roll(right[6::8], 2, axis=1), np.roll(right[7::8], 2, axis=1)
    return ((left, True), (right, False))


def _moved(mask: Mask, dx: int, dy: int) -> Mask:
    """Return the mask moved right by dx and down by dy (dy >= 0); what leaves the picture is lost."""
    height, width = mask.shape
    out = np.zeros_like(mask)
    out[dy:, max(dx, 0) : width + min(dx, 0)] = mask[: height - dy, max(-dx, 0) : width - max(dx, 0)]
    return out


SHADOWS: dict[str, Shadow] = {
    "none": _none,
    "drop": _drop,
    "outline": _outline,
    "extruded": _extruded,
    "long": _long,
    "glow": _glow,
    "glitch": _glitch,
}
