"""Films of palette indices: animated GIF, lossless WebP, and H.264 in MP4.

Pixels are enlarged by whole numbers, so they stay crisp. GIF and WebP keep every colour exactly. MP4 is for phones and messengers:
its colour has half the resolution of its brightness, but at an even scale each pixel of a picture covers whole blocks of both, so
that colours do not bleed. Its planes are looked up colour by colour (Rec. ITU-R BT.709-6, section 3, limited range) instead of
converted by a library. Films repeat for ever where the format supports it.
"""

import json
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, TypeVar
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from viewer.atomic_write import atomic_file
from viewer.errors import PictureError
from viewer.pictures.mosaic import SOFTWARE, Pixels

Result = TypeVar("Result")

FORMATS: Final = (".gif", ".webp", ".mp4")
MAX_SIDE: Final = 4096  # pixels, of H.264 on phones

# Constant quality, 0 to 51; at 14 no colour of a flat pixel is off by more than a few of 255.
_QUALITY = "14"


@dataclass(frozen=True, kw_only=True)
class Film:
    """The look of a film, and the notes it carries.

    ``palette`` holds "#rrggbbaa"; transparent colours are shown over black. ``notes`` are stored as JSON in the format's comment.
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

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """The colours over black, (K, 3) uint8."""
        rgba = np.array([list(bytes.fromhex(color[1:])) for color in self.palette], np.uint16)
        return ((rgba[:, :3] * rgba[:, 3:] + 127) // 255).astype(np.uint8)

    def times(self, units_per_s: int) -> list[int]:
        """Return when each frame begins and the last one ends, in whole units; rounding errors do not accumulate."""
        return [(2 * units_per_s * index + self.fps) // (2 * self.fps) for index in range(self.count + 1)]


def check_film(path: Path) -> None:
    """Raise PictureError where the format is unknown or the software to write it is missing; call it before the work begins."""
    if path.suffix.lower() not in FORMATS:
        raise PictureError(f"{path} does not end in {', '.join(FORMATS)}; name a film that does")
    if path.suffix.lower() == ".mp4" and find_spec("av") is None:
        raise PictureError("MP4 needs PyAV, which is not installed: pip install av, or name a .gif or .webp")


def write_film(path: Path, frames: Iterable[Pixels], film: Film, on_frame: Callable[[int], None] = lambda number: None) -> None:
    """Write frames, each (H, W) uint8 palette indices, as the film that the suffix of ``path`` names.

    Frames are consumed one by one; ``on_frame`` is called with the number written. The file appears whole or not at all. Raises
    PictureError where it is too large or cannot be written.
    """
    check_film(path)
    write = {".gif": _write_gif, ".webp": _write_webp, ".mp4": _write_mp4}[path.suffix.lower()]
    with atomic_file(path) as file:
        write(file, _checked(frames, film, on_frame), film)


def encode_webp(frames: Iterable[Pixels], film: Film) -> bytes:
    """Return frames, each (H, W) uint8 palette indices, as an animated WebP. Raises PictureError where it is too large."""
    buffer = BytesIO()
    _write_webp(buffer, _checked(frames, film, lambda _: None), film)
    return buffer.getvalue()


def _checked(frames: Iterable[Pixels], film: Film, on_frame: Callable[[int], None]) -> Iterator[Pixels]:
    shape: tuple[int, ...] = ()
    count = 0
    for count, frame in enumerate(frames, 1):
        height, width = (side * film.scale for side in frame.shape)
        if max(height, width) > MAX_SIDE:
            raise PictureError(
                f"the film would be {width}x{height}, at most {MAX_SIDE} a side is allowed; give fewer --tiles or a smaller --scale"
            )
        if frame.max() >= len(film.palette):
            raise PictureError(
                f"a picture has colour {frame.max()} of a palette of {len(film.palette)}; give the palette that it belongs to"
            )
        assert frame.shape == (shape := shape or frame.shape), "all frames of a film have one size"
        yield frame
        on_frame(count)
    assert count == film.count, "a film has as many frames as it states"


def _enlarged(pixels: Pixels, scale: int) -> Pixels:
    return pixels.repeat(scale, 0).repeat(scale, 1)


# GIF (https://www.w3.org/Graphics/GIF/spec-gif89a.txt). Pillow would keep all frames in memory, so only its encoder is used.


def _write_gif(file: BinaryIO, frames: Iterator[Pixels], film: Film) -> None:
    times = film.times(100)
    clear = len(film.palette)  # the index for "unchanged"; a palette of 256 has no room for it
    shown = next(frames)
    file.write(_gif_header(shown, film))
    part, corner, since = shown, (0, 0), 0
    for index, frame in enumerate(frames, 1):
        changed = frame != shown
        if not changed.any():
            continue
        file.write(_gif_image(part, corner, times[index] - times[since], clear, film.scale))
        rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
        corner = (int(rows[0]), int(columns[0]))
        box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        part = np.where(changed[box], frame[box], clear).astype(np.uint8) if clear < 256 else frame[box]
        shown, since = frame, index
    file.write(_gif_image(part, corner, times[-1] - times[since], clear, film.scale) + b";")


def _gif_header(frame: Pixels, film: Film) -> bytes:
    height, width = (side * film.scale for side in frame.shape)
    bits = max(1, min(256, len(film.palette) + 1) - 1).bit_length()
    table = film.rgb.tobytes().ljust(3 << bits, b"\0")
    text = film.comment.encode()
    comment = b"".join(bytes([len(part)]) + part for part in (text[at : at + 255] for at in range(0, len(text), 255)))
    loop = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF0 | (bits - 1), 0, 0) + table + loop + b"!\xfe" + comment + b"\0"


def _gif_image(part: Pixels, corner: tuple[int, int], delay_cs: int, clear: int, scale: int) -> bytes:
    top, left = corner
    image = Image.fromarray(_enlarged(part, scale))
    options = {"transparency": clear} if clear < 256 else {}
    # The delay has 16 bits; a longer one is 11 minutes.
    data = GifImagePlugin.getdata(image, (left * scale, top * scale), duration=10 * min(delay_cs, 65535), disposal=1, **options)
    return b"".join(data)


# WebP (RFC 9649).


class _FrameSequence(Image.Image):
    """An image whose frames are computed on demand, once and in order; Pillow itself takes only a list of all frames."""

    def __init__(self, frames: Iterator[Image.Image], count: int) -> None:
        super().__init__()
        self._frames = frames
        self.n_frames = count
        first = next(frames)
        self.im = first.im
        self._mode, self._size = first.mode, first.size

    def seek(self, frame: int) -> None:
        """Load the next frame."""
        if frame:
            self.im = next(self._frames).im


def _write_webp(file: BinaryIO, frames: Iterator[Pixels], film: Film) -> None:
    times = np.diff(film.times(1000)).tolist()
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
        f'<rdf:li xml:lang="x-default">{escape(film.comment)}</rdf:li>'
        "</rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    rgb = film.rgb
    sequence = _FrameSequence((Image.fromarray(rgb[_enlarged(frame, film.scale)]) for frame in frames), film.count)
    options = {"lossless": True, "quality": 50, "method": 3, "minimize_size": False}
    sequence.save(file, "WEBP", save_all=film.count > 1, duration=times, loop=0, xmp=xmp.encode(), **options)


# MP4 (ISO/IEC 14496-12 and -10).


class _FailOnceFile:
    """A file that never raises but remembers its first failure: PyAV prints each exception as a traceback, and continues."""

    def __init__(self, file: BinaryIO) -> None:
        self.name = file.name  # with which FFmpeg opens it again, to move its header to the front
        self._file = file
        self._failure: OSError | None = None

    def check(self) -> None:
        """Raise the first OSError of the file, if there was one."""
        if self._failure:
            raise self._failure

    def write(self, data: bytes) -> int:
        """Write, unless an operation has failed."""
        return self._try(lambda: self._file.write(data), len(data))

    def read(self, size: int) -> bytes:
        """Read what was written."""
        return self._try(lambda: self._file.read(size), b"")

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to an offset."""
        return self._try(lambda: self._file.seek(offset, whence), 0)

    def tell(self) -> int:
        """Return the current offset."""
        return self._try(self._file.tell, 0)

    def _try(self, operation: Callable[[], Result], otherwise: Result) -> Result:
        if self._failure is None:
            try:
                return operation()
            except OSError as error:
                self._failure = error
        return otherwise


