"""Shadings: the surface of a form, from flat colour to sliced."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mint.token.families.geometry.forms import FORMS, OUTSIDE, Facets
from mint.token.raster import BAYER4, Mask, dilated, grids

# (h, w) int8: -1 outside, 0 to 2 the lead tones, 3 to 5 their partners, 6 the line.
Tones = NDArray[np.int8]

PARTNER_OFFSET = 3
LINE = 6

# Forms that are thinner than this get no edge.
_MIN_EDGED_DEPTH = 3


@dataclass(frozen=True)
class ShadedForm:
    """A shaded form with ``pad`` free pixels on each side of its square."""

    tones: Tones
    mask: Mask
    margin: Mask  # the mask and the pixels around it
    pad: int


@lru_cache(maxsize=16384)
def shaded_form(form: str, shading: str, n: int, turn: int, edged: bool) -> ShadedForm:
    """Return a form of n x n pixels, shaded, then rotated by quarter turns; with edged, inside an edge in its own tone."""
    tones, pad = _shade(form, shading, n, edged)
    tones = np.rot90(tones, turn)
    mask = tones != OUTSIDE
    return ShadedForm(tones, mask, dilated(mask, diagonal=True), pad)


@lru_cache(maxsize=4096)
def _shade(form: str, shading: str, n: int, edged: bool) -> tuple[Tones, int]:
    pad = max(n // 8, 2)
    facets = np.full((n + 2 * pad, n + 2 * pad), OUTSIDE, np.int8)
    facets[pad : pad + n, pad : pad + n] = FORMS[form].draw(n)
    shade = SHADINGS[shading]
    inside = depth(facets) if edged else facets
    if inside.max() < _MIN_EDGED_DEPTH:
        return shade(facets, pad), pad
    return np.where(inside == 1, 0, shade(np.where(inside > 1, facets, OUTSIDE).astype(np.int8), pad)).astype(np.int8), pad


def depth(facets: Facets) -> NDArray[np.int32]:
    """Return the depth of each pixel inside the form: 0 outside, 1 along the edge (Manhattan distance).

    The form must not touch the border of the array.
    """
    out = np.where(facets == OUTSIDE, 0, facets.shape[0]).astype(np.int32)
    steps = np.arange(facets.shape[0], dtype=np.int32)[:, None]
    for _ in range(2):
        # Distances along the columns, then, transposed, along the rows.
        down = np.minimum.accumulate(out - steps) + steps
        up = np.minimum.accumulate((out + steps)[::-1])[::-1] - steps
        out = np.minimum(down, up).T
    return out


def _use_partner_where(facets: Facets, where: Mask) -> Tones:
    return np.where((facets != OUTSIDE) & where, facets + PARTNER_OFFSET, facets).astype(np.int8)


def _flat(facets: Facets, pad: int) -> Tones:
    return facets


def _half_lit(facets: Facets, pad: int) -> Tones:
    _, xs = grids(*facets.shape)
    return _use_partner_where(facets, 2 * xs >= facets.shape[1])


def _quartered(facets: Facets, pad: int) -> Tones:
    ys, xs = grids(*facets.shape)
    return _use_partner_where(facets, (2 * xs >= facets.shape[1]) != (2 * ys >= facets.shape[0]))


def _outlined(facets: Facets, pad: int) -> Tones:
    inside = depth(facets)
    return np.where((inside > 0) & (inside <= _stroke(facets, pad)), LINE, facets).astype(np.int8)


def _hollow(facets: Facets, pad: int) -> Tones:
    inner = depth(facets) > _stroke(facets, pad)
    if not inner.any():
        # A form no thicker than its contour keeps its upper and left edges.
        inner = (facets != OUTSIDE) & (np.roll(facets, 1, 0) != OUTSIDE) & (np.roll(facets, 1, 1) != OUTSIDE)
    return np.where(inner, OUTSIDE, facets).astype(np.int8)


def _striped(facets: Facets, pad: int) -> Tones:
    ys, xs = grids(*facets.shape)
    return _use_partner_where(facets, (ys - pad + 0 * xs) // 2 % 2 == 1)


def _hatched(facets: Facets, pad: int) -> Tones:
    ys, xs = grids(*facets.shape)
    return _use_partner_where(facets, (ys + xs) // 2 % 2 == 1)


def _ringed(facets: Facets, pad: int) -> Tones:
    return _use_partner_where(facets, (depth(facets) - 1) // _stroke(facets, pad) % 2 == 0)


def _dithered(facets: Facets, pad: int) -> Tones:
    ys, xs = grids(*facets.shape)
    n = facets.shape[0] - 2 * pad
    return _use_partner_where(facets, (ys - pad) * 16 // n > BAYER4[(ys - pad) % 4, xs % 4])


def _shadowed(facets: Facets, pad: int) -> Tones:
    cast = np.roll(facets, (pad, pad), (0, 1)) != OUTSIDE
    return np.where((facets == OUTSIDE) & cast, LINE, facets).astype(np.int8)


def _sliced(facets: Facets, pad: int) -> Tones:
    out = facets.copy()
    height = max(facets.shape[0] // 8, 2)
    for number, top in enumerate(range(pad, facets.shape[0], height)):
        shift = pad if number % 2 else -pad
        out[top : top + height] = np.roll(_use_partner_where(facets, np.array(number % 2 == 1))[top : top + height], shift, 1)
    return out


def _stroke(facets: Facets, pad: int) -> int:
    """Return the line width for the size of a form."""
    side: int = facets.shape[0]
    return 1 + (side - 2 * pad) // 12


SHADINGS: Mapping[str, Callable[[Facets, int], Tones]] = {
    "flat": _flat,
    "half lit": _half_lit,
    "outlined": _outlined,
    "striped": _striped,
    "ringed": _ringed,
    "hatched": _hatched,
    "dithered": _dithered,
    "hollow": _hollow,
    "quartered": _quartered,
    "shadowed": _shadowed,
    "sliced": _sliced,
}

# Shadings that differ between the sides of a form: on an axis of symmetry only one side would be visible.
SIDE_DEPENDENT_SHADINGS = frozenset({"half lit", "quartered", "shadowed"})
