"""Backgrounds: the patterns behind the letters, in background colours only, so that letters stay legible."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from mint.token import raster
from mint.token.families.text.text_colors import TextColors
from mint.token.palette import Palette
from mint.token.random import Stream
from mint.token.raster import BAYER4, SIZE, Mask, Pixels

BackgroundFunction = Callable[[Pixels, TextColors, Palette, Stream], None]

_YS, _XS = raster.grids()


def _plain(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    """Leave the background plain; if there is only one foreground colour, draw a floor in a second background colour."""
    if len(colors.foregrounds) == 1 and not colors.needs_clearance:
        pixels[24:] = colors.pattern


def _stripes(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    dx, dy = random.choice(((1, 0), (0, 1), (1, 1), (1, -1)))
    width = random.choice((2, 3, 4))
    pixels[_stripe_mask(dx, dy, width, random.below(2 * width))] = colors.pattern


@lru_cache(maxsize=128)
def _stripe_mask(dx: int, dy: int, width: int, shift: int) -> Mask:
    return np.asarray((_XS * dx + _YS * dy + shift) // width % 2 == 0)


def _checker(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    cell = random.choice((2, 4, 8, 16))
    pixels[raster.checker(cell=cell) ^ random.chance(1, 2)] = colors.pattern


def _dither(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    """Draw a dithered gradient (BAYER4) to the pattern colour, from one of the four sides."""
    pixels[np.rot90(_dither_mask(random.choice((8, 12))), random.below(4))] = colors.pattern


@lru_cache(maxsize=4)
def _dither_mask(most: int) -> Mask:
    return np.asarray(BAYER4[_YS % 4, _XS % 4] < _YS * (most + 1) // SIZE)


def _bands(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    """Draw bands of up to four background colours from dark to light, like an evening sky."""
    shades = _shades(colors, palette)
    raster.bands(pixels, 0, SIZE, shades if random.chance(1, 2) else shades[::-1], dithered=random.chance(1, 3))


def _shades(colors: TextColors, palette: Palette) -> Sequence[int]:
    few = colors.backgrounds[:4] if len(colors.backgrounds) > 1 else (colors.background, colors.pattern)
    return sorted(few, key=lambda index: palette.luma[index])


def _stars(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    """Draw stars of one and of five pixels."""
    for cell in range(16):
        x, y = cell % 4 * 8 + random.below(7), cell // 4 * 8 + random.below(7)
        raster.dot(pixels, x, y, colors.pattern)
        if random.chance(1, 2):
            raster.dots(pixels, ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)), colors.pattern)


def _brick(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    pixels[np.roll(_brick_mask(), random.below(SIZE), axis=random.below(2))] = colors.pattern


@lru_cache(maxsize=1)
def _brick_mask() -> Mask:
    return np.asarray((_YS % 4 == 3) | ((_XS + _YS // 4 % 2 * 4) % 8 == 7))


def _waves(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    pixels[_wave_mask(random.choice((4, 6, 8)), random.below(8))] = colors.pattern


@lru_cache(maxsize=64)
def _wave_mask(pitch: int, shift: int) -> Mask:
    crest = np.array((0, 0, 1, 2, 3, 3, 2, 1), np.int32)[(_XS + shift) % 8]
    return np.asarray((_YS + crest) % pitch < pitch // 2)


# Directions on a circle of radius 64; lines in these eight divide the picture into sixteen rays.
_DIRECTIONS = ((64, 0), (59, 24), (45, 45), (24, 59), (0, 64), (-24, 59), (-45, 45), (-59, 24))


def _rays(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    """Draw rays from the centre, from a corner or from the lower edge."""
    x, y = random.choice(((31, 31), (31, 62), (0, 62), (62, 62), (62, 0)))
    pixels[_ray_mask(x, y) ^ random.chance(1, 2)] = colors.pattern


@lru_cache(maxsize=8)
def _ray_mask(x: int, y: int) -> Mask:
    """Return every other of sixteen rays around a point given in half pixels."""
    rays = np.zeros((SIZE, SIZE), bool)
    for dx, dy in _DIRECTIONS:
        rays ^= (2 * _XS - x) * dy - (2 * _YS - y) * dx > 0
    return rays


def _rings(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    center = random.choice((31, 15, 47))
    pixels[_ring_mask(center, random.choice((3, 4, 5)))] = colors.pattern


@lru_cache(maxsize=16)
def _ring_mask(center: int, width: int) -> Mask:
    """Return every other ring around a point on the vertical centre line, its y given in half pixels."""
    squares = (2 * _XS - 31) ** 2 + (2 * _YS - center) ** 2
    rings = np.zeros((SIZE, SIZE), bool)
    for radius in range(width, 48, width):
        rings ^= squares < 4 * radius * radius
    return rings


def _sunset(pixels: Pixels, colors: TextColors, palette: Palette, random: Stream) -> None:
    """Draw a large sun, cut by bars that widen towards the sea."""
    high = random.between(12, 15)
    sun = raster.disc_mask(random.between(13, 18), high, 12)
    for number, top in enumerate((high, high + 4, high + 8)):
        sun[top : top + 1 + number // 2] = False
    sun[high + 11 :] = False
    pixels[sun] = colors.pattern
    pixels[high + 11 :: 2] = colors.shadow


BACKGROUNDS: dict[str, BackgroundFunction] = {
    "plain": _plain,
    "stripes": _stripes,
    "dither": _dither,
    "checker": _checker,
    "bands": _bands,
    "stars": _stars,
    "brick": _brick,
    "waves": _waves,
    "rays": _rays,
    "rings": _rings,
    "sunset": _sunset,
}
