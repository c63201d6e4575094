"""Read picture files: bytes become upright frames of 8-bit sRGB with alpha, within limits that are checked before decoding."""

import errno
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePath
from typing import Final

import numpy as np
from PIL import Image, ImageSequence, features

from mint.errors import UnreadablePictureError
from mint.picture_files.formats import AVIF, GIF, PNG, READ_FORMATS, TIFF, WEBP, PictureFormat, identify
from mint.picture_files.frame import Frame, Rgba, shown_duration, without_invisible_colors
from mint.picture_files.gif_file import parse_gif
from mint.picture_files.png_file import parse_png
from mint.picture_files.srgb import apply_icc_profile, apply_png_colors, to_srgb
from mint.picture_files.variety import UnknownVarietyError, unusual_variety
from viewer.regular_file import UnsuitableFileError, read_regular_file

MAX_FILE_BYTES: Final = 1 << 28
MAX_SIDE: Final = 1 << 15
MAX_PIXELS: Final = 1 << 26  # of a frame: 256 MiB as RGBA
MAX_FRAMES: Final = 10_000
_ORIENTATION: Final = 274  # the EXIF tag
_REDUCED: Final = 1  # a bit of TIFF's NewSubfileType: a smaller copy of another page
_ANIMATED: Final = (WEBP, AVIF, TIFF)


def read_frames(path: Path, *, max_pixels: int = MAX_PIXELS) -> Iterator[Frame]:
    """Read the frames of a picture file one at a time; a still picture has one, and each page of a TIFF is one.

    Raises UnreadablePictureError where the file is missing, not readable, or a frame has more than ``max_pixels``.
    """
    return decode_frames(read_file(path), str(path), max_pixels=max_pixels)


def read_first_frame(path: Path) -> Rgba:
    """Read a picture, or the first frame of an animation, as (H, W, 4). Raises UnreadablePictureError."""
    return next(decode_frames(read_file(path), str(path))).rgba


def read_file(path: Path, within: Path | None = None) -> bytes:
    """Read the bytes of a picture file, which may be a part of a folder.

    Raises UnreadablePictureError for one that is missing, larger than 256 MiB, no regular file, or a link out of that folder.
    """
    try:
        return read_regular_file(path, MAX_FILE_BYTES, within=within)
    except FileNotFoundError:
        raise UnreadablePictureError(str(path), "does not exist", "give a picture file") from None
    except OSError as error:
        if path.is_dir():
            raise UnreadablePictureError(str(path), "is a folder", "give a picture file") from error
        if isinstance(error, UnsuitableFileError) and error.errno == errno.EFBIG:
            problem = f"is larger than {MAX_FILE_BYTES >> 20} MiB"
            raise UnreadablePictureError(str(path), problem, "give a smaller file") from error
        problem = f"cannot be opened ({error.strerror or error})"
        raise UnreadablePictureError(str(path), problem, "give a file that this user may read") from error


def decode_frames(data: bytes, name: str, *, max_pixels: int = MAX_PIXELS, min_px: int | None = None) -> Iterator[Frame]:
    """Decode the frames of a file's bytes one at a time; ``name`` stands in messages. Raises UnreadablePictureError.

    With ``min_px``, a JPEG may be decoded smaller than it is, with sides of that many pixels or more, which is faster.
    """
    picture_format = identify(data, PurePath(name).suffix)
    if picture_format is None or picture_format.pillow_name is None or (picture_format is AVIF and not features.check("avif")):
        raise _unknown(data, name, picture_format)
    frames = _frames(data, picture_format, _Limits(name, max_pixels), min_px)
    while True:
        try:
            # Sizes are limited here, and Pillow's warnings about damaged metadata concern nothing that is used.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                frame = next(frames)
        except StopIteration:
            return
        except (UnreadablePictureError, MemoryError):
            raise
        except Exception as error:  # Pillow's parsers let through many errors of damaged files: struct, zlib and index errors
            raise _damaged(data, name, picture_format, error) from error
        yield frame


def declared_pixels(data: bytes, name: str) -> int:
    """Return how many pixels a picture says that it has, without decoding it; 0 where that cannot be told."""
    picture_format = identify(data, PurePath(name).suffix)
    if picture_format is None or picture_format.pillow_name is None:
        return 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=[picture_format.pillow_name]) as image:
                return image.width * image.height
    except Exception:  # as ``decode_frames`` reports it
        return 0


class _Limits:
    """Refuses sizes before pixels are decoded."""

    def __init__(self, name: str, max_pixels: int) -> None:
        self._name, self._max_pixels = name, max_pixels

    def check(self, width: int, height: int, num_frames: int = 1) -> None:
        """Raise UnreadablePictureError for a picture that is too large."""
        if max(width, height) > MAX_SIDE or width * height > self._max_pixels:
            raise UnreadablePictureError(
                self._name,
                f"has {width} x {height} pixels",
                f"give pictures of at most {self._max_pixels >> 20} million pixels and {MAX_SIDE} a side",
            )
        if num_frames > MAX_FRAMES:
            raise UnreadablePictureError(
                self._name, f"has more than {MAX_FRAMES} frames", f"give animations of at most {MAX_FRAMES} frames"
            )


