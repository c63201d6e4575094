"""Storage of pixels: art enlarged without loss is kept small, other pictures as they are, and beyond a budget decoded again.

So the memory of an import does not grow with the size of its pictures, and hardly with their number.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.art.rgba import Rgba, Size
from mint.errors import UnreadablePictureError
from mint.picture_files.frame import Frame
from mint.picture_files.reader import decode_frames
from mint.picture_files.source_files import SourceFile

MAX_BYTES: Final = 3 << 24
_SMALL_BYTES: Final = 1 << 15  # less is stored as it is


class RepeatedPixels:
    """A picture without the rows and columns that repeat the one before, as all do in art that was enlarged without smoothing."""

    def __init__(self, rgba: Rgba) -> None:
        colors = np.ascontiguousarray(rgba).view(np.uint32)[..., 0]
        self._rows = _run_lengths((colors[1:] != colors[:-1]).any(1))
        colors = colors[_starts(self._rows)]
        self._columns = _run_lengths((colors[:, 1:] != colors[:, :-1]).any(0))
        self._colors = colors[:, _starts(self._columns)]

    @property
    def num_bytes(self) -> int:
        """How much is stored."""
        return self._colors.nbytes

    @property
    def size(self) -> Size:
        """Return (height, width)."""
        return int(self._rows.sum()), int(self._columns.sum())

    def read(self) -> Rgba:
        """Return the pixels (H, W, 4)."""
        return np.repeat(np.repeat(self._colors, self._columns, 1), self._rows, 0).view(np.uint8).reshape(*self.size, 4)


class FrameDecoder:
    """Stores the frames of files, and decodes those for which there is no room, the frames of an animation in one go."""

    def __init__(self) -> None:
        self._num_bytes = 0
        self._file: SourceFile | None = None
        self._number = -1
        self._frames: Iterator[Frame] = iter(())
        self._newest: Rgba | None = None

    def store(self, rgba: Rgba, file: SourceFile, number: int) -> "StoredPixels":
        """Store frame ``number`` of a file in the least room."""
        stored: Rgba | RepeatedPixels = rgba
        num_bytes = rgba.nbytes
        if num_bytes > _SMALL_BYTES:
            repeated = RepeatedPixels(rgba)
            if 2 * repeated.num_bytes <= num_bytes:
                stored, num_bytes = repeated, repeated.num_bytes
        if self._num_bytes + num_bytes > MAX_BYTES:
            return EncodedPixels((rgba.shape[0], rgba.shape[1]), file, number, self)
        self._num_bytes += num_bytes
        return stored

    def decode(self, file: SourceFile, number: int) -> Rgba:
        """Return frame ``number`` of a file, which was read before. Raises UnreadablePictureError if it has changed since."""
        if file is self._file and number == self._number and self._newest is not None:
            return self._newest
        if file is not self._file or number < self._number:
            self._file, self._number = file, -1
            self._frames = decode_frames(file.read(), file.display_name)
        for frame in self._frames:
            self._newest = frame.rgba
            self._number += 1
            if self._number == number:
                return frame.rgba
        raise UnreadablePictureError(file.display_name, "has changed while it was read", "try again")


class EncodedPixels:
    """A frame that stays in its file."""

    def __init__(self, size: Size, file: SourceFile, number: int, decoder: FrameDecoder) -> None:
        self._size, self._file, self._number, self._decoder = size, file, number, decoder

    @property
    def size(self) -> Size:
        """Return (height, width)."""
        return self._size

    def read(self) -> Rgba:
        """Return the pixels (H, W, 4)."""
        return self._decoder.decode(self._file, self._number)


StoredPixels = Rgba | RepeatedPixels | EncodedPixels


def _run_lengths(changes: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the lengths of runs of equal rows, given where (n - 1,) a row differs from the one before."""
    edges = np.concatenate([[0], np.flatnonzero(changes) + 1, [len(changes) + 1]])
    return np.diff(edges)


def _starts(lengths: NDArray[np.intp]) -> NDArray[np.intp]:
    starts: NDArray[np.intp] = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return starts
