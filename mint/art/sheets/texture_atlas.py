"""Texture atlases: where the frames of a sheet are, as the program says that packed it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.rgba import Rgba, Size
from mint.art.sheets.bounding_boxes import BoundingBox
from mint.errors import ArtError

MAX_SIDE: Final = 1 << 15
_MAX_MISFIT: Final = 0.05  # of a true pixel


@dataclass(frozen=True, kw_only=True)
class AtlasFrame:
    """A frame: its box on the sheet, and how it has been packed.

    A rotated frame lies on the sheet turned clockwise. A trimmed one was cut out of a clear picture of ``size`` (height, width) at
    ``offset`` (top, left). ``duration_ms`` is how long an animation shows it, ``tags`` the names of its animations.
    """

    name: str
    box: BoundingBox
    size: Size
    offset: tuple[int, int] = (0, 0)
    is_rotated: bool = False
    duration_ms: float | None = None
    tags: tuple[str, ...] = ()

    def sprite(self, sheet: Rgba) -> Rgba:
        """Return the frame (height, width, 4) as it was before it was packed."""
        part = self.box.crop(sheet)
        if self.is_rotated:
            part = np.rot90(part)
        if part.shape[:2] == self.size:
            return part
        sprite = np.zeros((*self.size, 4), np.uint8)
        sprite[self.offset[0] :, self.offset[1] :][: part.shape[0], : part.shape[1]] = part
        return sprite


@dataclass(frozen=True, kw_only=True)
class TextureAtlas:
    """The frames of the sheet ``image`` of a ``size`` (height, width), where that is known; ``source`` is the file for messages.

    ``clear_color`` (3,) is a colour that stands for clear pixels.
    """

    source: str
    image: str
    size: Size | None
    frames: tuple[AtlasFrame, ...]
    clear_color: NDArray[np.uint8] | None = None

    def fitted(self, source_size: Size, true_size: Size, name: str) -> tuple[AtlasFrame, ...]:
        """Return the frames on a sheet of ``source_size`` that was reduced to its ``true_size``.

        Raises ArtError if the atlas describes a sheet of another size, or a frame does not lie on true pixels.
        """
        size = self.size or source_size
        if size not in (source_size, true_size):
            raise self._error(
                f"describes a sheet of {size[1]} x {size[0]} pixels, but {name} has {source_size[1]} x {source_size[0]}; "
                "export both again"
            )
        scales = size[0] / true_size[0], size[1] / true_size[1]
        frames = self.frames if scales == (1, 1) else tuple(self._reduced(frame, *scales) for frame in self.frames)
        for frame in frames:
            if frame.box.bottom > true_size[0] or frame.box.right > true_size[1]:
                raise self._error(f"has the frame {frame.name!a}, which reaches beyond {name}; export both again")
        return frames

    def with_clear_color(self, sheet: Rgba) -> Rgba:
        """Return a sheet (H, W, 4) whose pixels in the clear colour are clear."""
        if self.clear_color is None:
            return sheet
        is_clear = (sheet[..., :3] == self.clear_color).all(-1, keepdims=True)
        return np.where(is_clear, 0, sheet).astype(np.uint8)

    def _reduced(self, frame: AtlasFrame, down: float, across: float) -> AtlasFrame:
        box = frame.box
        # A rotated frame's own height runs across the sheet.
        own_down, own_across = (across, down) if frame.is_rotated else (down, across)
        exact = [box.top / down, box.left / across, box.height / down, box.width / across]
        exact += [frame.size[0] / own_down, frame.size[1] / own_across, frame.offset[0] / own_down, frame.offset[1] / own_across]
        if any(abs(value - round(value)) > _MAX_MISFIT for value in exact):
            raise self._error(
                f"has the frame {frame.name!a}, which does not begin and end at pixels of the true size; give it with --scale"
            )
        top, left, height, width, *rest = map(round, exact)
        return replace(frame, box=BoundingBox(top, left, height, width), size=(rest[0], rest[1]), offset=(rest[2], rest[3]))

    def _error(self, problem: str) -> ArtError:
        return ArtError(f"{self.source} {problem}, or import without it by --atlas none")


def check_frames(frames: Sequence[AtlasFrame]) -> None:
    """Raise ValueError for a frame that is empty, outside its sheet, or larger than the picture it was trimmed of."""
    if not frames:
        raise ValueError("it has no frames")
    for frame in frames:
        height, width = (frame.box.width, frame.box.height) if frame.is_rotated else (frame.box.height, frame.box.width)
        fits = frame.offset[0] + height <= frame.size[0] and frame.offset[1] + width <= frame.size[1]
        if min(*frame.box, *frame.offset) < 0 or not fits or max(*frame.size, frame.box.bottom, frame.box.right) > MAX_SIDE:
            raise ValueError(f"the frame {frame.name[:40]!r} does not fit its own size")


def with_distinct_names(frames: Sequence[AtlasFrame]) -> tuple[AtlasFrame, ...]:
    """Return frames of which no two have one name: of equal names, all get # and their number."""
    counts = Counter(frame.name for frame in frames)
    numbers: Counter[str] = Counter()
    out = []
    for frame in frames:
        if counts[frame.name] > 1:
            numbers[frame.name] += 1
            out.append(replace(frame, name=f"{frame.name}#{numbers[frame.name] - 1}"))
        else:
            out.append(frame)
    return tuple(out)