def _frames(data: bytes, picture_format: PictureFormat, limits: _Limits, min_px: int | None) -> Iterator[Frame]:
    if picture_format is PNG:
        yield from _png_frames(data, limits)
    elif picture_format is GIF:
        gif = parse_gif(data, MAX_FRAMES)
        limits.check(gif.width, gif.height, gif.num_frames)
        for part in gif.frames:
            limits.check(part.width, part.height)
        yield from gif.decode()
    else:
        yield from _pillow_frames(data, picture_format, limits, min_px)


def _png_frames(data: bytes, limits: _Limits) -> Iterator[Frame]:
    png = parse_png(data)
    limits.check(png.width, png.height, png.num_frames)
    profile, orientation = None, 1
    if b"iCCP" in png.chunks or b"eXIf" in png.chunks:
        with Image.open(BytesIO(data), formats=["PNG"]) as image:
            profile = image.info.get("icc_profile")
        orientation = _orientation(png.chunks.get(b"eXIf"))
    for frame in png.decode():
        rgba = apply_icc_profile(apply_png_colors(frame.rgba, png.chunks), profile)
        yield Frame(rgba=without_invisible_colors(_upright(rgba, orientation)), duration_ms=frame.duration_ms)


def _pillow_frames(data: bytes, picture_format: PictureFormat, limits: _Limits, min_px: int | None) -> Iterator[Frame]:
    with Image.open(BytesIO(data), formats=[picture_format.pillow_name or ""]) as image:
        num_frames = getattr(image, "n_frames", 1) if picture_format in _ANIMATED else 1
        limits.check(*image.size, num_frames)
        if min_px is not None:
            image.draft("RGB", (min_px, min_px))
        # TIFF's own orientation is applied by Pillow.
        orientation = 1 if picture_format is TIFF else _orientation(image.info.get("exif"))
        if num_frames == 1:
            yield Frame(rgba=without_invisible_colors(_upright(to_srgb(image), orientation)))
            return
        for page in ImageSequence.Iterator(image):
            limits.check(*page.size)
            if picture_format is TIFF and page.tag_v2.get(254, 0) & _REDUCED:  # type: ignore[attr-defined]
                continue
            rgba = without_invisible_colors(_upright(to_srgb(page), orientation))
            duration_ms = None if picture_format is TIFF else shown_duration(float(page.info.get("duration", 0)))
            yield Frame(rgba=rgba, duration_ms=duration_ms)


def _orientation(exif: bytes | None) -> int:
    """Return the orientation in EXIF data, 1 to 8; 1 where there is none or the data is damaged."""
    if not exif:
        return 1
    try:
        tags = Image.Exif()
        tags.load(exif)
        value = tags.get(_ORIENTATION, 1)
    except Exception:  # damaged metadata raises struct, syntax and key errors among others; the pixels are unharmed
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _upright(rgba: Rgba, orientation: int) -> Rgba:
    """Return pixels (H, W, 4) turned and mirrored as an EXIF orientation says (Exif 3.0, 4.6.5)."""
    if orientation >= 5:
        rgba = rgba.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        rgba = rgba[::-1]
    if orientation in (2, 3, 6, 7):
        rgba = rgba[:, ::-1]
    return np.ascontiguousarray(rgba)


def _unknown(data: bytes, name: str, picture_format: PictureFormat | None) -> UnreadablePictureError:
    if not data:
        return UnreadablePictureError(name, "is empty", "give a complete file")
    if picture_format is not None:
        article = "an" if picture_format.name[:1] in "AEIOU7" or picture_format.name[:3] in ("SVG", "MNG", "RAR") else "a"
        return UnreadablePictureError(name, f"is {article} {picture_format.name}", picture_format.repair)
    beginning = data[:8].hex(" ")
    return UnreadablePictureError(name, f"is not a picture of a known format (it begins with {beginning})", f"give {READ_FORMATS}")


def _damaged(data: bytes, name: str, picture_format: PictureFormat, error: Exception) -> UnreadablePictureError:
    if isinstance(error, Image.DecompressionBombError):
        return UnreadablePictureError(
            name, "has far too many pixels", f"give pictures of at most {MAX_PIXELS >> 20} million pixels"
        )
    variety = str(error) if isinstance(error, UnknownVarietyError) else unusual_variety(data, picture_format)
    if variety is None and "unsupported" in str(error).lower():
        variety = str(error)
    if variety is not None:
        problem = f"is a {picture_format.name} of a variety that is not read ({variety})"
        return UnreadablePictureError(name, problem, "save it as a PNG of 8 bits a sample")
    return UnreadablePictureError(name, "is damaged or truncated", "give a complete file")
