"""Commands see in a picture file what a person sees, whatever its variety: import, originality and tileset."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mint.picture_files.frame import Rgba
from mint.token.folder import TokenFolder, mint_token, read_token
from mint.token.hash import parse_hash
from tests.cli.runner import check_error, run_mint
from tests.picture_files.writers import GREY, RGB, RGBA, ApngFrame, apng, exif, png, saved

pytestmark = pytest.mark.usefixtures("work")

CLEAR = np.zeros(4, np.uint8)


def _sprites(count: int, side: int = 16) -> list[Rgba]:
    """Return sprites of five colours on a clear ground, drawn as blocks and specks."""
    colors = np.array([[40, 20, 60], [200, 40, 40], [250, 220, 90], [60, 140, 200], [90, 200, 90]], np.uint8)
    sprites = []
    for number in range(count):
        random = np.random.default_rng(number)
        rgba = np.zeros((side, side, 4), np.uint8)
        for _ in range(7):
            y, x, height, width = random.integers(1, side // 2, 4)
            rgba[y : y + height, x : x + width] = [*colors[random.integers(5)], 255]
        rgba[random.integers(2, side - 2, 14), random.integers(2, side - 2, 14)] = [*colors[random.integers(5)], 255]
        sprites.append(rgba)
    return sprites


def _write(path: str, data: bytes) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(data)


def _write_sprites(sprites: list[Rgba]) -> None:
    for number, rgba in enumerate(sprites):
        _write(f"art/{number:02}.png", saved(Image.fromarray(rgba), "PNG"))


def _imported(*arguments: str) -> TokenFolder:
    result = run_mint("import", *arguments)
    assert result.exit_code == 0, result.stderr
    return read_token(Path(result.stdout.strip()))


def _colors(token: TokenFolder) -> Rgba:
    """Return the sprites (n, H, W, 4) of a token."""
    return token.rgba[token.pixels]


def test_an_animation_without_its_default_image() -> None:
    sprites = _sprites(4)
    frames = [ApngFrame(samples=rgba) for rgba in sprites[1:]]
    _write("art/walk.apng", apng(frames, 8, RGBA, default_image=sprites[0]))
    assert np.array_equal(_colors(_imported("art")), np.stack(sprites[1:]))


def test_sixteen_bits_have_the_colours_of_eight() -> None:
    levels = np.random.default_rng(3).choice([0, 60, 120, 255], (16, 16, 1))
    _write("art/0.png", png(levels * 257, 16, GREY))
    _write("art/1.png", png(levels[::-1], 8, GREY))
    _write("art/2.png", png(levels.repeat(3, 2) * 256, 16, RGB))
    shown = _colors(_imported("art", "--scale", "1"))
    assert np.array_equal(shown[0], shown[1, ::-1])
    assert np.array_equal(shown[0], shown[2])
    assert len(np.unique(shown[0].reshape(-1, 4), axis=0)) == 4


def test_turned_pictures_are_imported_upright() -> None:
    upright = np.zeros((48, 32, 3), np.uint8)
    upright[:24] = 255
    for orientation, stored in ((1, upright), (3, upright[::-1]), (6, np.rot90(upright)), (8, np.rot90(upright, -1))):
        _write(f"art/{orientation}.jpg", saved(Image.fromarray(np.ascontiguousarray(stored)), "JPEG", exif=exif(orientation)))
    shown = _colors(_imported("art", "--scale", "1"))
    assert shown.shape[1:] == (48, 32, 4)
    for picture in shown:
        assert np.array_equal(picture[..., :3], upright)


def test_unreadable_pictures_are_left_out_and_named_on_request() -> None:
    _write_sprites(_sprites(3))
    _write("art/0 broken.png", b"")
    result = run_mint("import", "art", "--skip-unreadable", "--name", "rest")
    assert (result.exit_code, result.stdout) == (0, "tokens/rest\n")
    assert result.stderr.splitlines()[0] == "left out: art/0 broken.png is empty; give a complete file"
    check_error(
        run_mint("import", "art"), 1, "art/0 broken.png is empty; give a complete file, or leave it out with --skip-unreadable"
    )


def test_a_file_is_no_token() -> None:
    _write("my art.png", b"")
    message = (
        "my art.png is a file, and a token is a folder or a hash; give one of these, or make one of art with: "
        "mint import 'my art.png'"
    )
    check_error(run_mint("show", "my art.png"), 1, message)
    _write("my art.pixelmint", b"")
    message = (
        "my art.pixelmint is a file, and a token is a folder or a hash; give one of these, look at this snapshot with: "
        "viewer show 'my art.pixelmint', or unpack it into a token folder with: unzip 'my art.pixelmint' -d 'my art'"
    )
    check_error(run_mint("show", "my art.pixelmint"), 1, message)


def _hide_colors(rgba: Rgba) -> bytes:
    """Write a picture with noise under its clear pixels, as some paint programs leave it."""
    noisy = rgba.copy()
    clear = rgba[..., 3] == 0
    noisy[clear, :3] = np.random.default_rng(1).integers(0, 256, (int(clear.sum()), 3))
    return png(noisy, 8, RGBA)


def _in_sixteen_bits(rgba: Rgba) -> bytes:
    return png(rgba.astype(np.uint16) * 257, 16, RGBA)


def _turned(rgba: Rgba) -> bytes:
    """Write a picture that stands upright only by its metadata."""
    return png(np.ascontiguousarray(np.rot90(rgba)), 8, RGBA, [(b"eXIf", exif(6).removeprefix(b"Exif\0\0"))])


@pytest.mark.parametrize("write", [_hide_colors, _in_sixteen_bits, _turned])
def test_planted_copies_are_named_however_they_are_stored(write: Callable[[Rgba], bytes]) -> None:
    sprites = _sprites(10)
    _write_sprites(sprites)
    token = _imported("art", "--name", "mine", "--scale", "1")
    for number, rgba in enumerate(sprites):
        _write(f"found/{number:02} exact.png", write(rgba))
        _write(f"found/{number:02} flipped.png", write(rgba[:, ::-1]))
        _write(f"found/{number:02} shifted.png", write(np.roll(rgba, (1, 2), (0, 1))))
    result = run_mint("originality", token.path, "--of", "found", "--json")
    assert result.exit_code == 0, result.stderr
    kinds = [picture["kind"] for picture in json.loads(result.stdout)["pictures"]]
    assert kinds == ["exact copy", "flipped copy", "shifted copy"] * 10


def test_a_clear_colour_of_a_token_is_no_colour() -> None:
    """A token's palette may name a colour for what is clear, and be compared with pictures all the same."""
    token = mint_token(parse_hash("clear"), Path("tokens"))
    record = json.loads((token / "token.json").read_text())
    shown = read_token(token)
    color = int(np.bincount(shown.pixels[0].ravel()).argmax())
    record["palette"][color] = record["palette"][color][:7] + "00"
    rgba = shown.rgba.copy()
    rgba[color, 3] = 0
    for number, pixels in enumerate(shown.pixels):
        image = Image.fromarray(pixels)
        image.putpalette(rgba[:, :3].tobytes())
        image.save(token / "sprites" / f"{number}.png", transparency=rgba[:, 3].tobytes())
    (token / "token.json").write_text(json.dumps(record))
    seen = np.where(rgba[:, 3:] == 0, CLEAR, rgba)[shown.pixels[0]]
    _write("copy.png", saved(Image.fromarray(seen.astype(np.uint8)), "PNG"))
    result = run_mint("originality", token, "--of", "copy.png", "--json")
    assert [picture["kind"] for picture in json.loads(result.stdout)["pictures"]] == ["exact copy"]


