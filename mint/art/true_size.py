"""The true sizes of many pictures: pictures of one size were probably enlarged alike, so they are judged together."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Final

import numpy as np

from mint.art.grid.detection import (
    MIN_LOSSY_SIDE,
    estimate_at_size,
    estimate_grid,
    estimate_like,
    estimate_with_borders,
    integer_scale,
    native_grid,
)
from mint.art.grid.downscaling import downscale
from mint.art.grid.edge_lattice import EdgeLattice
from mint.art.grid.estimate import Borders, GridEstimate
from mint.art.picture_sources import SourcePicture
from mint.art.rgba import Rgba, Size
from mint.errors import ArtError
from viewer.printable import listed

# The evidence of a grid that nothing had to be detected of.
GIVEN_SCALE: Final = "the scale given"
# A large group of pictures is native, or of one true size, if all of this many of them are.
_SAMPLE_SIZE: Final = 16


@dataclass(frozen=True, kw_only=True)
class GivenGrid:
    """What is known of the grid: the ``scale`` across, the ``offset`` (x, y) of the first pixel, the ``aspect`` (width / height).

    None is to be detected. An offset needs a scale; what lies before it is left out, and a negative one cuts the first pixel.
    """

    scale: Fraction | None = None
    offset: tuple[int, int] | None = None
    aspect: Fraction | None = None


def estimate_grids(
    pictures: Sequence[SourcePicture], given: GivenGrid, on_progress: Callable[[int, int], None]
) -> list[GridEstimate]:
    """Estimate for each picture how it was enlarged; a given scale decides instead, 1 for native art.

    Calls ``on_progress(done, total)`` with numbers of pictures. Raises ArtError, which names pictures whose size is unknown.
    """
    groups: dict[Size, list[int]] = {}
    for index, picture in enumerate(pictures):
        groups.setdefault(picture.size, []).append(index)
    grids: dict[int, GridEstimate] = {}
    for size, indices in groups.items():
        group = [pictures[index] for index in indices]
        of_group = (
            _scaled_grids(group, size, given.scale, given)
            if given.scale
            else _estimate_group(group, size, given.aspect, partial(_add_progress, len(grids), len(pictures), on_progress))
        )
        grids |= dict(zip(indices, of_group, strict=True))
        on_progress(len(grids), len(pictures))
    unknown = [index for index in sorted(grids) if grids[index].size is None]
    if unknown:
        raise ArtError(_unknown_size([pictures[index] for index in unknown], grids[unknown[0]]))
    return [grids[index] for index in range(len(pictures))]


def native_picture(picture: SourcePicture, grid: GridEstimate) -> SourcePicture:
    """Return a picture at its true size."""
    if grid.kernel is None:
        return picture
    return SourcePicture(name=picture.name, file=picture.file, rgba=downscale(picture.rgba, grid))


def true_size_frames(name: str, frames: Sequence[Rgba], scale: Fraction | None) -> tuple[list[Rgba], str]:
    """Return the frames (H, W, 4) of a file at their true size, and a sentence if that is another size or is not known.

    ``scale`` says how many times they were enlarged; by default that is detected, and where it cannot be, the frames stay as they
    are. Raises ArtError where a given scale does not fit.
    """
    pictures = [SourcePicture(name=name, file=name, rgba=rgba) for rgba in frames]
    try:
        grids = estimate_grids(pictures, GivenGrid(scale=scale), lambda done, total: None)
    except ArtError as error:
        if scale is not None:
            raise
        return list(frames), f"{error}; it is used as it is"
    native = [native_picture(picture, grid).rgba for picture, grid in zip(pictures, grids, strict=True)]
    changed = next((pair for pair in zip(frames, native, strict=True) if pair[0].shape != pair[1].shape), None)
    if changed is None:
        return list(frames), ""
    sizes = [f"{rgba.shape[1]} x {rgba.shape[0]}" for rgba in changed]
    return native, f"{name} of {sizes[0]} was enlarged; its {sizes[1]} true pixels are used"


def _add_progress(before: int, total: int, on_progress: Callable[[int, int], None], done: int) -> None:
    on_progress(before + done, total)


def _unknown_size(pictures: Sequence[SourcePicture], grid: GridEstimate) -> str:
    names = listed([picture.name for picture in pictures])
    guess, scale = "", 8.0
    if len(pictures) == 1 and grid.second is not None:
        (height, width), confidence = grid.second
        guess = f" (the best guess, {width} x {height}, has a confidence of {confidence:.2f})"
        scale = pictures[0].size[1] / width
    example = (
        f"--scale {scale:.4g}, or --scale 1 if the art is not enlarged" if scale > 1 else "--scale 1 if the art is not enlarged"
    )
    return f"the true size of {names} cannot be detected{guess}; give it with --scale, for instance {example}"


def _estimate_group(
    group: Sequence[SourcePicture], size: Size, aspect: Fraction | None, on_progress: Callable[[int], None]
) -> list[GridEstimate]:
    if min(size) < MIN_LOSSY_SIDE and aspect is None:
        scale = integer_scale(picture.rgba for picture in group)
        if scale > 1 and len(group) > 1:
            grid = GridEstimate(size=(size[0] // scale, size[1] // scale), kernel="nearest", confidence=1.0, evidence="every edge")
            return [grid] * len(group)
    common: GridEstimate | None = None
    if len(group) > 2 * _SAMPLE_SIZE:
        sample = [estimate_grid(picture.rgba, aspect) for picture in group[:: len(group) // _SAMPLE_SIZE]]
        common = sample[0] if len({grid.size for grid in sample}) == 1 else None
        is_small = min(size) < MIN_LOSSY_SIDE and common is None
        if is_small or (common is not None and common.size == size and common.kernel is None):
            return [native_grid(size)] * len(group)
    grids = []
    for done, picture in enumerate(group):
        on_progress(done)
        # To test one grid takes a small part of the time that all grids take.
        grids.append((common and estimate_like(picture.rgba, common)) or estimate_grid(picture.rgba, aspect))
    return _majority_grids(group, grids)


def _majority_grids(group: Sequence[SourcePicture], grids: Sequence[GridEstimate]) -> list[GridEstimate]:
    """Replace estimates that differ from the majority's size by an estimate like the majority's, where the picture allows it."""
    votes = Counter(grid.size for grid in grids if grid.size is not None)
    if not votes:
        return list(grids)
    size, count = votes.most_common(1)[0]
    if 2 * count <= len(group):
        return list(grids)
    common = next(grid for grid in grids if grid.size == size)
    return [
        grid
        if grid.size == size
        else native_grid(common.size, 0.5)
        if common.kernel is None and common.size is not None
        else (estimate_like(picture.rgba, common) or grid)
        for picture, grid in zip(group, grids, strict=True)
    ]


def _scaled_grids(group: Sequence[SourcePicture], size: Size, scale: Fraction, given: GivenGrid) -> list[GridEstimate]:
    across, down = float(scale), float(scale / (given.aspect or 1))
    native = round(size[0] / down), round(size[1] / across)
    if scale == 1 and down == 1 and given.offset is None:
        return [native_grid(size)] * len(group)
    if min(native) < 1 or min(down, across) < 1:
        raise ArtError(f"{group[0].name} has {size[1]} x {size[0]} pixels, too few for --scale {across:g}; give a smaller scale")
    if given.offset is None:
        unexplained = GridEstimate(size=native, kernel="nearest", confidence=0.5, residual=100.0)
        fitted = [estimate_at_size(picture.rgba, native) or unexplained for picture in group]
        return [replace(grid, evidence=GIVEN_SCALE) for grid in fitted]
    borders = _borders_from(size[0], down, given.offset[1]), _borders_from(size[1], across, given.offset[0])
    if min(map(len, borders)) < 2:
        x, y = given.offset
        raise ArtError(
            f"{group[0].name} has {size[1]} x {size[0]} pixels, none of them from --offset {x},{y} on; give an offset within"
        )
    unexplained = GridEstimate(
        size=(len(borders[0]) - 1, len(borders[1]) - 1),
        kernel="nearest",
        confidence=0.5,
        residual=100.0,
        borders=borders,
        evidence=GIVEN_SCALE,
    )
    return [estimate_with_borders(picture.rgba, borders, 0.5, GIVEN_SCALE) or unexplained for picture in group]


def _borders_from(length: int, scale: float, offset: int) -> Borders:
    """Return the borders of pixels from an offset on; the last one may be cut, but not by more than half."""
    borders = EdgeLattice(scale, offset, False).borders(length)
    borders = borders[borders >= offset]
    if len(borders) > 2 and borders[-1] - borders[-2] < scale / 2:
        borders = borders[:-1]
    return borders.astype(np.intp)
