"""Palettes: exact up to 256 colours, reduced beyond that, or those of machines and files."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mint.art.colors.hardware_palettes import NAMES, hardware_palette
from mint.art.colors.oklab import oklab, srgb
from mint.art.colors.quantization import choose_colors
from mint.errors import ArtError


def _random_sprites(num_colors: int) -> list[NDArray[np.uint8]]:
    """Return sprites with exactly ``num_colors`` colours, one of them clear and one translucent."""
    random = np.random.default_rng(num_colors)
    colors = np.unique(random.integers(0, 256, (3 * num_colors, 4), np.uint8), axis=0)[:num_colors]
    colors[:, 3] = 255
    colors[0], colors[1] = 0, (200, 100, 50, 128)
    places = np.concatenate([np.arange(num_colors), random.integers(0, num_colors, 6 * 256 - num_colors)])
    return list(colors[random.permutation(places).reshape(6, 16, 16)])


@pytest.mark.parametrize("num_colors", [2, 17, 222, 256])
def test_up_to_256_colours_are_kept_exactly(num_colors: int) -> None:
    sprites = _random_sprites(num_colors)
    colors = choose_colors(sprites, None, None)
    assert (len(colors.rgba), colors.mean_error, colors.max_error) == (num_colors, 0, 0)
    assert tuple(colors.rgba[0]) == (0, 0, 0, 0)
    for sprite in sprites:
        assert np.array_equal(colors.rgba[colors.index(sprite)], sprite)


def test_more_colours_need_a_choice() -> None:
    with pytest.raises(ArtError) as error:
        choose_colors(_random_sprites(300), None, None)
    assert str(error.value) == (
        "the art has 300 colours, but a palette has at most 256; choose with --colors N or --palette NAME|FILE"
    )


def test_stray_colours_are_told_from_those_of_the_art() -> None:
    art = np.array([(0, 0, 0, 255), (250, 250, 250, 255), (200, 30, 30, 255)], np.uint8)[np.arange(8192) % 3]
    art[:300, 1] = np.arange(300) // 2
    art[:300, 2] = np.arange(300) % 2
    with pytest.raises(
        ArtError, match=r"the art has 30[0-3] colours \(3 of them make up 95 % of it\), but a palette has at most 256"
    ):
        choose_colors([art.reshape(64, 128, 4)], None, None)


def test_one_colour_is_too_few() -> None:
    with pytest.raises(ArtError, match="the art has only one colour; give art with two colours or more"):
        choose_colors([np.zeros((4, 4, 4), np.uint8)], None, None)


@pytest.mark.parametrize("num_colors", [2, 16, 64, 256])
def test_reduced_colours_are_near_the_originals(num_colors: int) -> None:
    sprites = _random_sprites(300)
    colors = choose_colors(sprites, num_colors, None)
    assert 2 <= len(colors.rgba) <= num_colors
    for sprite in sprites:
        shown = colors.rgba[colors.index(sprite)]
        assert np.array_equal(shown[..., 3] == 0, sprite[..., 3] == 0)
    assert 0 < colors.mean_error <= colors.max_error
    assert colors.mean_error < {2: 0.5, 16: 0.12, 64: 0.07, 256: 0.02}[num_colors]


def test_each_colour_becomes_the_perceptually_nearest() -> None:
    sprites = _random_sprites(300)
    palette = hardware_palette("pico-8")
    colors = choose_colors(sprites, None, palette)
    opaque = np.concatenate([sprite[sprite[..., 3] == 255] for sprite in sprites])
    distances = np.square(oklab(opaque[:, None, :3]) - oklab(palette[None, :, :3])).sum(2)
    indices = np.concatenate([colors.index(sprite)[sprite[..., 3] == 255] for sprite in sprites])
    assert tuple(colors.rgba[0]) == (0, 0, 0, 0)
    assert np.allclose(distances[np.arange(len(opaque)), indices.astype(int) - 1], distances.min(1), atol=1e-6)


def test_oklab_agrees_with_its_reference() -> None:
    # bottosson.github.io/posts/oklab: white, and the primaries as CSS Color 4 gives them.
    known = {(255, 255, 255): (1, 0, 0), (255, 0, 0): (0.6280, 0.2249, 0.1258), (0, 0, 255): (0.4520, -0.0325, -0.3115)}
    for color, lab in known.items():
        assert np.allclose(oklab(np.array(color, np.uint8)), lab, atol=2e-4)
    levels = np.random.default_rng(1).integers(0, 256, (500, 3), np.uint8)
    assert np.array_equal(srgb(oklab(levels)), levels)


@pytest.mark.parametrize(
    ("name", "num_colors", "some"),
    [
        ("nes", 54, "ffffff"),
        ("game-boy", 4, "9bbc0f"),
        ("pico-8", 16, "ff004d"),
        ("cga", 16, "aa5500"),
        ("zx-spectrum", 15, "d700d7"),
        ("c64", 16, "352879"),
    ],
)
def test_hardware_palettes_have_their_colours(name: str, num_colors: int, some: str) -> None:
    palette = hardware_palette(name)
    assert palette.shape == (num_colors, 4)
    assert len(np.unique(palette, axis=0)) == num_colors
    assert (palette[:, 3] == 255).all()
    assert bytes.fromhex(some) in {bytes(color[:3]) for color in palette}
    assert name in NAMES