def _write_mp4(file: BinaryIO, frames: Iterator[Pixels], film: Film) -> None:
    import av
    import av.error

    output = _FailOnceFile(file)
    try:
        with av.open(output, "w", format="mp4", options={"movflags": "faststart"}) as container:
            container.metadata.update(title="Pixelmint", comment=film.comment)
            stream = container.add_stream("libx264", rate=film.fps, options={"crf": _QUALITY, "preset": "medium"})
            stream.pix_fmt = "yuv420p"
            # 1 is BT.709 in each of these tables (ISO/IEC 23091-2), and "TV" the limited range.
            context = stream.codec_context
            context.color_range = context.color_primaries = context.color_trc = context.colorspace = 1
            for planes in (_planes(frame, film) for frame in frames):
                if not context.is_open:
                    stream.width, stream.height = planes.shape[1], planes.shape[0] * 2 // 3
                container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
                output.check()
            container.mux(stream.encode())
        output.check()
    except av.error.FFmpegError as error:
        raise PictureError(f"FFmpeg cannot write the film: {error.strerror or error}; name a .gif or .webp") from error


def _planes(frame: Pixels, film: Film) -> Pixels:
    """Return brightness, then both colour differences at half the size, one below the other; side lengths are made even."""
    pixels = _enlarged(frame, film.scale)
    pixels = np.pad(pixels, [(0, side % 2) for side in pixels.shape], mode="edge")
    red, green, blue = film.rgb.astype(np.float64).T / 255
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    levels = (16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748)
    y, cb, cr = (np.round(level).astype(np.uint8) for level in levels)
    half = pixels[::2, ::2]
    return np.concatenate([part.reshape(-1, pixels.shape[1]) for part in (y[pixels], np.stack([cb[half], cr[half]]))])