def _island() -> Rgba:
    """Return a picture of 96 x 64: an island and its trees, the rest clear."""
    y, x = np.mgrid[:64, :96]
    rgba = np.zeros((64, 96, 4), np.uint8)
    ground = y > 40 + 6 * np.sin(x / 9)
    rgba[ground] = (0, 168, 0, 255)
    rgba[(y > 52) & ((x % 16 > 0) & (y % 8 > 0))] = (200, 76, 12, 255)
    rgba[(x - 40) ** 2 + (y - 26) ** 2 < 90] = (88, 216, 84, 255)
    return rgba


def _tiles(folder: str, name: str = "preview.png") -> Rgba:
    with Image.open(Path(folder) / name) as image:
        return np.array(image.convert("RGBA"))


@pytest.mark.parametrize("palette", ["nes", pytest.param("own", marks=pytest.mark.integration)])
def test_clear_pixels_of_a_tileset_stay_clear(palette: str) -> None:
    _write("island.png", _hide_colors(_island()))
    result = run_mint("tileset", "island.png", "-o", "out", "--tile", "8", "--palette", palette, "--scale", "1")
    assert result.exit_code == 0, result.stderr
    for name in ("preview.png", "tileset.png"):
        shown = _tiles("out", name)
        assert set(np.unique(shown[..., 3])) == {0, 255}
        assert not shown[shown[..., 3] == 0].any()
    # Of the palette, no colour but those of the picture and those nearest to them.
    seen = {tuple(color) for color in _tiles("out", "tileset.png").reshape(-1, 4).tolist()}
    assert 3 <= len(seen) <= 4
    if palette == "own":
        assert seen <= {tuple(color) for color in _island().reshape(-1, 4).tolist()}


