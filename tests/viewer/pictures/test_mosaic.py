"""Mosaics: the order of tiles, and the palette and provenance in a PNG."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from viewer.errors import PictureError
from viewer.pictures.mosaic import Provenance, darkest, encode_png, mosaic, read_provenance, write_png

PALETTE = ("#ffffffff", "#102030ff", "#ff880080", "#00ff00ff")
PROVENANCE = Provenance(token="né 夜 ☾", step=12, seed=2**40, tiles=3, recipe="vaegan 1")


@pytest.mark.parametrize(
    ("count", "side", "rows", "columns"),
    [
        (1, (4, 4), 1, 1),
        (2, (4, 4), 1, 2),
        (5, (4, 4), 2, 3),
        (60, (4, 4), 8, 8),
        (64, (4, 4), 8, 8),
        (4, (2, 8), 4, 1),
        # No more places than tiles, if that is nearly a square.
        (48, (4, 4), 6, 8),
        (16, (19, 16), 4, 4),
        (64, (48, 32), 8, 8),
        (13, (48, 32), 3, 5),
    ],
)
def test_mosaics_are_nearly_square(count: int, side: tuple[int, int], rows: int, columns: int) -> None:
    picture = mosaic(np.zeros((count, *side), np.uint8), background=3, gap_px=1)
    assert picture.shape == (rows * (side[0] + 1) + 1, columns * (side[1] + 1) + 1)


def test_tiles_are_arranged_row_by_row() -> None:
    tiles = np.arange(3, dtype=np.uint8).reshape(3, 1, 1)
    assert mosaic(tiles, background=9, gap_px=1).tolist() == [
        [9, 9, 9, 9, 9],
        [9, 0, 9, 1, 9],
        [9, 9, 9, 9, 9],
        [9, 2, 9, 9, 9],
        [9, 9, 9, 9, 9],
    ]


def test_no_tiles_make_no_mosaic() -> None:
    with pytest.raises(PictureError, match="a mosaic of 0 tiles has no pixels"):
        mosaic(np.zeros((0, 4, 4), np.uint8), background=0)


def test_the_darkest_colour_is_found() -> None:
    assert darkest(PALETTE) == 1


def test_a_png_holds_indices_palette_and_provenance(tmp_path: Path) -> None:
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4) % 4
    write_png(tmp_path / "a.png", picture, PALETTE, PROVENANCE, scale=5)
    with Image.open(tmp_path / "a.png") as image:
        assert image.mode == "P"
        assert image.info["Title"] == "Dreams of né 夜 ☾"
        assert image.info["Software"] == "Pixelmint"
        assert np.array_equal(np.asarray(image), picture.repeat(5, 0).repeat(5, 1))
        colors = np.asarray(image.convert("RGBA"))[::5, ::5].reshape(-1, 4)
    assert [f"#{color.tobytes().hex()}" for color in colors] == list(PALETTE) * 3
    assert read_provenance(tmp_path / "a.png") == PROVENANCE


def test_tiles_of_a_page_have_a_seed_each(tmp_path: Path) -> None:
    provenance = Provenance(token="colors", step=0, seeds=("7", "18446744073709551615", "5@15.25"), tiles=3, recipe="vaegan 1")
    write_png(tmp_path / "a.png", np.zeros((4, 4), np.uint8), PALETTE, provenance)
    assert read_provenance(tmp_path / "a.png") == provenance


@pytest.mark.parametrize("seeds", ["1 2", "1 2 x", "1 2 -3", "1 2 3@", "1 2 3@16", "1 2 3@nan", ""])
def test_invalid_seeds_are_refused(tmp_path: Path, seeds: str) -> None:
    chunks = PngInfo()
    for key, value in {"token": "colors", "step": "0", "tiles": "3", "recipe": "vaegan 1", "seeds": seeds}.items():
        chunks.add_itxt(f"pixelmint:{key}", value)
    Image.new("P", (4, 4)).save(tmp_path / "a.png", pnginfo=chunks)
    with pytest.raises(PictureError, match="does not state its provenance"):
        read_provenance(tmp_path / "a.png")


def test_equal_pictures_are_equal_files(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        write_png(tmp_path / name, np.zeros((4, 4), np.uint8), PALETTE, PROVENANCE)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_failure_leaves_the_old_png_and_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(PictureError, match="cannot be written"):
        write_png(tmp_path / "a.png", np.zeros((4, 4), np.uint8), PALETTE, PROVENANCE)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    with pytest.raises(PictureError, match=r"nowhere/a\.png cannot be written: No such file or directory"):
        write_png(tmp_path / "nowhere" / "a.png", np.zeros((4, 4), np.uint8), PALETTE, PROVENANCE)


def test_a_scale_below_one_is_refused() -> None:
    for scale in (0, -2):
        with pytest.raises(PictureError, match=f"scale is {scale}; give 1 or more"):
            encode_png(np.zeros((4, 4), np.uint8), PALETTE, scale=scale)


def test_a_huge_picture_is_refused_before_it_is_allocated(tmp_path: Path) -> None:
    picture = np.broadcast_to(np.uint8(0), (100_000, 100_000))
    with pytest.raises(PictureError, match="the picture would be 6400000x6400000; give fewer --tiles or a smaller --scale"):
        write_png(tmp_path / "a.png", picture, PALETTE, PROVENANCE, scale=64)


def test_other_pictures_have_no_provenance(tmp_path: Path) -> None:
    Image.new("P", (4, 4)).save(tmp_path / "b.png")
    with pytest.raises(PictureError, match="does not state its provenance"):
        read_provenance(tmp_path / "b.png")
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(PictureError, match="cannot be read as a PNG"):
        read_provenance(tmp_path / "c.png")
