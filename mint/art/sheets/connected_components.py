"""Connected components: the bounding boxes of sprites whose pixels touch, and of parts that lie within another's box."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from mint.art.sheets.bounding_boxes import BoundingBox, Mask, reading_order, runs
from mint.art.sheets.component_merging import Component, merge_parts

# Two components of at least this many pixels that touch at a single corner may be neighbours on a sheet.
_MIN_NEIGHBOUR_PIXELS: Final = 16
_COMPARABLE: Final = 3  # one has at most this many times the pixels of the other


class _Run(NamedTuple):
    """Pixels of a row from start to end (exclusive)."""

    row: int
    start: int
    end: int


class _Forest:
    """Sets of numbers that can be united (union-find with path halving)."""

    def __init__(self) -> None:
        self._parents: list[int] = []

    def add(self) -> int:
        """Add a number in a set of its own and return it."""
        self._parents.append(len(self._parents))
        return len(self._parents) - 1

    def root(self, number: int) -> int:
        """Return the number that stands for a number's set."""
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def unite(self, one: int, other: int) -> None:
        """Make one set of those of two numbers."""
        self._parents[self.root(one)] = self.root(other)


def component_boxes(mask: Mask) -> list[BoundingBox]:
    """Return the boxes of the connected sprites of a mask (H, W), in reading order.

    Parts whose boxes overlap are one sprite: a detached eye, spark or hand belongs to the body around it. Sprites on a sheet that
    only touch at a corner, or whose boxes overlap in a chain, as those of isometric tiles do, stay apart.
    """
    return reading_order(merge_parts(components(mask)))


def components(mask: Mask) -> list[Component]:
    """Return the components of a mask (H, W): pixels that touch, corners included, but not neighbours of a sheet at one corner."""
    all_runs, forest, corners = _connected_runs(mask)
    contacts = Counter(
        (min(pair), max(pair)) for one, other in corners if (pair := (forest.root(one), forest.root(other)))[0] != pair[1]
    )
    parts = _measured(all_runs, forest)
    for (one, other), count in contacts.items():
        if count > 1 or not _are_neighbours(parts[one], parts[other]):
            forest.unite(one, other)
    return list(_measured(all_runs, forest).values())


def without_specks(mask: Mask, counted: Mask, min_pixels: int) -> Mask:
    """Return a mask without the components, corners included, that have fewer than ``min_pixels`` pixels that are ``counted``."""
    all_runs, forest, corners = _connected_runs(mask)
    for one, other in corners:
        forest.unite(one, other)
    num_counted: Counter[int] = Counter()
    for index, (row, start, end) in enumerate(all_runs):
        num_counted[forest.root(index)] += int(np.count_nonzero(counted[row, start:end]))
    kept = mask.copy()
    for index, (row, start, end) in enumerate(all_runs):
        if num_counted[forest.root(index)] < min_pixels:
            kept[row, start:end] = False
    return kept


def _connected_runs(mask: Mask) -> tuple[list[_Run], _Forest, list[tuple[int, int]]]:
    """Return the runs of all rows, united where they touch along an edge, and the pairs that touch only at a corner."""
    all_runs: list[_Run] = []
    forest = _Forest()
    corners: list[tuple[int, int]] = []
    above: Sequence[int] = ()
    for row in range(len(mask)):
        current = []
        first = 0
        for start, end in runs(mask[row]):
            index = forest.add()
            all_runs.append(_Run(row, start, end))
            current.append(index)
            while first < len(above) and all_runs[above[first]].end < start:
                first += 1
            for other in above[first:]:
                if all_runs[other].start > end:
                    break
                if all_runs[other].end == start or all_runs[other].start == end:
                    corners.append((index, other))
                else:
                    forest.unite(index, other)
        above = current
    return all_runs, forest, corners


def _measured(all_runs: Sequence[_Run], forest: _Forest) -> dict[int, Component]:
    """Return the component of each root."""
    measures: dict[int, tuple[int, int, int, int, int]] = {}
    for index, (row, start, end) in enumerate(all_runs):
        root = forest.root(index)
        top, left, _, right, count = measures.get(root, (row, start, row, end, 0))
        measures[root] = top, min(left, start), row + 1, max(right, end), count + end - start
    return {
        root: Component(BoundingBox(top, left, bottom - top, right - left), count)
        for root, (top, left, bottom, right, count) in measures.items()
    }


def _are_neighbours(one: Component, other: Component) -> bool:
    """Whether two components that touch at one corner are two sprites: both large, alike in size, and their boxes apart."""
    small, large = sorted((one.num_pixels, other.num_pixels))
    return small >= _MIN_NEIGHBOUR_PIXELS and large <= _COMPARABLE * small and not one.box.overlaps(other.box)