@pytest.mark.integration
def test_clear_is_the_backdrop_of_the_rule_of_the_nes() -> None:
    _write("island.png", saved(Image.fromarray(_island()), "PNG"))
    result = run_mint("tileset", "island.png", "-o", "out", "--tile", "8", "--strict", "--scale", "1")
    assert result.exit_code == 0, result.stderr
    tiles = _tiles("out", "tileset.png").reshape(-1, 8, 8, 8, 4).swapaxes(1, 2).reshape(-1, 64, 4)
    assert (tiles[..., 3] == 0).any()
    solid = [{tuple(color) for color in tile.tolist() if color[3]} for tile in tiles]
    assert max(len(colors) for colors in solid) <= 3


@pytest.mark.integration
def test_an_imported_token_with_clear_pixels_gives_clear_tiles() -> None:
    _write_sprites(_sprites(9, 32))
    token = _imported("art", "--scale", "1")
    result = run_mint("tileset", token.path, "-o", "out", "--tile", "8")
    assert result.exit_code == 0, result.stderr
    assert 0 in _tiles("out", "tileset.png")[..., 3]


@pytest.mark.integration
def test_an_enlarged_picture_is_cut_at_its_true_size() -> None:
    island = _island()
    _write("small.png", saved(Image.fromarray(island), "PNG"))
    _write("large.png", saved(Image.fromarray(island.repeat(4, 0).repeat(4, 1)), "PNG"))
    results = [run_mint("tileset", f"{name}.png", "-o", name, "--tile", "8") for name in ("small", "large")]
    assert [result.exit_code for result in results] == [0, 0]
    assert "large.png of 384 x 256 was enlarged; its 96 x 64 true pixels are used" in results[1].stderr
    assert np.array_equal(_tiles("small", "tileset.png"), _tiles("large", "tileset.png"))
    as_it_is = run_mint("tileset", "large.png", "-o", "whole", "--tile", "8", "--scale", "1")
    assert "true pixels" not in as_it_is.stderr
    assert not np.array_equal(_tiles("small", "tileset.png"), _tiles("whole", "tileset.png"))


def test_a_picture_of_unknown_true_size_is_cut_as_it_is() -> None:
    y, x = np.mgrid[:96, :128]
    colors = np.stack([x * 2, y * 2, np.where(y > 60 + 8 * np.sin(x / 9), 40, 220)], axis=2).astype(np.uint8)
    _write("photo.png", saved(Image.fromarray(colors), "PNG"))
    result = run_mint("tileset", "photo.png", "-o", "out")
    assert result.exit_code == 0, result.stderr
    assert "the true size of photo.png cannot be detected" in result.stderr
    assert "it is used as it is" in result.stderr
