"""The forms: the shapes of geometry sprites, at any size.

A form is drawn in a square of n x n pixels, on doubled coordinates that run from 1 - n to n - 1 in steps of two: u to the right, v
downwards, with the centre at 0 whether n is even or odd. That keeps every form exactly symmetric on the pixel grid. Slanted
edges have slopes of 1:1 or 2:1, which have even steps.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mint.token.raster import Mask

Axis = NDArray[np.int32]
# (n, n) int8: -1 outside the form, else the facet of the pixel, 0 to 2.
Facets = NDArray[np.int8]
Shape = Callable[[Axis, Axis, int], Mask]

OUTSIDE = -1
MAX_SIZE = 64


@dataclass(frozen=True)
class Form:
    """A form, the sizes that suit the pixel grid, and the smallest size at which it is recognisable."""

    facets: Callable[[Axis, Axis, int], Facets]
    min_size: int = 4
    sizes: Sequence[int] = range(2, MAX_SIZE + 1)

    def fit(self, size: int) -> int:
        """Return the largest size of this form that fits in a square of size >= 2, or its smallest size if none fits."""
        return self.sizes[max(bisect_right(self.sizes, size) - 1, 0)]

    def draw(self, n: int) -> Facets:
        """Return the facets of the form at n x n pixels."""
        u = np.arange(1 - n, n, 2, dtype=np.int32)
        return self.facets(u[None, :], u[:, None], n)


def _match_parity(part: int, n: int) -> int:
    """Return part, or part + 1, with the parity of n, so that a bar of that width can be centred on n pixels."""
    return part + (n - part) % 2


def _disc(u: Axis, v: Axis, n: int) -> Mask:
    return u * u + v * v < n * n


def _square(u: Axis, v: Axis, n: int) -> Mask:
    return np.asarray(np.maximum(abs(u), abs(v)) < n)


def _diamond(u: Axis, v: Axis, n: int) -> Mask:
    return abs(u) + abs(v) <= n


def _triangle(u: Axis, v: Axis, n: int) -> Mask:
    return 2 * abs(u) <= v + n + 1


def _quarter(u: Axis, v: Axis, n: int) -> Mask:
    return (u + n) ** 2 + (v - n) ** 2 < 4 * n * n


def _ring(u: Axis, v: Axis, n: int) -> Mask:
    return _disc(u, v, n) & ~_disc(u, v, n - 2 * max(n // 4, 1))


def _dome(u: Axis, v: Axis, n: int) -> Mask:
    base = _match_parity(n // 2, n)
    return _disc(u, v - base, n) & (v < base)


def _petal(u: Axis, v: Axis, n: int) -> Mask:
    return _quarter(u, v, n) & _quarter(-u, -v, n)


def _drop(u: Axis, v: Axis, n: int) -> Mask:
    return _disc(u, v, n) | ((u < 0) & (v < 0))


def _cross(u: Axis, v: Axis, n: int) -> Mask:
    return np.minimum(abs(u), abs(v)) < _match_parity(n // 3, n)


def _hexagon(u: Axis, v: Axis, n: int) -> Mask:
    return abs(u) + 2 * abs(v) <= 2 * n


def _star(u: Axis, v: Axis, n: int) -> Mask:
    return _square(u, v, _match_parity(n * 12 // 17, n)) | _diamond(u, v, n)


def _spark(u: Axis, v: Axis, n: int) -> Mask:
    return np.asarray(np.maximum(abs(u), abs(v)) + 2 * np.minimum(abs(u), abs(v)) <= n + 1)


def _hourglass(u: Axis, v: Axis, n: int) -> Mask:
    return (abs(u) <= abs(v)) & (abs(v) <= n)


def _steps(u: Axis, v: Axis, n: int) -> Mask:
    block = 2 * max(n // 8, 2)
    return abs(u) // block + abs(v) // block <= (n - 1) // block


def _clover(u: Axis, v: Axis, n: int) -> Mask:
    lobe = n * 9 // 17
    return _disc(np.maximum(abs(u), abs(v)) - lobe, np.minimum(abs(u), abs(v)), n - lobe) | _square(u, v, lobe)


def _chevron(u: Axis, v: Axis, n: int) -> Mask:
    fall = v + n - abs(u)
    return np.asarray((fall >= 0) & (fall <= n))


def _crescent(u: Axis, v: Axis, n: int) -> Mask:
    return _disc(u, v, n) & ~_disc(u - n // 3, v, n * 3 // 4)


def _heart(u: Axis, v: Axis, n: int) -> Mask:
    lobes = _disc(2 * abs(u) - n, 2 * v + n, n)
    return lobes | ((2 * v >= -n) & (abs(u) <= n - (v + n // 4)))


def _plain(shape: Shape) -> Callable[[Axis, Axis, int], Facets]:
    """Return the drawing function of a form with one facet."""

    def facets(u: Axis, v: Axis, n: int) -> Facets:
        return np.where(shape(u, v, n), 0, OUTSIDE).astype(np.int8)

    return facets


def _layers(*layers: tuple[Shape, int, int]) -> Callable[[Axis, Axis, int], Facets]:
    """Return the drawing function of stacked shapes, each (shape, size in sixteenths of the form, facet)."""

    def facets(u: Axis, v: Axis, n: int) -> Facets:
        out = np.full((n, n), OUTSIDE, np.int8)
        for shape, sixteenths, facet in layers:
            out[shape(u, v, _match_parity(n * sixteenths // 16, n))] = facet
        return out

    return facets


def _arch(u: Axis, v: Axis, n: int) -> Facets:
    def vault(size: int) -> Mask:
        return _disc(u, np.minimum(v, 0), size)

    return np.where(vault(n // 3), 2, np.where(vault(2 * n // 3), 1, np.where(vault(n), 0, OUTSIDE))).astype(np.int8)


def _cube(u: Axis, v: Axis, n: int) -> Facets:
    sides = np.where(2 * v < -abs(u), 0, np.where(u < 0, 1, 2))
    return np.where(_hexagon(u, v, n), sides, OUTSIDE).astype(np.int8)


def _lens(u: Axis, v: Axis, n: int) -> Mask:
    # Two circles through both corners; centres n / 2 off the middle open the eye by the golden ratio.
    return u * u + (abs(v) + n // 2) ** 2 < n * n + (n // 2) ** 2


def _spiral(u: Axis, v: Axis, n: int) -> Facets:
    # Half circles around two centres one track apart, so that the upper ones meet the lower ones exactly.
    track = 4 if n >= 16 else 2
    turns = n // track
    edges = [(k * track) ** 2 for k in range(1, turns + 2)]

    def band(across: Axis) -> Axis:
        return sum(((across * across + v * v >= edge).astype(np.int32) for edge in edges), np.zeros((n, n), np.int32))

    above, below = band(u), band(u - track)
    on = np.where(v < 0, (above % 2 == 1) & (above < turns), (below % 2 == 0) & (below < turns))
    return np.where(on, 0, OUTSIDE).astype(np.int8)


def _tribar(u: Axis, v: Axis, n: int) -> Facets:
    # Penrose and Penrose 1958, on distances a, b, c from the three sides: a face is an outer strip and the next bar's inner strip.
    a, b, c = 2 * (u + n), 2 * (v + n) - (u + n), 2 * (n - v) - (u + n)
    bar = 4 * max(n // 8, 1)
    out = np.full((n, n), OUTSIDE, np.int8)
    for facet, (p, q, r) in enumerate(((a, b, c), (b, c, a), (c, a, b))):
        outer = (p < bar) & (q >= bar)
        inner = (r >= bar) & (r < 2 * bar) & (q >= 2 * bar) & (p >= bar)
        out[outer | inner] = facet
    whole = (np.minimum(np.minimum(a, b), c) >= 0) & (np.maximum(np.maximum(a, b), c) <= 4 * n - bar)
    return np.where(whole, out, OUTSIDE).astype(np.int8)


def _fractal(u: Axis, v: Axis, n: int) -> Facets:
    # Sierpinski's triangle: Pascal's triangle modulo 2.
    x, y = (u + n) // 2, (n - 1 - v) // 2
    return np.where(x & y, OUTSIDE, 0).astype(np.int8)


_EVEN = range(2, MAX_SIZE + 1, 2)

FORMS: Mapping[str, Form] = {
    "circle": Form(_plain(_disc)),
    "square": Form(_plain(_square)),
    "diamond": Form(_plain(_diamond)),
    "triangle": Form(_plain(_triangle)),
    "quarter": Form(_plain(_quarter)),
    "ring": Form(_plain(_ring)),
    "dome": Form(_plain(_dome)),
    "petal": Form(_plain(_petal)),
    "drop": Form(_plain(_drop)),
    "cross": Form(_plain(_cross)),
    "hexagon": Form(_plain(_hexagon)),
    "star": Form(_plain(_star), min_size=8),
    "spark": Form(_plain(_spark), min_size=8),
    "hourglass": Form(_plain(_hourglass)),
    "steps": Form(_plain(_steps), min_size=8),
    "clover": Form(_plain(_clover), min_size=8),
    "chevron": Form(_plain(_chevron)),
    "crescent": Form(_plain(_crescent), min_size=6),
    "arch": Form(_arch, min_size=6),
    "cube": Form(_cube, min_size=8, sizes=_EVEN),
    "heart": Form(_plain(_heart), min_size=6, sizes=_EVEN),
    "spiral": Form(_spiral, min_size=16, sizes=range(8, MAX_SIZE + 1, 8)),
    "eye": Form(_layers((_lens, 16, 0), (_disc, 8, 1), (_disc, 4, 2)), min_size=10),
    "mandala": Form(
        _layers((_star, 16, 0), (_disc, 12, 1), (_clover, 11, 2), (_spark, 10, 0), (_disc, 4, 1)),
        min_size=16,
    ),
    "impossible triangle": Form(_tribar, min_size=16),
    "fractal": Form(_fractal, min_size=8, sizes=(4, 8, 16, 32, 64)),
}
