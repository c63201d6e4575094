"""Merging: which components of a sheet are parts of one sprite, and which are neighbours whose boxes overlap."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from mint.art.sheets.bounding_boxes import BoundingBox, median_size

_MAIN_SHARE: Final = 0.25  # of the pixels of a large component: less is a detached part
_LARGE: Final = 1.5  # times the usual size of a sprite, along an axis: more may be several
_CHAIN: Final = 5  # main components in one sprite: as many are neighbours
_ALIKE: Final = 1.5  # times the pixels: three main components alike are neighbours, too
_FEW_GROUPS: Final = 3  # too few to tell what the usual size is
_CONTAINED: Final = 0.9  # share of a main component's box that lies within another's: it is surrounded


class Component(NamedTuple):
    """Connected pixels: their box, and how many they are."""

    box: BoundingBox
    num_pixels: int


def merge_parts(components: Sequence[Component]) -> list[BoundingBox]:
    """Return the boxes of sprites made of components: overlapping ones are one sprite, unless they are neighbours in a chain.

    A group of overlapping components is several sprites if it is larger than sprites usually are and has main components that
    are not, or if it has five of those or more, or three that are alike in size. Then each main component is a sprite, with the
    small parts that overlap it most.
    """
    if not components:
        return []
    groups = _overlapping(components)
    typical_pixels = np.quantile([component.num_pixels for component in components], 0.9)
    main_pixels = max(_MAIN_SHARE * float(typical_pixels), 1)
    unions = [_union([component.box for component in group]) for group in groups]
    max_height, max_width = (_LARGE * side for side in median_size(unions))
    boxes: list[BoundingBox] = []
    for group, union in zip(groups, unions, strict=True):
        main = [component for component in group if component.num_pixels >= main_pixels]
        is_large = union.height > max_height or union.width > max_width
        are_usual = all(part.box.height <= max_height and part.box.width <= max_width for part in main)
        sizes = [component.num_pixels for component in main]
        is_chain = len(main) > 2 and (len(main) >= _CHAIN or len(groups) <= _FEW_GROUPS or max(sizes) <= _ALIKE * min(sizes))
        boxes += _separated(group, main) if is_chain or (len(main) > 1 and is_large and are_usual) else [union]
    return boxes


def _overlapping(components: Sequence[Component]) -> list[list[Component]]:
    """Return groups of components: those whose boxes overlap, or overlap the box of all before them, until none do."""
    groups: list[tuple[BoundingBox, list[Component]]] = []
    for component in sorted(components):
        box, members = component.box, [component]
        while True:
            hit = next((index for index, (other, _) in enumerate(groups) if box.overlaps(other)), None)
            if hit is None:
                break
            other, others = groups.pop(hit)
            box, members = _union([box, other]), members + others
        groups.append((box, members))
    return [members for _, members in groups]


def _separated(group: Sequence[Component], main: Sequence[Component]) -> list[BoundingBox]:
    """Return a box for each main component that no larger one surrounds, with the small parts that overlap it most."""
    sprites: list[Component] = []
    merged: list[list[BoundingBox]] = []
    rest = [component for component in group if component not in main]
    for component in sorted(main, key=lambda component: -component.num_pixels):
        surrounding = [index for index, sprite in enumerate(sprites) if _share_within(component.box, sprite.box) >= _CONTAINED]
        if surrounding:
            merged[surrounding[0]].append(component.box)
        else:
            sprites.append(component)
            merged.append([component.box])
    boxes = [_union(parts) for parts in merged]
    alone: list[BoundingBox] = []
    for component in rest:
        shares = [_share_within(component.box, sprite.box) for sprite in sprites]
        nearest = int(np.argmax(shares))
        if shares[nearest] > 0:
            boxes[nearest] = _union([boxes[nearest], component.box])
        else:
            alone.append(component.box)
    return boxes + alone


def _share_within(box: BoundingBox, other: BoundingBox) -> float:
    """Return the share of a box's area that lies within another box."""
    height = min(box.bottom, other.bottom) - max(box.top, other.top)
    width = min(box.right, other.right) - max(box.left, other.left)
    return max(height, 0) * max(width, 0) / (box.height * box.width)


def _union(boxes: Sequence[BoundingBox]) -> BoundingBox:
    top, left = min(box.top for box in boxes), min(box.left for box in boxes)
    return BoundingBox(top, left, max(box.bottom for box in boxes) - top, max(box.right for box in boxes) - left)
