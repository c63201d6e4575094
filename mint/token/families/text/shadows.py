"""Shadows: layers between the background and the letters."""

from collections.abc import Callable, Sequence

import numpy as np

from mint.token.families.text.text_colors import TextColors
from mint.token.families.text.typesetting import TextBox
from mint.token.random import Stream
from mint.token.raster import Mask, Pixels, checker, dilated

# The layers of a shadow, the lowest first: a mask, and whether it has the shadow colour (else the pattern colour).
ShadowLayers = Sequence[tuple[Mask, bool]]
# Takes the mask of the letters and the direction of the shadow: 1 right, -1 left.
ShadowFunction = Callable[[Mask, int], ShadowLayers]


def draw_shadow(
    pixels: Pixels, shadow: ShadowFunction, letters: Mask, clearance: Mask, box: TextBox, colors: TextColors, random: Stream
) -> None:
    """Draw the shadow of letters inside a box; in a foreground colour, it is dithered and stays outside the clearance mask."""
    clear = checker() & ~clearance if colors.needs_clearance else np.ones_like(clearance)
    view = np.s_[box.y : box.y + box.height, box.x : box.x + box.width]
    side = 1 if random.chance(3, 4) else -1
    for shade, is_shadow_color in shadow(letters, side):
        pixels[view][(shade & clear)[view]] = colors.shadow if is_shadow_color else colors.pattern


def _none(letters: Mask, side: int) -> ShadowLayers:
    return ()


def _drop(letters: Mask, side: int) -> ShadowLayers:
    return ((_shifted(letters, side, 1), True),)


def _extruded(letters: Mask, side: int) -> ShadowLayers:
    """Extend the letters straight down by two pixels, the nearer one lighter."""
    return ((_shifted(letters, 0, 2), True), (_shifted(letters, 0, 1), False))


def _long(letters: Mask, side: int) -> ShadowLayers:
    """Extend the shadow diagonally to the edge."""
    shade = letters
    for steps in (1, 2, 4, 8, 16):
        shade = shade | _shifted(shade, steps * side, steps)
    return ((shade, True),)


def _outline(letters: Mask, side: int) -> ShadowLayers:
    return ((dilated(letters, diagonal=True), True),)


def _glow(letters: Mask, side: int) -> ShadowLayers:
    """Draw a glow that thins out with distance from the letters."""
    near = dilated(letters)
    middle = dilated(near, diagonal=True)
    far = dilated(dilated(middle), diagonal=True)
    cells = checker()
    sparse = cells.copy()
    sparse[::2] = False
    return ((near | (middle & cells) | (far & sparse), True),)


def _glitch(letters: Mask, side: int) -> ShadowLayers:
    """Draw one copy to the left and one to the right, each with every fourth pair of rows displaced."""
    left, right = _shifted(letters, -1, 0), _shifted(letters, 1, 0)
    left[2::8], left[3::8] = np.roll(left[2::8], -2, axis=1), np.roll(left[3::8], -2, axis=1)
    right[6::8], right[7::8] = np.roll(right[6::8], 2, axis=1), np.roll(right[7::8], 2, axis=1)
    return ((left, True), (right, False))


def _shifted(mask: Mask, dx: int, dy: int) -> Mask:
    """Return the mask shifted right by dx and down by dy (dy >= 0), clipped at the edges."""
    height, width = mask.shape
    out = np.zeros_like(mask)
    out[dy:, max(dx, 0) : width + min(dx, 0)] = mask[: height - dy, max(-dx, 0) : width - max(dx, 0)]
    return out


SHADOWS: dict[str, ShadowFunction] = {
    "none": _none,
    "drop": _drop,
    "outline": _outline,
    "extruded": _extruded,
    "long": _long,
    "glow": _glow,
    "glitch": _glitch,
}
