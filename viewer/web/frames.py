"""Frames: the binary messages that carry tiles from the server to a page, as palette indices. See ``protocol``."""

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.errors import ProtocolError

MAX_FRAME_BYTES: Final = 2 * 1024 * 1024  # a larger change is sent as several frames

# Kinds of frames.
TILES: Final = 0
ORIGINALS: Final = 1
RECONSTRUCTIONS: Final = 2

# Little-endian, without padding.
HEADER: Final = struct.Struct("<IIHHHH")  # frame, generation, count, H, W, kind
TILE: Final = np.dtype([("number", "<u4"), ("seed", "<u8"), ("position", "<f4")])


@dataclass(frozen=True, kw_only=True, eq=False)
class TileFrame:
    """The newest pictures of some tiles. As bytes: HEADER, then a TILE for each, then H*W indices for each, row by row.

    ``frame`` counts up from 1 within one connection. A dream is the generator's picture at (seed, position): the seed's first
    latent (``latents.seeds``) where the position is 0, else the latent at that position of the seed's walk (``latents.walk``). For
    originals and reconstructions both are 0, and the number is the sprite's.
    """

    frame: int
    generation: int
    kind: int  # TILES, ORIGINALS or RECONSTRUCTIONS
    tiles: NDArray[np.void]  # (n,) of TILE
    pixels: NDArray[np.uint8]  # (n, H, W)


def pack_frame(frame: TileFrame) -> bytes:
    """Encode a frame."""
    header = HEADER.pack(frame.frame, frame.generation, *frame.pixels.shape, frame.kind)
    return b"".join((header, frame.tiles.astype(TILE).tobytes(), frame.pixels.tobytes()))


def unpack_frame(data: bytes) -> TileFrame:
    """Decode a frame. Raises ProtocolError where there are too few bytes or too many."""
    try:
        number, generation, count, height, width, kind = HEADER.unpack_from(data)
        tiles = np.frombuffer(data, TILE, count, HEADER.size)
        pixels = np.frombuffer(data, np.uint8, count * height * width, HEADER.size + tiles.nbytes)
    except (struct.error, ValueError) as error:
        raise ProtocolError("a frame of tiles is cut short") from error
    if HEADER.size + tiles.nbytes + pixels.nbytes != len(data):
        raise ProtocolError("a frame of tiles is too long")
    return TileFrame(frame=number, generation=generation, kind=kind, tiles=tiles, pixels=pixels.reshape(count, height, width))
