"""True sizes of many pictures: those of one shape were enlarged alike, so they are judged together."""

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Final

from mint.art.downscaling import restore
from mint.art.grid_detection import MIN_LOSSY_SIDE, GridEstimate, Size, find_size, fits, whole_scale
from mint.art.sources import SourcePicture
from mint.errors import ArtError

# A large group of one shape is native, or not, if so many of it are.
_SAMPLE: Final = 16
_NAMED: Final = 3


def true_sizes(
    pictures: Sequence[SourcePicture], scale: Fraction | None, advance: Callable[[int, int], None]
) -> list[GridEstimate]:
    """Return for each picture how it was enlarged; with ``scale`` that is given, 1 for native art.

    ``advance(done, total)`` is told the pictures. Raises ArtError, which names them, if nobody can tell of some.
    """
    groups: dict[Size, list[int]] = {}
    for place, picture in enumerate(pictures):
        groups.setdefault((picture.rgba.shape[0], picture.rgba.shape[1]), []).append(place)
    findings: dict[int, GridEstimate] = {}
    for size, places in groups.items():
        group = [pictures[place] for place in places]
        found = (
            _given(group, size, scale)
            if scale
            else _found(group, size, partial(_advance_from, len(findings), len(pictures), advance))
        )
        findings |= dict(zip(places, found, strict=True))
        advance(len(findings), len(pictures))
    unsure = [pictures[place].name for place in sorted(findings) if findings[place].size is None]
    if unsure:
        more = f" and {len(unsure) - _NAMED} more" if len(unsure) > _NAMED else ""
        raise ArtError(
            f"nobody can tell the true size of {', '.join(unsure[:_NAMED])}{more}; "
            "give it with --scale, for instance --scale 8, or --scale 1 if each pixel is meant"
        )
    return [findings[place] for place in range(len(pictures))]


def _advance_from(before: int, total: int, advance: Callable[[int, int], None], done: int) -> None:
    advance(before + done, total)


def native_picture(picture: SourcePicture, finding: GridEstimate) -> SourcePicture:
    """Return a picture at its true size."""
    if finding.kernel is None:
        return picture
    return SourcePicture(name=picture.name, file=picture.file, rgba=restore(picture.rgba, finding))


def _found(group: Sequence[SourcePicture], size: Size, advance: Callable[[int], None]) -> list[GridEstimate]:
    native = GridEstimate(size=size, kernel=None, confidence=1.0)
    scale = whole_scale(picture.rgba for picture in group)
    if scale > 1:
        return [GridEstimate(size=(size[0] // scale, size[1] // scale), kernel="nearest", confidence=1.0)] * len(group)
    if min(size) < MIN_LOSSY_SIDE:
        return [native] * len(group)
    sample = group[:: max(len(group) // _SAMPLE, 1)] if len(group) > 2 * _SAMPLE else group
    if len(sample) < len(group) and all(find_size(picture.rgba).size == size for picture in sample):
        return [native] * len(group)
    found = []
    for done, picture in enumerate(group):
        advance(done)
        found.append(find_size(picture.rgba))
    return _agreed(group, found)


def _agreed(group: Sequence[SourcePicture], found: Sequence[GridEstimate]) -> list[GridEstimate]:
    """Let those of another opinion join the size that most have found, if they can come from it."""
    votes = Counter(finding.size for finding in found if finding.size is not None)
    if not votes:
        return list(found)
    size, count = votes.most_common(1)[0]
    if 2 * count <= len(group):
        return list(found)
    is_native = size == group[0].rgba.shape[:2]
    return [
        finding
        if finding.size == size
        else GridEstimate(size=size, kernel=None, confidence=0.5)
        if is_native
        else (fits(picture.rgba, size) or finding)
        for picture, finding in zip(group, found, strict=True)
    ]


def _given(group: Sequence[SourcePicture], size: Size, scale: Fraction) -> list[GridEstimate]:
    native = round(size[0] / scale), round(size[1] / scale)
    if scale == 1:
        return [GridEstimate(size=size, kernel=None, confidence=1.0)] * len(group)
    if min(native) < 1:
        raise ArtError(
            f"{group[0].name} has {size[1]} x {size[0]} pixels, too few for --scale {float(scale):g}; give a smaller one"
        )
    return [
        fits(picture.rgba, native) or GridEstimate(size=native, kernel="nearest", confidence=0.5, misfit=100.0) for picture in group
    ]
