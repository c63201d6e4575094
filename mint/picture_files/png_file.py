"""PNG files: every bit depth and form of transparency, and the frames of animations. Pillow unpacks pixels; chunks are read here.

Source: Portable Network Graphics (PNG) Specification, third edition. The default image of an animation is one of its frames only if
an fcTL chunk stands before it (11.3.3).
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from mint.picture_files.frame import Disposal, Frame, FramePart, Rgba, compose, rgba_of
from mint.picture_files.variety import UnknownVarietyError

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _INDEXED = 0, 2, 3
_BIT_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_DISPOSALS: Final[dict[int, Disposal]] = {1: "clear", 2: "restore"}

_MAX_CHUNKS = 1 << 18  # 8 KiB each, as is usual, are 2 GiB


@dataclass(frozen=True, kw_only=True)
class PngFrame:
    """A frame of an animation: its rectangle, its compressed pixels, and how it is composed."""

    width: int
    height: int
    left: int
    top: int
    disposal: Disposal
    blend: bool
    duration_ms: float
    data: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PngFile:
    """A PNG: its header, palette and transparency, its frames if it is an animation, and chunks that concern colours."""

    data: bytes
    header: bytes  # IHDR
    chunks: dict[bytes, bytes]  # the first of each kind but IDAT
    frames: tuple[PngFrame, ...]

    @property
    def width(self) -> int:
        """Pixels a row."""
        return int(struct.unpack_from(">I", self.header)[0])

    @property
    def height(self) -> int:
        """Rows."""
        return int(struct.unpack_from(">I", self.header, 4)[0])

    @property
    def num_frames(self) -> int:
        """How many frames it has: 1 for a still picture."""
        return max(len(self.frames), 1)

    def decode(self) -> Iterator[Frame]:
        """Decode the frames one at a time, in the colours of the file. Raises any error of Pillow for damaged data."""
        if not self.frames:
            yield Frame(rgba=self._unpack(self.data))
        else:
            for frame in compose((self._part(frame) for frame in self.frames), self.width, self.height):
                yield frame if len(self.frames) > 1 else Frame(rgba=frame.rgba)

    def _part(self, frame: PngFrame) -> FramePart:
        header = struct.pack(">II", frame.width, frame.height) + self.header[8:]
        kept = [(kind, self.chunks[kind]) for kind in (b"PLTE", b"tRNS") if kind in self.chunks]
        chunks = [(b"IHDR", header), *kept, (b"IDAT", b"".join(frame.data)), (b"IEND", b"")]
        return FramePart(
            rgba=self._unpack(SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)),
            left=frame.left,
            top=frame.top,
            blend=frame.blend,
            disposal=frame.disposal,
            duration_ms=frame.duration_ms,
        )

    def _unpack(self, file: bytes) -> Rgba:
        """Return the pixels (H, W, 4) of a still PNG with this header, palette and transparency.

        Of 16 bits the upper 8 are kept, which gives back the levels of any picture that was stored as v * 257 or v * 256.
        """
        bit_depth, color_type = self.header[8], self.header[9]
        transparent = self.chunks.get(b"tRNS", b"")
        with _open(file) as image:
            if color_type == _GREY:
                return _grey(np.asarray(image), bit_depth, transparent)
            if color_type == _INDEXED:
                return _indexed(np.asarray(image), self.chunks[b"PLTE"], transparent)
            rgba = rgba_of(image)
            if color_type == _RGB and len(transparent) == 6:
                rgba[..., 3] = 255
                key = struct.unpack(">HHH", transparent)
                rgba[_rgb_equals(file, rgba, key, bit_depth)] = 0
            return rgba


def parse_png(data: bytes) -> PngFile:
    """Read the chunks of a PNG.

    Raises UnknownVarietyError for what is no PNG of the specification, and EOFError where it has no header.
    """
    chunks: dict[bytes, bytes] = {}
    frames: list[PngFrame] = []
    position, has_pixels, num_chunks = len(SIGNATURE), False, 0
    while position + 8 <= len(data):
        num_chunks += 1
        if num_chunks > _MAX_CHUNKS:
            raise UnknownVarietyError("of very many short chunks")
        length, kind = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + length]
        position += length + 12
        if kind == b"IEND":
            break
        if kind == b"IDAT":
            has_pixels = True
            if frames:
                frames[0].data.append(body)
        elif kind == b"fcTL" and b"acTL" in chunks:
            frames.append(_frame(body))
        elif kind == b"fdAT" and frames:
            frames[-1].data.append(body[4:])
        elif kind != b"acTL" or not has_pixels:
            chunks.setdefault(kind, body)
    if next(iter(chunks), b"") == b"CgBI":
        raise UnknownVarietyError("CgBI, which Apple's tools make for telephones")
    header = chunks.get(b"IHDR", b"")
    if len(header) != 13:
        raise EOFError("no header")
    bit_depth, color_type = header[8], header[9]
    if bit_depth not in _BIT_DEPTHS.get(color_type, ()):
        raise UnknownVarietyError(f"{bit_depth} bits a sample with the colour type {color_type}")
    if color_type == _INDEXED and not chunks.get(b"PLTE"):
        raise UnknownVarietyError("indexed colours without a palette")
    return PngFile(data=data, header=header, chunks=chunks, frames=tuple(_checked(frames, header)))


def _frame(control: bytes) -> PngFrame:
    if len(control) < 26:
        raise UnknownVarietyError("an animation with a frame without size")
    width, height, left, top, numerator, denominator, disposal, blend = struct.unpack_from(">IIIIHHBB", control, 4)
    return PngFrame(
        width=width,
        height=height,
        left=left,
        top=top,
        disposal=_DISPOSALS.get(disposal, "keep"),
        blend=blend == 1,
        duration_ms=1000 * numerator / (denominator or 100),
    )


def _checked(frames: list[PngFrame], header: bytes) -> list[PngFrame]:
    width, height = struct.unpack_from(">II", header)
    for number, frame in enumerate(frames):
        if not frame.width or not frame.height or frame.left + frame.width > width or frame.top + frame.height > height:
            raise UnknownVarietyError(
                f"an animation of {width}x{height} whose frame {number} is {frame.width}x{frame.height} at {frame.left},{frame.top}"
            )
        if not frame.data:
            raise UnknownVarietyError(f"an animation whose frame {number} has no pixels")
    # What is before the first frame is clear.
    if frames and frames[0].disposal == "restore":
        frames[0] = replace(frames[0], disposal="clear")
    return frames


def _grey(samples: NDArray[Any], bit_depth: int, transparent: bytes) -> Rgba:
    """Return grey samples (H, W), as Pillow unpacks them, as RGBA."""
    levels = (samples >> 8 if bit_depth == 16 else samples * np.uint8(255) if bit_depth == 1 else samples).astype(np.uint8)
    rgba = np.full((*levels.shape, 4), 255, np.uint8)
    rgba[..., :3] = levels[..., None]
    if len(transparent) == 2:
        key = struct.unpack(">H", transparent)[0] & (1 << bit_depth) - 1
        # Pillow scales 2 and 4 bits to 8, and leaves 1 and 16 as they are.
        rgba[samples == (key * 255 // ((1 << bit_depth) - 1) if 1 < bit_depth < 8 else key)] = 0
    return rgba


def _indexed(indices: NDArray[np.uint8], palette: bytes, transparent: bytes) -> Rgba:
    """Return indices (H, W) as RGBA. Raises UnknownVarietyError for one beyond the palette, for which there is no colour."""
    colors = np.frombuffer(palette, np.uint8, len(palette) // 3 * 3).reshape(-1, 3)
    if indices.max() >= len(colors):
        raise UnknownVarietyError(f"colour index {indices.max()} in a palette of {len(colors)}")
    table = np.full((len(colors), 4), 255, np.uint8)
    table[:, :3] = colors
    alpha = np.frombuffer(transparent, np.uint8)[: len(colors)]
    table[: len(alpha), 3] = alpha
    return table[indices]


def _rgb_equals(file: bytes, rgba: Rgba, key: tuple[int, ...], bit_depth: int) -> NDArray[np.bool_]:
    """Return which pixels (H, W) of an RGB file have its transparent colour ``key``."""
    if bit_depth == 8:
        equal: NDArray[np.bool_] = (rgba[..., :3] == [value & 255 for value in key]).all(-1)
        return equal
    with _open(file) as image:
        # Pillow keeps one byte of each sample, and with this layout the lower one.
        image.tile = [tile._replace(args="RGB;16L") for tile in image.tile]
        lower = np.asarray(image)
    equal = (rgba[..., :3] == [value >> 8 for value in key]).all(-1) & (lower == [value & 255 for value in key]).all(-1)
    return equal


def _open(file: bytes) -> ImageFile.ImageFile:
    return Image.open(BytesIO(file), formats=["PNG"])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
