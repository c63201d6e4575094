"""True sizes: enlarged art is restored pixel by pixel, native art is unchanged, pictures without a grid are refused."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mint.art.grid.detection import estimate_grid, integer_scale
from mint.art.grid.downscaling import downscale
from mint.art.grid.resampling import KERNELS, Kernel, least_squares_downscale, resampling_matrix, source_indices
from tests.art.enlarged import ENLARGEMENTS, is_unambiguous, native_sprites, share_correct

SPRITES = native_sprites(6)
SOME = ["x2 nearest", "x3 nearest", "x7 nearest", "x20 nearest", "x7.5 nearest", "x8.33 bilinear", "511 px bicubic and noise"]


@pytest.mark.parametrize("enlargement", [*SOME, "JPEG quality 75"])
def test_enlarged_art_is_restored(enlargement: str) -> None:
    random = np.random.default_rng(1)
    for native in SPRITES[:3]:
        large = ENLARGEMENTS[enlargement](native, random)
        grid = estimate_grid(large)
        assert grid.size == native.shape[:2]
        assert grid.confidence >= 0.5
        downscaled = downscale(large, grid)
        assert share_correct(native, downscaled, enlargement) >= 0.99
        if enlargement.endswith("nearest"):
            assert np.array_equal(downscaled, native)


def test_the_two_axes_may_have_different_sizes() -> None:
    native = SPRITES[0][:20]
    large = np.array(Image.fromarray(native).resize((32 * 9 + 1, 20 * 9), Image.Resampling.BILINEAR))
    assert estimate_grid(large).size == (20, 32)


@pytest.mark.parametrize("native", SPRITES, ids=range(len(SPRITES)))
def test_native_art_is_unchanged(native: NDArray[np.uint8]) -> None:
    grid = estimate_grid(native)
    assert (grid.size, grid.kernel) == (native.shape[:2], None)
    assert downscale(native, grid) is native


def test_a_native_scene_is_unchanged() -> None:
    tiles = [native for native in native_sprites(30) if native.shape[0] == 32][:9]
    scene = np.concatenate([np.concatenate(tiles[row : row + 3], 1) for row in (0, 3, 6)])
    assert (estimate_grid(scene).size, estimate_grid(scene).kernel) == ((96, 96), None)


def _fractal(power: float) -> NDArray[np.uint8]:
    """Return noise with the spectrum of a photograph."""
    random = np.random.default_rng(3)
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(200), np.fft.fftfreq(200)))
    frequency[0, 0] = 1
    channels = [np.fft.ifft2(np.fft.fft2(random.normal(size=(200, 200))) / frequency**power).real for _ in range(3)]
    levels = [np.clip(128 + 45 * (channel - channel.mean()) / channel.std(), 0, 255) for channel in channels]
    return np.dstack([*levels, np.full((200, 200), 255)]).astype(np.uint8)


def _gradient() -> NDArray[np.uint8]:
    y, x = np.mgrid[:300, :400]
    return np.dstack([x * 0.63, y * 0.83, x * 0.31 + y * 0.23, np.full_like(x, 255)]).astype(np.uint8)


@pytest.mark.parametrize(
    "picture", [_fractal(0.5), _fractal(1), _fractal(1.5), _fractal(2), _gradient()], ids=["0.5", "1", "1.5", "2", "gradient"]
)
def test_pictures_without_a_grid_are_refused(picture: NDArray[np.uint8]) -> None:
    grid = estimate_grid(picture)
    assert grid.size is None
    assert grid.confidence < 0.5


def test_vector_graphics_do_not_count_as_enlarged() -> None:
    image = Image.new("RGBA", (1200, 1200), "white")
    draw = ImageDraw.Draw(image)
    random = np.random.default_rng(4)
    for _ in range(25):
        x, y, width, height, *color = random.integers(60, 255, 7).tolist()
        draw.ellipse((3 * x, 3 * y, 3 * x + width, 3 * y + height), fill=(*color, 255))
    assert estimate_grid(np.array(image.resize((300, 300), Image.Resampling.LANCZOS))).kernel is None


def test_few_edges_are_no_evidence() -> None:
    flag = np.zeros((24, 24, 4), np.uint8)
    flag[:, :8], flag[:, 8:16], flag[:, 16:] = (255, 0, 0, 255), (255, 255, 255, 255), (0, 0, 255, 255)
    assert integer_scale([flag]) == 1


def test_pictures_of_one_size_are_judged_together() -> None:
    coarse = np.kron(np.indices((8, 8)).sum(0) % 2, np.ones((4, 4))).astype(np.uint8)[..., None] * np.full(4, 255, np.uint8)
    assert integer_scale([coarse]) == 4
    assert integer_scale([coarse, SPRITES[0]]) == 1
    large = [np.ascontiguousarray(picture.repeat(3, 0).repeat(3, 1)) for picture in (coarse, SPRITES[0])]
    assert integer_scale(large) == 3


@pytest.mark.parametrize(("kernel", "resampling"), [("nearest", "NEAREST"), ("bilinear", "BILINEAR"), ("bicubic", "BICUBIC")])
@pytest.mark.parametrize("size", [96, 101, 240])
def test_matrices_enlarge_as_pillow_does(kernel: Kernel, resampling: str, size: int) -> None:
    native = np.random.default_rng(2).integers(60, 190, (24, 20), np.uint8)
    expected = np.array(Image.fromarray(native).resize((size, size), Image.Resampling[resampling])).astype(float)
    rows, columns = (resampling_matrix(side, size, kernel) for side in native.shape)
    enlarged = rows @ native.astype(np.float32) @ columns.T
    assert np.abs(enlarged - expected).max() < 1.6
    assert np.abs(least_squares_downscale(enlarged[..., None], (24, 20), kernel)[..., 0] - native).max() < 0.1


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_rows_of_matrices_sum_to_one(kernel: Kernel) -> None:
    assert np.allclose(resampling_matrix(7, 50, kernel).sum(1), 1, atol=1e-6)
    assert source_indices(7, 50, "nearest").tolist() == sorted(source_indices(7, 50, "nearest").tolist())


def test_ambiguous_art_is_recognised() -> None:
    assert is_unambiguous(np.random.default_rng(1).integers(0, 4, (16, 16), np.uint8))
    assert not is_unambiguous(np.random.default_rng(1).integers(0, 4, (8, 8), np.uint8).repeat(2, 0).repeat(2, 1))
