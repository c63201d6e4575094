"""Films of palette indices in a file: what they show and for how long, and the formats that they are written in.

Pixels are enlarged by whole numbers, so they stay crisp. GIF and WebP keep every colour exactly, and repeat for ever; MP4 is for
phones and messengers.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from viewer.atomic_write import atomic_file
from viewer.errors import PictureError
from viewer.pictures.gif import write_gif
from viewer.pictures.mosaic import SOFTWARE, Pixels
from viewer.pictures.mp4 import write_mp4
from viewer.pictures.palette import rgb_over_black
from viewer.pictures.webp import write_webp

FORMATS: Final = (".gif", ".webp", ".mp4")
MAX_SIDE: Final = 4096  # pixels, of H.264 on phones


@dataclass(frozen=True, kw_only=True)
class Film:
    """The look of a film, and the notes it carries.

    ``palette`` holds "#rrggbbaa"; transparent colours are shown over black. A pixel is drawn scale x scale large. ``notes`` are
    stored as JSON in the format's comment.
    """

    palette: tuple[str, ...]
    count: int  # of frames
    fps: int
    scale: int
    notes: Mapping[str, object]

    @property
    def comment(self) -> str:
        """The comment in the file: its notes as JSON."""
        return json.dumps({"software": SOFTWARE, **self.notes}, ensure_ascii=False)

    def times(self, units_per_s: int) -> list[int]:
        """Return when each frame begins and the last one ends, in whole units; rounding errors do not accumulate."""
        return [(2 * units_per_s * index + self.fps) // (2 * self.fps) for index in range(self.count + 1)]


def check_film(path: Path) -> None:
    """Raise PictureError where the format is unknown or the software to write it is missing; call it before the work begins."""
    if path.suffix.lower() not in FORMATS:
        raise PictureError(f"{path} does not end in {', '.join(FORMATS)}; name a film that does")
    if path.suffix.lower() == ".mp4" and find_spec("av") is None:
        raise PictureError("MP4 needs PyAV, which is not installed: pip install av, or name a .gif or .webp")


def check_film_size(size: tuple[int, ...], scale: int) -> None:
    """Raise PictureError where a film of frames of a size (H, W), each pixel scale x scale large, is too large."""
    height, width = (side * scale for side in size)
    if max(height, width) > MAX_SIDE:
        raise PictureError(
            f"the film would be {width}x{height}, at most {MAX_SIDE} a side is allowed; give fewer --tiles or a smaller --scale"
        )


def write_film(path: Path, frames: Iterable[Pixels], film: Film, on_frame: Callable[[int], None] = lambda number: None) -> None:
    """Write frames, each (H, W) uint8 palette indices, as the film that the suffix of ``path`` names.

    Frames are consumed one by one; ``on_frame`` is called with the number written. The file appears whole or not at all. Raises
    PictureError where it is too large or cannot be written.
    """
    check_film(path)
    with atomic_file(path) as file:
        _encode(file, path.suffix.lower(), _checked(frames, film, on_frame), film)


def encode_webp(frames: Iterable[Pixels], film: Film) -> bytes:
    """Return frames, each (H, W) uint8 palette indices, as an animated WebP. Raises PictureError where it is too large."""
    buffer = BytesIO()
    _encode(buffer, ".webp", _checked(frames, film, lambda number: None), film)
    return buffer.getvalue()


def _encode(file: BinaryIO, suffix: str, frames: Iterator[Pixels], film: Film) -> None:
    rgb, scale, comment = rgb_over_black(film.palette), film.scale, film.comment
    if suffix == ".gif":
        write_gif(file, frames, rgb, scale=scale, times_cs=film.times(100), comment=comment)
    elif suffix == ".webp":
        write_webp(file, frames, rgb, scale=scale, times_ms=film.times(1000), comment=comment)
    else:
        write_mp4(file, frames, rgb, scale=scale, fps=film.fps, comment=comment)


def _checked(frames: Iterable[Pixels], film: Film, on_frame: Callable[[int], None]) -> Iterator[Pixels]:
    """Yield frames that are written one by one. Raises PictureError where one is too large or has a colour beyond the palette."""
    shape: tuple[int, ...] = ()
    count = 0
    for count, frame in enumerate(frames, 1):
        check_film_size(frame.shape, film.scale)
        if frame.max() >= len(film.palette):
            raise PictureError(
                f"a picture has colour {frame.max()} of a palette of {len(film.palette)}; give the palette that it belongs to"
            )
        assert frame.shape == (shape := shape or frame.shape), "all frames of a film have one size"
        yield frame
        on_frame(count)
    assert count == film.count, "a film has as many frames as it states"
