"""Pictures of sources: every frame of every file, with its name. What does not fit into memory is decoded again when needed."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np

from mint.art.pixel_storage import FrameDecoder, StoredPixels
from mint.art.rgba import Rgba, Size
from mint.errors import ArtError, PictureFileError, UnreadablePictureError
from mint.picture_files.reader import decode_frames
from mint.picture_files.source_files import SourceFile, find_source_files

_MAX_LISTED: Final = 3


class SourcePicture:
    """A picture of a source: ``file`` is its path below the source, ``name`` the same without suffix but with # and the frame.

    ``duration_ms`` is how long an animation shows it, or None. ``rgba`` may be decoded anew each time.
    """

    def __init__(self, *, name: str, file: str, rgba: StoredPixels, duration_ms: float | None = None) -> None:
        self.name: Final = name
        self.file: Final = file
        self.duration_ms: Final = duration_ms
        self._pixels: Final = rgba

    @property
    def rgba(self) -> Rgba:
        """The pixels (H, W, 4)."""
        return self._pixels if isinstance(self._pixels, np.ndarray) else self._pixels.read()

    @property
    def size(self) -> Size:
        """Its (height, width), without decoding it."""
        pixels = self._pixels
        return (pixels.shape[0], pixels.shape[1]) if isinstance(pixels, np.ndarray) else pixels.size

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of its folders, outermost first."""
        return PurePosixPath(self.file).parts[:-1]


def read_pictures(
    paths: Sequence[Path], on_progress: Callable[[int, int], None], on_skip: Callable[[str], None] | None = None
) -> list[SourcePicture]:
    """Read all pictures of the sources, source by source, sorted by name within each.

    Calls ``on_progress(done, total)`` with numbers of files. With ``on_skip`` files that cannot be read are left out, and it gets a
    sentence about each; without it, ArtError names them. Raises ArtError also for links and paths that point outside their source,
    and for names that are used twice.
    """
    try:
        files = find_source_files(paths)
    except PictureFileError as error:
        raise ArtError(str(error)) from error
    pictures: list[SourcePicture] = []
    failures: list[UnreadablePictureError] = []
    decoder = FrameDecoder()
    names = Counter(file.stem for file in files)
    for done, file in enumerate(files):
        on_progress(done, len(files))
        name = file.stem if names[file.stem] == 1 else file.name
        try:
            pictures += _frames(file, name, decoder)
        except UnreadablePictureError as error:
            failures.append(error)
            if on_skip is not None:
                on_skip(str(error))
    on_progress(len(files), len(files))
    if failures and (on_skip is None or not pictures):
        raise ArtError(_unreadable(failures, len(files)))
    _check_names(pictures)
    return pictures


def _frames(file: SourceFile, name: str, decoder: FrameDecoder) -> list[SourcePicture]:
    stored = [
        (decoder.store(frame.rgba, file, number), frame.duration_ms)
        for number, frame in enumerate(decode_frames(file.read(), file.display_name))
    ]
    return [
        SourcePicture(name=name if len(stored) == 1 else f"{name}#{number}", file=file.name, rgba=pixels, duration_ms=duration_ms)
        for number, (pixels, duration_ms) in enumerate(stored)
    ]


def _unreadable(failures: Sequence[UnreadablePictureError], num_files: int) -> str:
    """Return the sentence about files that cannot be read: the first few, and how many more there are."""
    if num_files == 1:
        return str(failures[0])
    way_out = "or leave it out with --skip-unreadable" if len(failures) == 1 else "or leave them out with --skip-unreadable"
    if len(failures) == 1:
        return f"{failures[0]}, {way_out}"
    listed = ", ".join(f"{failure.name} {failure.problem}" for failure in failures[:_MAX_LISTED])
    more = f", and {len(failures) - _MAX_LISTED} more" if len(failures) > _MAX_LISTED else ""
    return f"{len(failures)} of {num_files} pictures cannot be read ({listed}{more}); repair them, {way_out}"


def _check_names(pictures: Sequence[SourcePicture]) -> None:
    duplicates = [name for name, count in Counter(picture.name for picture in pictures).items() if count > 1]
    if duplicates:
        raise ArtError(f"two pictures are named {duplicates[0]!r}; rename one, or import a folder that holds both")
    unprintable = next((picture.name for picture in pictures if not picture.name.isprintable()), None)
    if unprintable is not None:
        raise ArtError(f"the file name {unprintable!a} has unprintable characters; rename the file")
