"""Connected sprites: the boxes of what touches, also at corners, or lies within another's box."""

from collections.abc import Iterable, Sequence

from mint.art.boxes import Box, Mask, in_rows, runs

Run = tuple[int, int, int]  # row, start, end


def component_boxes(ink: Mask) -> list[Box]:
    """Return the boxes of the connected sprites of a mask (H, W), as one reads.

    Boxes that overlap are one sprite, with its eye, its spark, its detached hand.
    """
    return in_rows(_merged(_components(ink)))


def _components(ink: Mask) -> list[Box]:
    """Return the boxes of the 8-connected components: runs of rows that touch belong together (union-find)."""
    all_runs: list[Run] = []
    parents: list[int] = []

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    above: Sequence[int] = ()
    for row in range(len(ink)):
        current = []
        first = 0
        for start, end in runs(ink[row]):
            place = len(all_runs)
            all_runs.append((row, start, end))
            parents.append(place)
            current.append(place)
            while first < len(above) and all_runs[above[first]][2] < start:
                first += 1
            for other in above[first:]:
                if all_runs[other][1] > end:
                    break
                parents[root(place)] = root(other)
        above = current
    boxes: dict[int, tuple[int, int, int, int]] = {}
    for place, (row, start, end) in enumerate(all_runs):
        top, left, _, right = boxes.get(root(place), (row, start, row, end))
        boxes[root(place)] = top, min(left, start), row + 1, max(right, end)
    return [Box(top, left, bottom - top, right - left) for top, left, bottom, right in boxes.values()]


def _merged(boxes: Iterable[Box]) -> list[Box]:
    """Return boxes of which none overlap: those that do are joined until all are apart."""
    apart: list[Box] = []
    for box in sorted(boxes):
        current = box
        while True:
            hit = next((place for place, other in enumerate(apart) if _overlap(current, other)), None)
            if hit is None:
                break
            current = _hull(current, apart.pop(hit))
        apart.append(current)
    return apart


def _overlap(one: Box, other: Box) -> bool:
    return one.top < other.bottom and other.top < one.bottom and one.left < other.right and other.left < one.right


def _hull(one: Box, other: Box) -> Box:
    top, left = min(one.top, other.top), min(one.left, other.left)
    return Box(top, left, max(one.bottom, other.bottom) - top, max(one.right, other.right) - left)
