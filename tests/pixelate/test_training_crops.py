"""Training crops: their size and number, and the file that keeps them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mint.errors import PictureFileError
from mint.pixelate.training_crops import MAX_CROPS, crop_pictures, crop_side, load_crops, save_crops
from tests.pixelate.example_pictures import disc_on_transparency, scene


def test_several_crops_cover_the_longer_side() -> None:
    crops = crop_pictures([scene(300, 100), scene(100, 300), scene(64, 64)], 64)
    assert crops.shape == (3 + 3 + 1, 64, 64, 3)
    assert crops.dtype == np.uint8


def test_transparent_pixels_become_grey() -> None:
    (crop,) = crop_pictures([disc_on_transparency(64)], 64)
    assert crop[0, 0].tolist() == [128, 128, 128]


def test_the_side_grows_with_the_sprites() -> None:
    assert crop_side(32, 32) == 128
    assert crop_side(80, 100) == 200


def test_the_number_of_crops_is_limited() -> None:
    narrow = Image.new("RGBA", (16, 1))
    with pytest.raises(PictureFileError, match="more than 10000 square crops, the most that a training takes; give fewer"):
        crop_pictures((narrow for _ in range(MAX_CROPS // 8 + 1)), 1)
    with pytest.raises(PictureFileError, match="there are no pictures to learn from; give some with --pictures"):
        crop_pictures([], 1)


def test_saved_crops_are_loaded(tmp_path: Path) -> None:
    crops = crop_pictures([scene()], 32)
    save_crops(tmp_path / "training" / "pictures.npy", crops)
    assert np.array_equal(load_crops(tmp_path / "training" / "pictures.npy"), crops)


@pytest.mark.parametrize("shape", [(0, 8, 8, 3), (1, 8, 9, 3), (1, 8, 8, 4), (8, 8, 3)])
def test_a_file_without_crops_is_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    save_crops(tmp_path / "pictures.npy", np.zeros(shape, np.uint8))
    with pytest.raises(PictureFileError, match="holds no pictures; give them again with --pictures in a new token folder"):
        load_crops(tmp_path / "pictures.npy")


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pictures.npy").write_bytes(b"damaged")
    with pytest.raises(PictureFileError, match="cannot be read; give the pictures again with --pictures in a new token folder"):
        load_crops(tmp_path / "pictures.npy")
