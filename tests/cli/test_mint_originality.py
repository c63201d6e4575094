"""``mint originality`` and ``viewer snapshot --original``: what they print and write; bad input is one message."""

import json
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from tests.cli.imported_art import import_art, make_folder
from tests.cli.runner import check_error, run_mint
from tests.forbidden import forbid
from viewer.cli import main as viewer_main

MOONRISE = Path(__file__).parents[2] / "tokens" / "moonrise-533a084b8750"


def _run(*arguments: str | Path) -> Result:
    return run_mint("originality", *arguments)


def test_dreams_are_compared_and_reported(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    result = _run(MOONRISE, "--samples", "40", "--json", "-o", report)
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert (document["num_pictures"], document["num_originals"], len(document["pictures"])) == (40, 9, 40)
    assert sum(document["kinds"].values()) == pytest.approx(1, abs=1e-3)
    assert document["originals"]["kinds"]["new"] == 1
    html = report.read_text(encoding="utf-8")
    assert "moonrise" in html
    assert set(re.findall(r'src="([^,]{0,22})', html)) == {"data:image/png;base64"}
    assert not re.search(r"<script|https?://|style=|url\(", html)


def test_imported_art_goes_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_folder()
    folder = import_art("art", "--name", "pets")
    result = _run(folder, "--of", "art", "-o", "report.html")
    assert result.exit_code == 0, result.stderr
    assert "<h1>Originality: pets</h1>" in Path("report.html").read_text(encoding="utf-8")


def test_a_title_is_escaped_in_the_report(tmp_path: Path) -> None:
    folder = mint_token(parse_hash("<img src=x>&"), tmp_path / "tokens")
    result = _run(folder, "--of", folder / "sprites", "-o", tmp_path / "report.html")
    assert result.exit_code == 0, result.stderr
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "&lt;img src=x&gt;&amp;" in html
    assert "<img src=x>" not in html


def test_pictures_are_compared_instead_of_dreams(tmp_path: Path) -> None:
    folder = mint_token(parse_hash("open sesame"), tmp_path / "tokens")
    token = read_token(folder)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number, pixels in enumerate((token.pixels[3], token.pixels[2][:, ::-1])):
        Image.fromarray(token.rgba[pixels]).save(pictures / f"{number}.png")
    document = json.loads(_run(folder, "--of", pictures, "--json").stdout)
    assert [picture["kind"] for picture in document["pictures"]] == ["exact copy", "flipped copy"]
    tiles = _run(folder, "--of", pictures / "0.png", "--tile", "16", "--json")
    assert {picture["kind"] for picture in json.loads(tiles.stdout)["pictures"]} == {"exact copy"}
    table = _run(folder, "--of", pictures).stdout
    assert re.search(r"^exact copy +50\.00 % +0\.00 %$", table, re.MULTILINE)
    assert re.search(r"^3x3 patches known from a sprite, mean +\d+\.\d\d % +\d+\.\d\d %$", table, re.MULTILINE)


@pytest.mark.parametrize(("scale", "options"), [(3, []), (2, ["--scale", "2"])])
def test_enlarged_copies_are_compared_at_their_true_size(
    scale: int, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = mint_token(parse_hash("open sesame"), Path("tokens"))
    token = read_token(folder)
    sheet = np.hstack([token.pixels[0], token.pixels[3][::-1]])
    Image.fromarray(token.rgba[sheet].repeat(scale, 0).repeat(scale, 1)).save("sheet.png")
    result = _run(folder, "--of", "sheet.png", "--tile", "32", "--json", *options)
    assert result.stderr == f"sheet.png of {64 * scale} x {32 * scale} was enlarged; its 64 x 32 true pixels are used\n"
    assert [picture["kind"] for picture in json.loads(result.stdout)["pictures"]] == ["exact copy", "flipped copy"]


def test_a_picture_without_read_permission_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (32, 32), "red").save(tmp_path / "secret.png")
    forbid(monkeypatch, os, "open", "secret")
    result = _run(MOONRISE, "--of", tmp_path / "secret.png")
    check_error(result, 1, f"{tmp_path}/secret.png cannot be opened (Permission denied); give a file that this user may read")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-o", "report.txt"], 2, "Invalid value for '-o': report.txt does not end in .html"),
        (["--tile", "16"], 2, "--tile needs pictures to cut; give --of as well"),
        (["--of", "missing.png"], 1, "missing.png does not exist; give pictures, folders or zip archives"),
        (
            ["--of", "empty"],
            1,
            "there are no pictures in empty; give PNG, GIF, WebP, BMP, TIFF or JPEG files, folders or zip archives",
        ),
        (["--of", "broken.png"], 1, "broken.png is damaged or truncated; give a complete file"),
        (
            ["--of", "small.png", "--of", "large.png"],
            1,
            "the pictures have 2 different sizes; give pictures of one size, or cut them with --tile",
        ),
        (["--of", "small.png", "--tile", "16"], 1, "small.png is 8x8, smaller than a tile; give a smaller --tile"),
        (["--scale", "2"], 2, "--scale is for pictures; give --of as well"),
        (
            ["--of", "large.png"],
            1,
            "pictures of 64x64 cannot be compared with sprites of 32x32; cut them with --tile 32, or give pictures of that size",
        ),
        (
            ["--of", "photo.png"],
            1,
            "the pictures have 1024 colours that the token lacks; give pixel art with at most 256 colours in total",
        ),
        (
            ["--of", "small.png", "-o", "no/folder.html"],
            1,
            "no/folder.html cannot be written: No such file or directory; make the folder no first",
        ),
        ([], 1, "{token} holds no exported model (manifest.json is missing); train the token or export it first"),
    ],
)
def test_bad_input_is_one_message(
    arguments: list[str], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = mint_token(parse_hash("open sesame"), Path("tokens"))
    Path("empty").mkdir()
    Path("broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    for name, side in (("small", 8), ("large", 64)):
        Image.new("RGB", (side, side), "#123456").save(f"{name}.png")
    photo = np.zeros((32, 32, 3), np.uint8)  # of 1024 colours
    photo[..., 0], photo[..., 1] = np.arange(32)[:, None], np.arange(32)[None]
    photo[..., 2] = 77
    Image.fromarray(photo).save("photo.png")
    check_error(_run(folder, *arguments), code, message.format(token=folder))


def test_a_snapshot_leaves_copies_out(tmp_path: Path) -> None:
    output = tmp_path / "a.png"
    result = CliRunner().invoke(
        viewer_main, ["snapshot", str(MOONRISE), "-o", str(output), "--tiles", "9", "--seed", "1", "--original", "--scale", "1"]
    )
    assert result.exit_code == 0, result.stderr
    copies = re.search(r"(\d+) copies left out", result.stderr)
    assert copies
    assert int(copies[1]) > 0
    sprites = read_token(MOONRISE).pixels
    with Image.open(output) as image:
        mosaic = np.asarray(image)
    for number in range(9):
        top, left = (2 + 34 * place for place in divmod(number, 3))
        assert (mosaic[top : top + 32, left : left + 32] != sprites).mean(axis=(1, 2)).min() > 0.01


def test_a_snapshot_needs_sprites_to_compare_with(tmp_path: Path) -> None:
    shutil.copytree(MOONRISE / "models", tmp_path / "alone" / "models")
    result = CliRunner().invoke(viewer_main, ["snapshot", str(tmp_path / "alone"), "-o", str(tmp_path / "a.png"), "--original"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].endswith(
        "has no sprites to compare with; give a token folder, where sprites/ lies beside models/"
    )
