"""``mint tileset``: what it prints and writes; bad input is one message."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image
from pytiled_parser import parse_map

from mint.art.colors.hardware_palettes import NAMES
from mint.cli.tileset import PALETTE_NAMES
from mint.token.folder import mint_token
from mint.token.hash import parse_hash
from tests.cli.imported_art import import_art, make_folder
from tests.cli.runner import check_error, run_mint
from tests.forbidden import forbid

MOONRISE = Path(__file__).parents[2] / "tokens" / "moonrise-533a084b8750"
FILES = ["demo.tmx", "preview.png", "tileset.png", "tileset.tsx"]


def _run(*arguments: str | Path) -> Result:
    return run_mint("tileset", *arguments)


def test_every_hardware_palette_can_be_chosen() -> None:
    assert PALETTE_NAMES == NAMES


def test_dreams_become_a_level(tmp_path: Path) -> None:
    output = tmp_path / "new" / "tiles"
    result = _run(MOONRISE, "-o", output, "--count", "40")
    assert (result.exit_code, result.stdout) == (0, f"{output}\n"), result.stderr
    assert re.search(r"40 tiles \(.*\), a level of 32x11\n", result.stderr)
    assert sorted(path.name for path in output.iterdir()) == FILES
    assert parse_map(output / "demo.tmx").map_size.width == 32


def test_any_file_name_is_a_title(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b'a<&"\x01\xff.png')
    try:
        Image.effect_noise((16, 16), 40).save(path)
    except (OSError, UnicodeError):
        pytest.skip("this file system has no such names")
    result = _run(path, "-o", tmp_path / "tiles", "--json")
    assert result.exit_code == 0, result.stderr
    for suffix in ("tmx", "tmj"):
        (tiles,) = parse_map(tmp_path / "tiles" / f"demo.{suffix}").tilesets.values()
        assert tiles.name == 'a<&"\\x01\\udcff'


def test_a_folder_is_not_called_like_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    message = "tiles.png is the name of a picture, and a folder is written; give, for instance, -o tiles"
    check_error(_run(MOONRISE, "-o", "tiles.png"), 2, f"Invalid value for '-o' / '--output': {message}")
    assert not Path("tiles.png").exists()


def test_imported_art_goes_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_folder()
    result = _run(import_art("art", "--name", "pets"), "-o", "tiles", "--tile", "8", "--count", "4")
    assert result.exit_code == 0, result.stderr
    assert 'name="pets"' in Path("tiles/tileset.tsx").read_text(encoding="utf-8")


def test_a_token_without_models_gives_the_tiles_of_its_sprites(tmp_path: Path) -> None:
    folder = mint_token(parse_hash("sunrise"), tmp_path)
    result = _run(folder, "-o", tmp_path / "tiles", "--count", "24", "--json", "--palette", "own")
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in (tmp_path / "tiles").iterdir()) == sorted([*FILES, "demo.tmj", "tileset.tsj"])


@pytest.mark.parametrize(
    "mode", [pytest.param("RGB", marks=pytest.mark.integration), "RGBA", pytest.param("P", marks=pytest.mark.integration)]
)
def test_a_picture_gives_tiles(tmp_path: Path, mode: str) -> None:
    y, x = np.mgrid[:96, :128]
    # More colours than an indexed picture holds.
    colors = np.stack([x * 2, y * 2, np.where(y > 60 + 8 * np.sin(x / 9), 40, 220)], axis=2).astype(np.uint8)
    Image.fromarray(colors).convert(mode).save(tmp_path / "a.png")
    result = _run(tmp_path / "a.png", "-o", tmp_path / "tiles")
    assert result.exit_code == 0, result.stderr
    with Image.open(tmp_path / "tiles" / "preview.png") as image:
        assert image.size == (512, 176)


def test_a_picture_without_read_permission_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (32, 32), "red").save(tmp_path / "secret.png")
    forbid(monkeypatch, os, "open", "secret")
    result = _run(tmp_path / "secret.png", "-o", tmp_path / "tiles")
    check_error(result, 1, f"{tmp_path}/secret.png cannot be opened (Permission denied); give a file that this user may read")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["token", "-o", "a", "--strict", "--palette", "own"], 2, "--strict is a rule of the NES; give --palette nes with it"),
        (["token"], 2, "Missing option '-o' / '--output'."),
        (["token", "-o", "full"], 1, "full already exists; give a new folder with -o"),
        (
            ["small.png", "--tile", "8", "-o", "full/file/a"],
            1,
            "full/file/a cannot be written: full/file is a file and no folder; give another path with -o",
        ),
        (["missing.png", "-o", "a"], 1, "missing.png does not exist; give a picture, a token folder or a hash"),
        (["unseen", "-o", "a"], 1, "the token of 'unseen' is not in tokens; draw it with: mint new unseen"),
        (["broken.png", "-o", "a"], 1, "broken.png is damaged or truncated; give a complete file"),
        (["small.png", "-o", "a"], 1, "a picture of 10x10 is too small for a tile of 16 pixels; give a larger one, or --tile 8"),
        (["clear.png", "-o", "a"], 1, "clear.png is fully transparent; give a picture with opaque pixels"),
        (
            ["many.png", "-o", "a", "--palette", "own"],
            1,
            "many.png has 1024 colours, more than the 256 that a tileset can have; add --palette nes",
        ),
    ],
)
def test_bad_input_is_one_message(
    arguments: list[str], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("full").mkdir()
    Path("full/file").write_text("mine")
    Path("broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    Image.new("RGB", (10, 10), "red").save("small.png")
    Image.new("RGBA", (32, 32), (0, 0, 0, 0)).save("clear.png")
    many = np.zeros((32, 32, 3), np.uint8)
    many[..., 0], many[..., 1] = np.arange(32)[:, None], np.arange(32)[None]
    Image.fromarray(many).save("many.png")
    check_error(_run(*arguments), code, message)
    assert not Path("a").exists()
    assert Path("full/file").read_text() == "mine"
