"""Comparison of pictures: in place, turned and mirrored, moved, in other colours, and patch by patch.

Pictures are palette indices, (n, H, W) uint8. Everything works in blocks, so that ten thousand originals take time and not memory.
Verdicts are reached in ``originals``.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Number = TypeVar("Number", np.uint8, np.uint64)

PATCH: Final = 3  # of known patches: the smallest patch that can contain a corner
VOTE_PATCH: Final = 4  # rarer than 3x3 ones, so that a vote says where a region comes from
MAX_PLACES: Final = 24  # a patch with more places in the originals says nothing about its origin
BLOCK: Final = 512  # originals at a time

SYMMETRIES: Final = (
    "",
    "mirrored",
    "upside down",
    "half turned",
    "transposed",
    "turned left",
    "turned right",
    "transposed, half turned",
)
INVERSE: Final = (0, 1, 2, 3, 4, 6, 5, 7)  # the symmetry that undoes each
UPRIGHT: Final = 4  # the symmetries before this one keep width and height


class Placement(NamedTuple):
    """An original placed over a picture: turned by a symmetry, then moved down by dy and right by dx."""

    original: int
    symmetry: int
    dy: int
    dx: int


def transformed(pictures: NDArray[Number], symmetry: int) -> NDArray[Number]:
    """Return pictures (..., H, W) in one of the SYMMETRIES; those from UPRIGHT on swap width and height."""
    turned = np.swapaxes(pictures, -1, -2) if symmetry >= UPRIGHT else pictures
    turned = turned[..., ::-1] if symmetry in (1, 3, 6, 7) else turned
    return turned[..., ::-1, :] if symmetry in (2, 3, 5, 7) else turned


def turned_shift(dy: int, dx: int, symmetry: int) -> tuple[int, int]:
    """Return a shift (dy, dx) after the shifted picture is turned by a symmetry."""
    if symmetry >= UPRIGHT:
        dy, dx = dx, dy
    return -dy if symmetry in (2, 3, 5, 7) else dy, -dx if symmetry in (1, 3, 6, 7) else dx


def num_symmetries(size: tuple[int, int]) -> int:
    """Return the number of symmetries that keep the shape (H, W): eight for a square, else four."""
    return len(SYMMETRIES) if size[0] == size[1] else UPRIGHT


def detail(pictures: Pixels) -> Mask:
    """Return the mask of detail in pictures (n, H, W): pixels that differ from one of their four neighbours."""
    mask = np.zeros(pictures.shape, np.bool_)
    down, right = pictures[:, 1:] != pictures[:, :-1], pictures[:, :, 1:] != pictures[:, :, :-1]
    mask[:, 1:] |= down
    mask[:, :-1] |= down
    mask[:, :, 1:] |= right
    mask[:, :, :-1] |= right
    return mask


def codes(pictures: Pixels, side: int = PATCH) -> NDArray[np.uint64]:
    """Encode each patch of side x side pixels of (n, H, W) as a number, (n, H - side + 1, W - side + 1); equal patches agree.

    The numbers wrap, so that different patches could share one; with 64 bits that is negligible.
    """
    _, height, width = pictures.shape
    rows, columns = height - side + 1, width - side + 1
    result = np.zeros((len(pictures), max(rows, 0), max(columns, 0)), np.uint64)
    for dy in range(side):
        for dx in range(side):
            # An odd multiplier far from a power of two mixes all bits (Knuth, TAOCP 3, section 6.4).
            result = result * np.uint64(0x9E3779B97F4A7C15) + pictures[:, dy : dy + rows, dx : dx + columns] + np.uint64(1)
    return result


def differences(pictures: Pixels, originals: Pixels) -> NDArray[np.float32]:
    """Return the share of pixels that differ, in place, for every pair: (n, m) float32."""
    ours, theirs = pictures.reshape(len(pictures), -1), originals.reshape(len(originals), -1)
    equal = np.zeros((len(ours), len(theirs)), np.float32)
    # A matrix product for each common colour counts faster than comparing byte by byte; sums of ones are exact.
    for color in np.intersect1d(ours, theirs):
        equal += (ours == color).astype(np.float32) @ (theirs == color).astype(np.float32).T
    return 1 - equal / np.float32(ours.shape[1])


def outlines(pictures: Pixels) -> NDArray[np.float32]:
    """Return where neighbouring pixels differ, (n, b) float32 of -1 and 1, which does not depend on the colours."""
    down, right = pictures[:, 1:] != pictures[:, :-1], pictures[:, :, 1:] != pictures[:, :, :-1]
    bits = np.concatenate([down.reshape(len(pictures), -1), right.reshape(len(pictures), -1)], axis=1)
    return np.where(bits, np.float32(1), np.float32(-1))


def contours(pictures: Pixels, side: int = VOTE_PATCH) -> NDArray[np.uint64]:
    """Encode where neighbours differ in each patch of side + 1 pixels of (n, H, W): (n, H - side, W - side).

    The codes do not depend on the colours.
    """
    corners = pictures[:, :-1, :-1]
    down, right = pictures[:, 1:, :-1] != corners, pictures[:, :-1, 1:] != corners
    return codes(right + 2 * down.astype(np.uint8), side)


def num_forms(picture: Pixels, mask: Mask | None = None) -> int:
    """Return the number of different outlines in the 4x4 patches of a picture (H, W), up to turning and mirroring.

    It measures how recognisable a picture is in any colours and anywhere: a disc has about ten, bands have two. With a mask (H, W),
    only patches within it count.
    """
    turned = [contours(transformed(picture[None], symmetry), PATCH) for symmetry in range(len(SYMMETRIES))]
    each = np.stack([transformed(patches, INVERSE[symmetry]) for symmetry, patches in enumerate(turned)])
    # The sum over all eight symmetries does not depend on their order, and wraps like the codes. A patch of one colour is no form.
    flat = codes(np.zeros((1, PATCH, PATCH), np.uint8))[0, 0, 0]
    counted = (each != flat).any(axis=0)
    if mask is not None:
        counted &= sliding_window_view(mask, (PATCH + 1, PATCH + 1)).all(axis=(2, 3))
    return len(np.unique((each**2).sum(axis=0)[counted]))


def blocks(count: int) -> Iterator[slice]:
    """Return slices of at most BLOCK that cover count."""
    return (slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK))


def placed(original: Pixels, placement: Placement, size: tuple[int, int]) -> NDArray[np.int16]:
    """Return an original (H, W) placed over a picture of a size (h, w): (h, w) int16, -1 where it does not reach."""
    source = transformed(original, placement.symmetry)
    height, width = size
    canvas = np.full(size, -1, np.int16)
    top, left = max(placement.dy, 0), max(placement.dx, 0)
    bottom, right = min(placement.dy + source.shape[0], height), min(placement.dx + source.shape[1], width)
    if top < bottom and left < right:
        rows, columns = slice(top - placement.dy, bottom - placement.dy), slice(left - placement.dx, right - placement.dx)
        canvas[top:bottom, left:right] = source[rows, columns]
    return canvas


def agreement(pictures: Pixels, others: NDArray[np.int16]) -> Mask:
    """Return where pictures (..., h, w) and what is placed over them agree: the pixels of all patches that are equal throughout."""
    equal = pictures == others
    side = min(PATCH, *equal.shape[-2:])
    rows, columns = equal.shape[-2] - side + 1, equal.shape[-1] - side + 1
    whole = np.ones((*equal.shape[:-2], rows, columns), np.bool_)
    for dy in range(side):
        for dx in range(side):
            whole &= equal[..., dy : dy + rows, dx : dx + columns]
    grown = np.zeros(equal.shape, np.bool_)
    for dy in range(side):
        for dx in range(side):
            grown[..., dy : dy + rows, dx : dx + columns] |= whole
    return grown


def recoloured(picture: Pixels, original: NDArray[np.int16], where: Mask | None = None) -> NDArray[np.int16]:
    """Return what is placed over a picture with its colours exchanged one for one, so that it matches the picture best.

    Both are (H, W); -1, where nothing is placed, stays. Colours are paired greedily, those that share the most pixels first; with a
    mask (H, W), only pixels within it count.
    """
    overlap = original >= 0
    counted = overlap if where is None else overlap & where
    num_colors = int(max(picture.max(), original.max())) + 1
    pairs = original[counted].astype(np.int64) * num_colors + picture[counted]
    shared = np.bincount(pairs, minlength=num_colors**2).reshape(num_colors, num_colors)
    table = np.arange(num_colors, dtype=np.int16)
    free = np.ones(num_colors, np.bool_)
    done = np.zeros(num_colors, np.bool_)
    for pair in np.argsort(-shared, axis=None, kind="stable"):
        ours, theirs = divmod(int(pair), num_colors)
        if shared[ours, theirs] == 0:
            break
        if free[theirs] and not done[ours]:
            table[ours], free[theirs], done[ours] = theirs, False, True
    table[~done] = np.flatnonzero(free)[: int((~done).sum())]
    result = np.full(original.shape, -1, np.int16)
    result[overlap] = table[original[overlap]]
    return result


def equal_outlines(picture: Pixels, original: NDArray[np.int16]) -> Mask:
    """Return where a picture (H, W) and what is placed over it have the same outlines, and any: pixels of patches of 4x4."""
    side = PATCH + 1
    height, width = picture.shape
    alike = np.zeros((height, width), np.bool_)
    rows, columns = height - side + 1, width - side + 1
    if rows < 1 or columns < 1:
        return alike
    ours, theirs = (
        (pixels[1:, :-1] != pixels[:-1, :-1]) + 2 * (pixels[:-1, 1:] != pixels[:-1, :-1]).astype(np.uint8)
        for pixels in (picture, original)
    )
    equal, is_edge = (ours == theirs) & (original[:-1, :-1] >= 0), ours > 0
    whole, outlined = np.ones((rows, columns), np.bool_), np.zeros((rows, columns), np.bool_)
    for dy in range(PATCH):
        for dx in range(PATCH):
            whole &= equal[dy : dy + rows, dx : dx + columns]
            outlined |= is_edge[dy : dy + rows, dx : dx + columns]
    whole &= outlined
    for dy in range(side):
        for dx in range(side):
            alike[dy : dy + rows, dx : dx + columns] |= whole
    return alike
