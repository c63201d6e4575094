"""H.264 in MP4 (ISO/IEC 14496-10 and -12), for phones and messengers.

Its colour has half the resolution of its brightness, but at an even scale each pixel of a picture covers whole blocks of both, so
that colours do not bleed. The planes are looked up colour by colour (Rec. ITU-R BT.709-6, section 3, limited range) instead of
converted by a library. PyAV writes the file and is imported when one is written.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from viewer.errors import PictureError
from viewer.pictures.mosaic import Pixels, enlarged

Result = TypeVar("Result")

# Constant quality, 0 to 51; at 14 no colour of a flat pixel is off by more than a few of 255.
_QUALITY: Final = "14"


def write_mp4(file: BinaryIO, frames: Iterator[Pixels], rgb: NDArray[np.uint8], *, scale: int, fps: int, comment: str) -> None:
    """Write frames, each (H, W) uint8 indices into ``rgb`` (K, 3) uint8, as an MP4.

    A pixel is drawn scale x scale large, and odd sides get one more row or column. Raises PictureError where FFmpeg fails, and
    OSError where the file cannot be written.
    """
    import av
    import av.error

    levels = _levels(rgb)
    output = _FailOnceFile(file)
    try:
        with av.open(output, "w", format="mp4", options={"movflags": "faststart"}) as container:
            container.metadata.update(title="Pixelmint", comment=comment)
            stream = container.add_stream("libx264", rate=fps, options={"crf": _QUALITY, "preset": "medium"})
            stream.pix_fmt = "yuv420p"
            # 1 is BT.709 in each of these tables (ISO/IEC 23091-2), and "TV" the limited range.
            context = stream.codec_context
            context.color_range = context.color_primaries = context.color_trc = context.colorspace = 1
            for planes in (_planes(enlarged(frame, scale), levels) for frame in frames):
                if not context.is_open:
                    stream.width, stream.height = planes.shape[1], planes.shape[0] * 2 // 3
                container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
                output.check()
            container.mux(stream.encode())
        output.check()
    except av.error.FFmpegError as error:
        raise PictureError(f"FFmpeg cannot write the film: {error.strerror or error}; name a .gif or .webp") from error


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


def _levels(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return brightness and both colour differences, Y, Cb and Cr, of colours (K, 3): (3, K) uint8."""
    red, green, blue = rgb.astype(np.float64).T / 255
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    levels = (16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748)
    return np.round(levels).astype(np.uint8)


def _planes(pixels: Pixels, levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return Y, then Cb and Cr at half the size, one below the other, of indices (H, W); side lengths are made even."""
    pixels = np.pad(pixels, [(0, side % 2) for side in pixels.shape], mode="edge")
    y, cb_cr = levels[0][pixels], levels[1:][:, pixels[::2, ::2]]
    # (2, H / 2, W / 2) -> (H / 2, W), and with y (H * 3 / 2, W)
    return np.concatenate([y, cb_cr.reshape(-1, pixels.shape[1])])
