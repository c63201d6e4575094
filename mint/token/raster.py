"""Drawing on small pictures of palette indices, in integers only.

A picture is (H, W) uint8, a mask (H, W) bool; x increases to the right, y downwards. Functions draw in place and clip at the edges.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

SIZE = 32

# Bayer's 4x4 ordered-dither matrix (1973): thresholds 0 to 15.
BAYER4 = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.uint8)


def blank(index: int, height: int = SIZE, width: int = SIZE) -> Pixels:
    """Return a new (height, width) picture filled with one index."""
    return np.full((height, width), index, np.uint8)


def rect(pixels: Pixels, x: int, y: int, width: int, height: int, index: int) -> None:
    """Fill a rectangle whose top left pixel is (x, y)."""
    pixels[max(y, 0) : max(y + height, 0), max(x, 0) : max(x + width, 0)] = index


def frame(pixels: Pixels, x: int, y: int, width: int, height: int, index: int) -> None:
    """Draw the one-pixel border of a rectangle."""
    rect(pixels, x, y, width, 1, index)
    rect(pixels, x, y + height - 1, width, 1, index)
    rect(pixels, x, y, 1, height, index)
    rect(pixels, x + width - 1, y, 1, height, index)


def dot(pixels: Pixels, x: int, y: int, index: int) -> None:
    """Set one pixel."""
    if 0 <= y < pixels.shape[0] and 0 <= x < pixels.shape[1]:
        pixels[y, x] = index


def dots(pixels: Pixels, points: Iterable[tuple[int, int]], index: int) -> None:
    """Set the pixels at points (x, y)."""
    for x, y in points:
        dot(pixels, x, y, index)


def line_points(x0: int, y0: int, x1: int, y1: int) -> list[tuple[int, int]]:
    """Return the pixels of a line, both ends included (Bresenham 1965)."""
    dx, dy = abs(x1 - x0), -abs(y1 - y0)
    step_x, step_y = (1 if x0 < x1 else -1), (1 if y0 < y1 else -1)
    error = dx + dy
    points = [(x0, y0)]
    while (x0, y0) != (x1, y1):
        doubled = 2 * error
        if doubled >= dy:
            error += dy
            x0 += step_x
        if doubled <= dx:
            error += dx
            y0 += step_y
        points.append((x0, y0))
    return points


def line(pixels: Pixels, x0: int, y0: int, x1: int, y1: int, index: int) -> None:
    """Draw a line, both ends included."""
    dots(pixels, line_points(x0, y0, x1, y1), index)


def grids(height: int = SIZE, width: int = SIZE) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the y (height, 1) and x (1, width) coordinates as int32, for masks written as formulas."""
    return np.arange(height, dtype=np.int32)[:, None], np.arange(width, dtype=np.int32)[None, :]


def disc_mask(x: int, y: int, radius: int, height: int = SIZE, width: int = SIZE) -> Mask:
    """Return the mask of a disc about the centre of pixel (x, y); radius 0 is that pixel alone."""
    ys, xs = grids(height, width)
    # r * (r + 1) instead of r * r keeps small discs round, without single pixels at their poles.
    inside: Mask = (xs - x) ** 2 + (ys - y) ** 2 <= radius * (radius + 1)
    return inside


def disc(pixels: Pixels, x: int, y: int, radius: int, index: int) -> None:
    """Fill a disc about the centre of pixel (x, y)."""
    pixels[disc_mask(x, y, radius, *pixels.shape)] = index


def ring(pixels: Pixels, x: int, y: int, radius: int, index: int) -> None:
    """Draw the outermost pixels of a disc."""
    height, width = pixels.shape
    pixels[disc_mask(x, y, radius, height, width) & ~disc_mask(x, y, radius - 1, height, width)] = index


def polygon(pixels: Pixels, points: Sequence[tuple[int, int]], index: int) -> None:
    """Fill a polygon (even-odd rule over pixel centres) and draw its edges."""
    height, width = pixels.shape
    ys, xs = grids(height, width)
    inside = np.zeros((height, width), bool)
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        if y0 == y1:
            continue
        (low_x, low_y), (high_x, high_y) = ((x0, y0), (x1, y1)) if y0 < y1 else ((x1, y1), (x0, y0))
        crosses = (ys >= low_y) & (ys < high_y)
        inside ^= crosses & ((xs - low_x) * (high_y - low_y) < (high_x - low_x) * (ys - low_y))
    pixels[inside] = index
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        line(pixels, x0, y0, x1, y1, index)


def stamp(pixels: Pixels, mask: Mask, x: int, y: int, index: int) -> None:
    """Set the pixels of a smaller mask whose top left corner is at (x, y), which may be outside the picture."""
    height, width = pixels.shape
    top, left = max(-y, 0), max(-x, 0)
    part = mask[top : max(height - y, 0), left : max(width - x, 0)]
    if part.size:
        view = pixels[y + top : y + top + part.shape[0], x + left : x + left + part.shape[1]]
        view[part] = index


def bitmap(rows: Sequence[str]) -> Mask:
    """Return the mask of a picture written as text: ``#`` is set, anything else is not."""
    return np.array([[cell == "#" for cell in row] for row in rows], bool)


def bands(pixels: Pixels, top: int, bottom: int, indices: Sequence[int], *, dithered: bool = False) -> None:
    """Fill the rows top to bottom - 1 with horizontal bands of equal height, first index on top.

    With dithered, ordered dithering (BAYER4) blends each band into the next.
    """
    height = bottom - top
    if height <= 0:
        return
    ys, xs = grids(height, pixels.shape[1])
    # Position in bands, in sixteenths: (height, 1)
    place = ys * len(indices) * 16 // height
    if dithered:
        place = (ys * (len(indices) - 1) * 16 + height // 2) // max(height - 1, 1) + BAYER4[ys % 4, xs % 4]
    table = np.array(indices, np.uint8)
    pixels[top:bottom] = table[np.minimum(place // 16, len(indices) - 1)]


def checker(height: int = SIZE, width: int = SIZE, cell: int = 1) -> Mask:
    """Return the mask of a checkerboard with square cells."""
    ys, xs = grids(height, width)
    odd: Mask = (ys // cell + xs // cell) % 2 == 1
    return odd


def dilated(mask: Mask, *, diagonal: bool = False) -> Mask:
    """Return the mask dilated by its 4-neighbours (with diagonal: its 8-neighbours)."""
    out = mask.copy()
    out[1:] |= mask[:-1]
    out[:-1] |= mask[1:]
    if diagonal:
        mask = out.copy()
    out[:, 1:] |= mask[:, :-1]
    out[:, :-1] |= mask[:, 1:]
    return out
