"""Grids of pictures that were enlarged by copying and nothing else: every edge lies on the grid, and too many do for chance."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np

from mint.art.grid.edge_lattice import ALIGNED_OFFSETS, NATIVE_LATTICE, EdgeLattice, edge_lattices, lattice_with_scale
from mint.art.grid.edge_profile import EdgeProfile
from mint.art.grid.estimate import Borders
from mint.art.grid.evidence import independent_edges
from mint.art.rgba import Rgba, Size

# Width by height of the pixels of old screens: 320 x 200 on 4:3, multicolour modes, PAL and NTSC.
SCREEN_ASPECTS: Final = tuple(Fraction(*sides) for sides in ((5, 6), (6, 5), (2, 1), (1, 2), (4, 3), (3, 4), (5, 3), (8, 7)))
# The one mode whose rows are repeated by less than twice, and its size (height, width).
_TALL_MODE: Final = Fraction(5, 6), (240, 320)

# Bits of evidence that are wanted in addition for grids that are less usual than whole square pixels from the picture's edge.
_UNEVEN_BITS: Final = 4.0
_CUT_BITS: Final = 2.75
_SCREEN_BITS: Final = 6.0
_STRETCHED_BITS: Final = 12.0
_MAX_LATTICES: Final = 8
_MIN_CELLS: Final = 5


class ExactGrid(NamedTuple):
    """Lattices of rows and columns on which all edges lie, and the bits of evidence beyond those wanted for such a grid."""

    rows: EdgeLattice
    columns: EdgeLattice
    borders: tuple[Borders, Borders]
    bits: float

    @property
    def size(self) -> Size:
        """The native (height, width)."""
        return len(self.borders[0]) - 1, len(self.borders[1]) - 1


def exact_grids(rgba: Rgba, profile: EdgeProfile, aspect: Fraction | None) -> list[ExactGrid]:
    """Return the grids that hold all edges of a picture (H, W, 4), best first; with an ``aspect``, only those of such pixels."""
    size = rgba.shape[0], rgba.shape[1]
    pairs = list(_pairs(profile, size, aspect))
    if not pairs:
        return []
    # A finer grid that holds all edges, too, adds none. So edges are counted on the coarsest.
    coarse_rows = max((rows for rows, _, _ in pairs), key=lambda lattice: lattice.scale)
    coarse_columns = max((columns for _, columns, _ in pairs), key=lambda lattice: lattice.scale)
    num_edges = independent_edges(middle_pixels(rgba, (coarse_rows.borders(size[0]), coarse_columns.borders(size[1]))))
    grids = []
    for rows, columns, wanted in pairs:
        whole = borders = rows.borders(size[0], profile.rows), columns.borders(size[1], profile.columns)
        if not (rows.is_aligned or columns.is_aligned):
            borders = without_frame(rgba, whole)
        if min(map(len, borders)) > _MIN_CELLS:
            bits = lattice_bits(rows, num_edges[0]) + lattice_bits(columns, num_edges[1]) - wanted
            if borders is not whole:
                # The width of a frame decides where both lattices begin and end.
                bits += _cut_bits(rows) + _cut_bits(columns) - _end_bits(rows)
            grids.append(ExactGrid(rows, columns, borders, bits))
    return sorted(grids, key=lambda grid: -grid.bits)


def middle_pixels(rgba: Rgba, borders: tuple[Borders, Borders]) -> Rgba:
    """Return the pixel in the middle of each cell (h, w, 4)."""
    rows, columns = ((border[:-1] + border[1:]) // 2 for border in borders)
    middle: Rgba = rgba[np.ix_(rows, columns)]
    return middle


def without_frame(rgba: Rgba, borders: tuple[Borders, Borders]) -> tuple[Borders, Borders]:
    """Leave out the outermost cells if they are less than cells, as wide on both sides, and all of one colour: a frame."""
    for border in borders:
        first, last = border[1] - border[0], border[-1] - border[-2]
        if len(border) < 4 or first != last or first >= border[2] - border[1]:
            return borders
    rows, columns = borders
    rim = [rgba[: rows[1]], rgba[rows[-2] :], rgba[:, : columns[1]], rgba[:, columns[-2] :]]
    if any((side != rgba[0, 0]).any() for side in rim):
        return borders
    return rows[1:-1], columns[1:-1]


def _pairs(profile: EdgeProfile, size: Size, aspect: Fraction | None) -> Iterator[tuple[EdgeLattice, EdgeLattice, float]]:
    """Yield lattices of rows and columns, and the bits that their aspect costs."""
    rows, columns = (edge_lattices(counts)[:_MAX_LATTICES] for counts in profile)
    if aspect is not None:
        for down in [*rows, NATIVE_LATTICE]:
            across = lattice_with_scale(profile.columns, float(down.scale * aspect))
            if across is not None and max(across.scale, down.scale) > 1:
                yield down, across, 0.0
        for across in [*columns, NATIVE_LATTICE]:
            down_or_none = lattice_with_scale(profile.rows, float(across.scale / aspect))
            if down_or_none is not None and max(across.scale, down_or_none.scale) > 1:
                yield down_or_none, across, 0.0
        return
    if size == _TALL_MODE[1] and not columns:
        tall = lattice_with_scale(profile.rows, float(1 / _TALL_MODE[0]))
        if tall is not None:
            yield tall, NATIVE_LATTICE, _SCREEN_BITS
    for down in [*rows, NATIVE_LATTICE]:
        for across in [*columns, NATIVE_LATTICE]:
            if max(down.scale, across.scale) > 1:
                yield down, across, aspect_bits(down, across, size, None)


def aspect_bits(rows: EdgeLattice, columns: EdgeLattice, size: Size, aspect: Fraction | None) -> float:
    """Return the bits of evidence that pixels of this form want in addition: none if they are square or have the given aspect."""
    found = columns.scale / rows.scale
    # A picture enlarged to a whole number of pixels may be half a pixel too long on either axis.
    tolerance = found * (0.5 / size[0] + 0.5 / size[1]) + 1e-6
    if abs(found - float(aspect or 1)) <= tolerance:
        return 0.0
    if aspect is not None:
        return math.inf
    return _SCREEN_BITS if any(abs(found - float(screen)) <= tolerance for screen in SCREEN_ASPECTS) else _STRETCHED_BITS


def lattice_bits(lattice: EdgeLattice, num_edges: int, num_places: int = 1) -> float:
    """Return the bits by which edges on a lattice, or on so many places around it, are less probable by chance.

    Less usual lattices are less probable from the start: those of uneven scale, and those that begin or end anywhere.
    """
    bits = num_edges * math.log2(max(lattice.scale / num_places, 1))
    if not float(lattice.scale).is_integer():
        bits -= _UNEVEN_BITS
    return bits - _cut_bits(lattice)


def _cut_bits(lattice: EdgeLattice) -> float:
    num_cut_ends = 0 if lattice.is_aligned else 1 if lattice.offset in ALIGNED_OFFSETS else 2
    return num_cut_ends * _end_bits(lattice)


def _end_bits(lattice: EdgeLattice) -> float:
    """Return the bits that an end of the picture within a cell costs."""
    return math.log2(lattice.scale) + _CUT_BITS
