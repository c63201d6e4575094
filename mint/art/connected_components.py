"""Connected components: the bounding boxes of sprites whose pixels touch, corners included, or lie within another's box."""

from collections.abc import Iterable, Sequence

from mint.art.bounding_boxes import BoundingBox, Mask, reading_order, runs

Run = tuple[int, int, int]  # row, start, end


def component_boxes(mask: Mask) -> list[BoundingBox]:
    """Return the boxes of the connected sprites of a mask (H, W), in reading order.

    Boxes that overlap are one sprite: a detached eye, spark or hand belongs to the body around it.
    """
    return reading_order(_merge_overlapping(_components(mask)))


def _components(mask: Mask) -> list[BoundingBox]:
    """Return the boxes of the 8-connected components: union-find over the runs of each row."""
    all_runs: list[Run] = []
    parents: list[int] = []

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    above: Sequence[int] = ()
    for row in range(len(mask)):
        current = []
        first = 0
        for start, end in runs(mask[row]):
            index = len(all_runs)
            all_runs.append((row, start, end))
            parents.append(index)
            current.append(index)
            while first < len(above) and all_runs[above[first]][2] < start:
                first += 1
            for other in above[first:]:
                if all_runs[other][1] > end:
                    break
                parents[root(index)] = root(other)
        above = current
    boxes: dict[int, tuple[int, int, int, int]] = {}
    for index, (row, start, end) in enumerate(all_runs):
        top, left, _, right = boxes.get(root(index), (row, start, row, end))
        boxes[root(index)] = top, min(left, start), row + 1, max(right, end)
    return [BoundingBox(top, left, bottom - top, right - left) for top, left, bottom, right in boxes.values()]


def _merge_overlapping(boxes: Iterable[BoundingBox]) -> list[BoundingBox]:
    """Return boxes of which no two overlap: overlapping ones are replaced by their union until none are left."""
    separate: list[BoundingBox] = []
    for box in sorted(boxes):
        current = box
        while True:
            hit = next((index for index, other in enumerate(separate) if _overlap(current, other)), None)
            if hit is None:
                break
            current = _union(current, separate.pop(hit))
        separate.append(current)
    return separate


def _overlap(one: BoundingBox, other: BoundingBox) -> bool:
    return one.top < other.bottom and other.top < one.bottom and one.left < other.right and other.left < one.right


def _union(one: BoundingBox, other: BoundingBox) -> BoundingBox:
    top, left = min(one.top, other.top), min(one.left, other.left)
    return BoundingBox(top, left, max(one.bottom, other.bottom) - top, max(one.right, other.right) - left)
