"""GIF files: their frames as browsers show them. Pillow unpacks each frame on its own; this module reads the blocks around them.

Source: Graphics Interchange Format, version 89a. Browsers deviate from it: disposal to the background makes pixels clear, disposal
4 restores like 3, and a first frame larger than the screen enlarges it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mint.picture_files.frame import Disposal, Frame, FramePart, compose
from mint.picture_files.variety import UnknownVarietyError

_EXTENSION, _IMAGE, _TRAILER, _CONTROL = 0x21, 0x2C, 0x3B, 0xF9
_DISPOSALS: Final[dict[int, Disposal]] = {2: "clear", 3: "restore", 4: "restore"}
_INTERLACED: Final = 0x40

_MAX_BLOCKS = 1 << 20  # of an image: 256 MiB, if they are full

_Control = tuple[int | None, Disposal, float]  # the transparent index, the disposal, and the duration in ms
_NO_CONTROL: Final[_Control] = (None, "keep", 0.0)


@dataclass(frozen=True, kw_only=True)
class GifFrame:
    """A frame's place and size, its colour table (k, 3), its compressed pixels, and its graphic control."""

    left: int
    top: int
    width: int
    height: int
    flags: int
    table: bytes
    data: bytes
    transparent: int | None
    disposal: Disposal
    duration_ms: float


@dataclass(frozen=True, kw_only=True)
class GifFile:
    """The frames of a GIF and the size of its screen."""

    width: int
    height: int
    frames: tuple[GifFrame, ...]

    @property
    def num_frames(self) -> int:
        """How many frames it has."""
        return len(self.frames)

    def decode(self) -> Iterator[Frame]:
        """Decode the frames one at a time. Raises any error of Pillow for damaged data."""
        for frame in compose((self._part(part) for part in self.frames), self.width, self.height):
            yield frame if len(self.frames) > 1 else Frame(rgba=frame.rgba)

    def _part(self, frame: GifFrame) -> FramePart:
        indices = _unpack(frame)
        colors = np.zeros((256, 4), np.uint8)
        table = np.frombuffer(frame.table, np.uint8).reshape(-1, 3)
        colors[:, 3] = 255
        colors[: len(table), :3] = table
        if frame.transparent is not None:
            colors[frame.transparent] = 0
        return FramePart(
            rgba=colors[indices], left=frame.left, top=frame.top, disposal=frame.disposal, duration_ms=frame.duration_ms
        )


def parse_gif(data: bytes, max_frames: int) -> GifFile:
    """Read the blocks of a GIF, those after ``max_frames`` frames and one more not at all.

    Raises UnknownVarietyError where it has no frame or no colours, and EOFError where it ends too early.
    """
    if len(data) < 13:
        raise EOFError("header")
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    position = 13
    table = b""
    if flags & 0x80:
        table, position = _take(data, position, 3 << (flags & 7) + 1)
    control = _NO_CONTROL
    frames: list[GifFrame] = []
    while position < len(data) and data[position] != _TRAILER and len(frames) <= max_frames:
        kind = data[position]
        position += 1
        if kind == _EXTENSION and position < len(data):
            label = data[position]
            body, position = _sub_blocks(data, position + 1)
            if label == _CONTROL and len(body) >= 4:
                control = _control(body)
        elif kind == _IMAGE:
            frame, position = _image(data, position, table, control)
            frames.append(frame)
            control = _NO_CONTROL
        elif kind:  # neither a block nor a stray zero, which some encoders leave: browsers stop here
            break
    if not frames:
        raise UnknownVarietyError("without a frame")
    if not all(frame.table for frame in frames):
        raise UnknownVarietyError("without a colour table")
    first = frames[0]
    return GifFile(width=max(width, first.left + first.width), height=max(height, first.top + first.height), frames=tuple(frames))


def _image(data: bytes, position: int, table: bytes, control: _Control) -> tuple[GifFrame, int]:
    """Return the frame whose descriptor stands at a position, and the position after it; ``table`` is that of the file."""
    header, position = _take(data, position, 9)
    left, top, width, height, flags = struct.unpack("<HHHHB", header)
    if flags & 0x80:
        table, position = _take(data, position, 3 << (flags & 7) + 1)
    code_size, position = _take(data, position, 1)
    body, position = _sub_blocks(data, position)
    transparent, disposal, duration_ms = control
    frame = GifFrame(
        left=left,
        top=top,
        width=width,
        height=height,
        flags=flags,
        table=table,
        data=code_size + body,
        transparent=transparent,
        disposal=disposal,
        duration_ms=duration_ms,
    )
    return frame, position


def _control(body: bytes) -> _Control:
    """Return what a graphic control block says."""
    flags, hundredths, index = struct.unpack_from("<BHB", body)
    return index if flags & 1 else None, _DISPOSALS.get(flags >> 2 & 7, "keep"), 10.0 * hundredths


def _take(data: bytes, position: int, length: int) -> tuple[bytes, int]:
    if position + length > len(data):
        raise EOFError("frame")
    return data[position : position + length], position + length


def _sub_blocks(data: bytes, position: int) -> tuple[bytes, int]:
    """Return the joined sub-blocks at a position, and the position after them."""
    blocks: list[bytes] = []
    while True:
        if position >= len(data):
            raise EOFError("block")
        length = data[position]
        if not length:
            return b"".join(blocks), position + 1
        block, position = _take(data, position + 1, length)
        blocks.append(block)
        if len(blocks) > _MAX_BLOCKS:
            raise UnknownVarietyError("of very many short blocks")


def _unpack(frame: GifFrame) -> NDArray[np.uint8]:
    """Return the indices (H, W) of a frame: Pillow reads it as a GIF that holds nothing else."""
    size_bits = max((len(frame.table) // 3).bit_length() - 2, 0)
    screen = struct.pack("<HHBBB", frame.width, frame.height, 0x80 | size_bits, 0, 0)
    image_block = struct.pack("<BHHHHB", _IMAGE, 0, 0, frame.width, frame.height, frame.flags & _INTERLACED)
    body = frame.data[1:]
    blocks = b"".join(bytes([len(body[at : at + 255])]) + body[at : at + 255] for at in range(0, len(body), 255))
    file = b"GIF89a" + screen + frame.table + image_block + frame.data[:1] + blocks + bytes([0, _TRAILER])
    with Image.open(BytesIO(file), formats=["GIF"]) as image:
        return np.array(image)
