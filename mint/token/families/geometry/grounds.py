"""Grounds: the patterns behind the forms, as masks of the second ground colour.

A ground is drawn for the window that a symmetry repeats, so that both ground colours are visible in it.
"""

from collections.abc import Callable, Mapping

import numpy as np

from mint.token.random import Stream
from mint.token.raster import BAYER4, SIZE, Mask, checker, grids

_YS, _XS = grids()


def _plain(random: Stream, width: int, height: int) -> Mask:
    return np.zeros((SIZE, SIZE), bool)


def _split(random: Stream, width: int, height: int) -> Mask:
    halves = (width // 2 <= _XS, height // 2 <= _YS, _XS * height < _YS * width, _XS * height + _YS * width >= height * width)
    return np.broadcast_to(random.choice(halves), (SIZE, SIZE))


def _horizon(random: Stream, width: int, height: int) -> Mask:
    line = height * random.between(5, 6) // 8
    ripple = line + max(height // 8, 2)
    return np.broadcast_to((line <= _YS) & (ripple != _YS), (SIZE, SIZE))


def _stripes(random: Stream, width: int, height: int) -> Mask:
    band = random.choice((2, 4)) if min(width, height) < SIZE else random.choice((2, 4, 8))
    along = random.choice((_XS, _YS, _XS + _YS))
    return np.broadcast_to((along // band + random.below(2)) % 2 == 0, (SIZE, SIZE))


def _checker(random: Stream, width: int, height: int) -> Mask:
    cell = random.choice((4, 8) if min(width, height) > 8 else (2, 4))
    return checker(cell=cell) ^ random.chance(1, 2)


def _dots(random: Stream, width: int, height: int) -> Mask:
    pitch = random.choice((2, 4) if min(width, height) > 8 else (2,))
    place = random.below(pitch)
    return np.asarray((_XS // 2 % pitch == place) & (_YS // 2 % pitch == place))


def _frame(random: Stream, width: int, height: int) -> Mask:
    edge = np.minimum(np.minimum(_XS, SIZE - 1 - _XS), np.minimum(_YS, SIZE - 1 - _YS))
    return random.choice((edge < 2, edge < 3, (edge == 1) | (edge == 3), (edge >= 1) & (edge < 3)))


def _gradient(random: Stream, width: int, height: int) -> Mask:
    along, length = random.choice(((_XS, width), (_YS, height)))
    return np.asarray((along * 20 // length - 2) > BAYER4[_YS % 4, _XS % 4])


def _rays(random: Stream, width: int, height: int) -> Mask:
    u, v = 2 * (_XS - width // 2) + 1, 2 * (_YS - height + random.choice((0, height // 2))) + 1
    a, b = abs(u), abs(v)
    octant = (2 * a > b).astype(np.int8) + (a > b) + (a > 2 * b)
    return np.asarray((octant + (u > 0) + (v > 0)) % 2 == random.below(2))


def _zigzag(random: Stream, width: int, height: int) -> Mask:
    wave = abs(_XS % 8 * 2 - 7) // 2
    return np.asarray((_YS + wave) // random.choice((2, 4)) % 2 == random.below(2))


def _disc(random: Stream, width: int, height: int) -> Mask:
    n = 3 * min(width, height) // 4 * 2
    x, y = random.choice((0, width)), random.choice((0, height // 2))
    u, v = 2 * (_XS - x) + 1, 2 * (_YS - y) + 1
    return np.asarray(u * u + v * v < n * n)


def _starry(random: Stream, width: int, height: int) -> Mask:
    out = np.zeros((SIZE, SIZE), bool)
    for top in range(0, height, 4):
        for left in range(0, width, 4):
            out[top + random.below(4), left + random.below(4)] = True
    return out


GROUNDS: Mapping[str, Callable[[Stream, int, int], Mask]] = {
    "plain": _plain,
    "split": _split,
    "stripes": _stripes,
    "horizon": _horizon,
    "checker": _checker,
    "frame": _frame,
    "dots": _dots,
    "gradient": _gradient,
    "disc": _disc,
    "rays": _rays,
    "zigzag": _zigzag,
    "starry": _starry,
}
