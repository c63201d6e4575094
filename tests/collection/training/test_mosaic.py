"""The mosaic of a collection: each token's dream at its place."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mint.collection.training.mosaic import BACKGROUND, CollectionMosaic
from viewer.pictures.mosaic import encode_png, mosaic

PALETTE = ("#000000ff", "#ff0000ff", "#00ff00ff")


def dream(color: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    tile = np.full((32, 32), color, np.uint8)
    tile[0, 0] = 0
    return tile


def test_tiles_lie_in_the_order_of_the_tokens_and_others_are_dark(tmp_path: Path) -> None:
    pictured = CollectionMosaic(5)  # three columns, two rows
    pictured.add(4, PALETTE, dream(1))
    (tmp_path / "dreams.png").write_bytes(encode_png(mosaic(np.stack([dream(2)] * 16), background=0), PALETTE, scale=4))
    pictured.add_from(0, tmp_path / "dreams.png")
    pictured.add_from(1, tmp_path / "missing.png")
    pictured.write(tmp_path)
    with Image.open(tmp_path / "mosaic.png") as image:
        pixels = np.asarray(image)
    assert pixels.shape == (64, 96, 4)
    assert tuple(pixels[33, 33]) == (255, 0, 0, 255)
    assert tuple(pixels[1, 1]) == (0, 255, 0, 255)
    assert tuple(pixels[0, 0]) == tuple(pixels[32, 32]) == (0, 0, 0, 255)
    assert (pixels[:32, 32:] == BACKGROUND).all()
    record = 4 + 32 * 32 * 4
    tiles = pictured.tiles(0, 9)
    assert len(tiles) == 2 * record
    assert (tiles[0], tiles[record]) == (4, 0)
    assert pictured.tiles(1, 1) == tiles[record:]


@pytest.mark.parametrize(
    ("num_tokens", "stride", "num_tiles"), [(1, 1, 1), (10_000, 1, 10_000), (10_001, 2, 5001), (35_000, 4, 8750)]
)
def test_large_collections_show_every_nth_token(num_tokens: int, stride: int, num_tiles: int) -> None:
    pictured = CollectionMosaic(num_tokens)
    assert (pictured.stride, pictured.num_tiles) == (stride, num_tiles)
    for place in range(2 * stride) if num_tokens > 1 else range(1):
        pictured.add(place, PALETTE, dream(1))
    assert pictured.num_added == min(2, num_tokens)


def test_dreams_that_are_no_file_or_far_too_large_are_left_out(tmp_path: Path) -> None:
    pictured = CollectionMosaic(5)
    (tmp_path / "dreams.png").symlink_to("/dev/zero")
    pictured.add_from(0, tmp_path / "dreams.png")
    Image.new("L", (4097, 64)).save(tmp_path / "wide.png")
    pictured.add_from(0, tmp_path / "wide.png")
    (tmp_path / "bomb.png").write_bytes(png_of(1 << 30, 1 << 30))
    pictured.add_from(0, tmp_path / "bomb.png")
    assert pictured.num_added == 0


def png_of(width: int, height: int) -> bytes:
    """Return the first bytes of a PNG that says it is so large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
