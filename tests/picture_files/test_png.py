"""PNG: every bit depth, colour type and form of transparency, also interlaced, has the colours of the specification."""

import struct
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from mint.errors import UnreadablePictureError
from mint.picture_files.frame import Rgba
from mint.picture_files.reader import decode_frames
from tests.picture_files.writers import GREY, GREY_ALPHA, INDEXED, NUM_CHANNELS, RGB, RGBA, Chunk, png

DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), INDEXED: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGBA: (8, 16)}
VARIETIES = [
    (color_type, depth, transparent, interlaced)
    for color_type, depths in DEPTHS.items()
    for depth, transparent, interlaced in product(depths, (False, True), (False, True))
    if not transparent or color_type in (GREY, RGB, INDEXED)
]


def decode(data: bytes) -> Rgba:
    """Return the only frame."""
    (frame,) = decode_frames(data, "a.png")
    assert frame.duration_ms is None
    return frame.rgba


def _levels(samples: NDArray[np.integer], depth: int) -> NDArray[np.uint8]:
    """Return samples as 8-bit levels: 16 bits without the lower 8, fewer bits scaled to the full range."""
    return (samples >> 8 if depth == 16 else samples * 255 // ((1 << depth) - 1)).astype(np.uint8)


def _expected(samples: NDArray[np.integer], depth: int, color_type: int, palette: Rgba, key: list[int] | None) -> Rgba:
    if color_type == INDEXED:
        return np.where(palette[samples[..., 0]][..., 3:] == 0, 0, palette[samples[..., 0]]).astype(np.uint8)
    out = np.full((*samples.shape[:2], 4), 255, np.uint8)
    colors = samples[..., : 3 if color_type in (RGB, RGBA) else 1]
    out[..., :3] = _levels(colors, depth)
    if color_type in (GREY_ALPHA, RGBA):
        out[..., 3] = _levels(samples[..., -1], depth)
    if key is not None:
        out[(samples == key).all(-1)] = 0
    out[out[..., 3] == 0] = 0
    return out


@pytest.mark.parametrize(("color_type", "depth", "transparent", "interlaced"), VARIETIES)
def test_every_variety_has_the_colours_of_the_specification(
    color_type: int, depth: int, transparent: bool, interlaced: bool
) -> None:
    random = np.random.default_rng(depth)
    samples = random.integers(0, 1 << depth, (11, 13, NUM_CHANNELS[color_type]))
    samples[5] = samples[0, 0]
    palette = random.integers(0, 256, (1 << min(depth, 8), 4)).astype(np.uint8)
    palette[:, 3] = 255
    chunks: list[Chunk] = []
    key = None
    if color_type == INDEXED:
        chunks.append((b"PLTE", palette[:, :3].tobytes()))
        if transparent:
            palette[:2, 3] = 0, 128
            chunks.append((b"tRNS", palette[:2, 3].tobytes()))
    elif transparent:
        key = samples[0, 0].tolist()
        samples[6] = samples[0, 0]
        samples[6, :, -1] ^= 1  # differs in the lowest bit alone
        chunks.append((b"tRNS", struct.pack(f">{len(key)}H", *key)))
    shown = decode(png(samples, depth, color_type, chunks, interlaced=interlaced))
    assert np.array_equal(shown, _expected(samples, depth, color_type, palette, key))


@pytest.mark.parametrize("factor", [256, 257])
@pytest.mark.parametrize(("color_type", "channels"), NUM_CHANNELS.items())
def test_eight_bits_stored_in_sixteen_come_back(color_type: int, channels: int, factor: int) -> None:
    if color_type == INDEXED:
        return
    levels = np.arange(256 * channels).reshape(16, 16, channels) % 256
    assert np.array_equal(decode(png(levels * factor, 16, color_type)), decode(png(levels, 8, color_type)))


def test_clear_pixels_have_no_colour() -> None:
    samples = np.zeros((2, 3, 4), np.uint8)
    samples[..., :3] = 200
    samples[0, 0, 3] = 1
    shown = decode(png(samples, 8, RGBA))
    assert shown[0, 0].tolist() == [200, 200, 200, 1]
    assert shown.sum() == 601


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sI", 4, b"CgBI", 0x50002002) + bytes(40),
            "is a PNG of a variety that is not read (CgBI, which Apple's tools make for telephones)",
        ),
        (
            png(np.zeros((2, 2, 1), np.uint8), 8, GREY).replace(b"\x08\0\0\0\0", b"\x03\0\0\0\0"),
            "is a PNG of a variety that is not read (3 bits a sample with the colour type 0)",
        ),
        (png(np.zeros((2, 2, 1), np.uint8), 8, GREY)[:30], "is damaged or truncated"),
        (
            png(np.zeros((2, 2, 1), np.uint8), 8, INDEXED),
            "is a PNG of a variety that is not read (indexed colours without a palette)",
        ),
        (
            png(np.full((2, 2, 1), 7), 8, INDEXED, [(b"PLTE", bytes(9))]),
            "is a PNG of a variety that is not read (colour index 7 in a palette of 3)",
        ),
    ],
)
def test_what_is_no_png_is_named(data: bytes, problem: str) -> None:
    with pytest.raises(UnreadablePictureError) as caught:
        decode(data)
    assert caught.value.problem == problem
