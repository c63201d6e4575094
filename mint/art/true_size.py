"""The true sizes of many pictures: pictures of one size were probably enlarged alike, so they are judged together."""

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Final

from mint.art.downscaling import downscale
from mint.art.grid_detection import MIN_LOSSY_SIDE, GridEstimate, estimate_at_size, estimate_grid, integer_scale
from mint.art.picture_sources import SourcePicture
from mint.art.rgba import Size
from mint.errors import ArtError

# A large group of pictures is native, or of one true size, if all of this many of them are.
_SAMPLE_SIZE: Final = 16
_MAX_LISTED: Final = 3


def estimate_grids(
    pictures: Sequence[SourcePicture], scale: Fraction | None, on_progress: Callable[[int, int], None]
) -> list[GridEstimate]:
    """Estimate for each picture how it was enlarged; a given ``scale`` decides instead, 1 for native art.

    Calls ``on_progress(done, total)`` with numbers of pictures. Raises ArtError, which names pictures whose size is unknown.
    """
    groups: dict[Size, list[int]] = {}
    for index, picture in enumerate(pictures):
        groups.setdefault(picture.size, []).append(index)
    grids: dict[int, GridEstimate] = {}
    for size, indices in groups.items():
        group = [pictures[index] for index in indices]
        of_group = (
            _scaled_grids(group, size, scale)
            if scale
            else _estimate_group(group, size, partial(_add_progress, len(grids), len(pictures), on_progress))
        )
        grids |= dict(zip(indices, of_group, strict=True))
        on_progress(len(grids), len(pictures))
    unknown = [pictures[index].name for index in sorted(grids) if grids[index].size is None]
    if unknown:
        more = f" and {len(unknown) - _MAX_LISTED} more" if len(unknown) > _MAX_LISTED else ""
        raise ArtError(
            f"the true size of {', '.join(unknown[:_MAX_LISTED])}{more} cannot be detected; "
            "give it with --scale, for instance --scale 8, or --scale 1 if the art is not enlarged"
        )
    return [grids[index] for index in range(len(pictures))]


def _add_progress(before: int, total: int, on_progress: Callable[[int, int], None], done: int) -> None:
    on_progress(before + done, total)


def native_picture(picture: SourcePicture, grid: GridEstimate) -> SourcePicture:
    """Return a picture at its true size."""
    if grid.kernel is None:
        return picture
    return SourcePicture(name=picture.name, file=picture.file, rgba=downscale(picture.rgba, grid))


def _estimate_group(group: Sequence[SourcePicture], size: Size, on_progress: Callable[[int], None]) -> list[GridEstimate]:
    native = GridEstimate(size=size, kernel=None, confidence=1.0)
    scale = integer_scale(picture.rgba for picture in group)
    if scale > 1:
        return [GridEstimate(size=(size[0] // scale, size[1] // scale), kernel="nearest", confidence=1.0)] * len(group)
    if min(size) < MIN_LOSSY_SIDE:
        return [native] * len(group)
    sample = group[:: max(len(group) // _SAMPLE_SIZE, 1)] if len(group) > 2 * _SAMPLE_SIZE else group
    common: Size | None = None
    if len(sample) < len(group):
        sizes = {estimate_grid(picture.rgba).size for picture in sample}
        common = sizes.pop() if len(sizes) == 1 else None
    if common == size:
        return [native] * len(group)
    grids = []
    for done, picture in enumerate(group):
        on_progress(done)
        # To test one size takes a hundredth of the time that all sizes take.
        grid = estimate_at_size(picture.rgba, common) if common is not None else None
        grids.append(grid or estimate_grid(picture.rgba))
    return _majority_grids(group, grids)


def _majority_grids(group: Sequence[SourcePicture], grids: Sequence[GridEstimate]) -> list[GridEstimate]:
    """Replace estimates that differ from the majority's size by an estimate at that size, where the picture allows it."""
    votes = Counter(grid.size for grid in grids if grid.size is not None)
    if not votes:
        return list(grids)
    size, count = votes.most_common(1)[0]
    if 2 * count <= len(group):
        return list(grids)
    is_native = size == group[0].size
    return [
        grid
        if grid.size == size
        else GridEstimate(size=size, kernel=None, confidence=0.5)
        if is_native
        else (estimate_at_size(picture.rgba, size) or grid)
        for picture, grid in zip(group, grids, strict=True)
    ]


def _scaled_grids(group: Sequence[SourcePicture], size: Size, scale: Fraction) -> list[GridEstimate]:
    native = round(size[0] / scale), round(size[1] / scale)
    if scale == 1:
        return [GridEstimate(size=size, kernel=None, confidence=1.0)] * len(group)
    if min(native) < 1:
        raise ArtError(
            f"{group[0].name} has {size[1]} x {size[0]} pixels, too few for --scale {float(scale):g}; give a smaller scale"
        )
    return [
        estimate_at_size(picture.rgba, native) or GridEstimate(size=native, kernel="nearest", confidence=0.5, residual=100.0)
        for picture in group
    ]
