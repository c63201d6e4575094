"""``mint import``: pictures, sheets, labels and sizes become a token folder; bad input is one message."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft7Validator
from numpy.typing import NDArray
from PIL import Image

from mint.token.folder import read_token
from tests.cli.imported_art import check_art, import_art, make_folder, make_sheet, make_sprite, run_import, save_picture
from tests.cli.runner import run_mint

SCHEMAS = Path(__file__).parents[2] / "mint" / "collection" / "publication" / "schemas"

pytestmark = pytest.mark.usefixtures("work")


def test_a_folder_becomes_a_token() -> None:
    make_folder()
    folder = import_art("art", "--labels", "folders")
    check_art(folder, [make_sprite(1), make_sprite(3), make_sprite(0), make_sprite(2)])
    token = read_token(folder)
    assert folder.parent == Path("tokens")
    assert folder.name == token.name == f"art-{token.hash.text.removeprefix('import:')[:12]}"
    assert (token.hash.scheme, token.is_import, token.labels) == ("import", True, ("cats", "dogs"))
    assert token.sprite_labels.tolist() == [[True, False]] * 2 + [[False, True]] * 2
    assert [sprite.name for sprite in token.sprites] == ["cats/1", "cats/3", "dogs/0", "dogs/2"]
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert names == {"token.json", "metadata.json", "preview.png", "sprites", *(f"sprites/{number}.png" for number in range(4))}
    assert json.loads((folder / "token.json").read_bytes())["source"] == "import"
    for schema in ("erc721", "opensea"):
        Draft7Validator(json.loads((SCHEMAS / f"{schema}.json").read_text())).validate(
            json.loads((folder / "metadata.json").read_bytes())
        )


def test_the_same_art_gives_the_same_bytes() -> None:
    make_folder()
    one, other = import_art("art", "--tokens-dir", "a"), import_art("art", "--tokens-dir", "b")
    assert one.name == other.name
    for path in one.rglob("*.*"):
        assert path.read_bytes() == (other / path.relative_to(one)).read_bytes()
    assert import_art("art", "--tokens-dir", "a") == one
    save_picture("art/cats/9.png", make_sprite(9))
    assert import_art("art", "--tokens-dir", "a") != one


def test_show_prints_an_import_and_its_metadata() -> None:
    make_folder()
    folder = import_art("art", "--labels", "folders", "--name", "pets")
    result = run_mint("show", folder)
    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines() if line.startswith(("pets", "cats", "dogs"))] == [
        ["pets", "(import)"],
        ["cats", "2"],
        ["dogs", "2"],
    ]
    assert run_mint("show", folder, "--metadata", "tzip21").exit_code == 0
    drawn = run_mint("new", read_token(folder).hash.text)
    assert (drawn.exit_code, drawn.stdout) == (1, "")
    assert "is the hash of imported art, which cannot be drawn; import the art with mint import" in drawn.stderr


def test_many_sprites_share_files(work: Path) -> None:
    for number in range(300):
        save_picture(f"art/{number:03}.png", make_sprite(number, 20))
    folder = import_art("art")
    assert sorted(path.name for path in (folder / "sprites").iterdir()) == ["sheet-0.png"]
    check_art(folder, [make_sprite(number, 20) for number in range(300)])
    record = json.loads((folder / "token.json").read_bytes())
    record["sprites"][0]["at"] = [1020, 0]
    (folder / "token.json").write_text(json.dumps(record))
    result = run_mint("show", folder)
    assert result.exit_code == 1
    assert "the sprite '000' lies outside sprites/sheet-0.png" in result.stderr


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_frames_of_animations_are_sprites(suffix: str) -> None:
    frames = [
        Image.fromarray(np.where(make_sprite(number)[..., 3:] == 255, make_sprite(number), 0).astype(np.uint8))
        for number in range(3)
    ]
    frames[0].save(f"a.{suffix}", save_all=True, append_images=frames[1:], lossless=True, disposal=2)
    token = read_token(import_art(f"a.{suffix}"))
    assert [sprite.name for sprite in token.sprites] == ["a#0", "a#1", "a#2"]
    expected = np.stack([np.asarray(frame) for frame in frames])
    assert np.array_equal(token.rgba[token.pixels], expected)


def test_archives_are_read_like_folders() -> None:
    make_folder()
    with zipfile.ZipFile("art.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(Path("art").rglob("*.png")):
            archive.write(path, path.relative_to("art"))
        archive.writestr("__MACOSX/cats/._1.png", b"junk")
        archive.writestr("read me.txt", b"hello")
    one, other = read_token(import_art("art", "--name", "a")), read_token(import_art("art.zip", "--name", "b"))
    assert one.hash == other.hash


@pytest.mark.parametrize("options", [["--cell", "12x12", "--spacing", "3"], ["--cut", "gutters"], ["--cut", "connected"]])
def test_sheets_are_cut(options: list[str]) -> None:
    save_picture("sheet.png", make_sheet())
    folder = import_art("sheet.png", *options)
    check_art(folder, [np.maximum(make_sprite(number), (1, 1, 1, 255)).astype(np.uint8) for number in range(6)])


def test_an_enlarged_sheet_is_cut_at_its_true_size() -> None:
    Image.fromarray(make_sheet()).resize((45 * 7, 30 * 7), Image.Resampling.NEAREST).save("sheet.png")
    result = run_import("sheet.png")
    assert "1 picture of 315 x 210: 45 x 30 true pixels, enlarged 7 times (nearest, confidence 1.00)" in result.stderr
    folder = Path(result.stdout.strip())
    check_art(folder, [np.maximum(make_sprite(number), (1, 1, 1, 255)).astype(np.uint8) for number in range(6)])
    assert json.loads((folder / "token.json").read_bytes())["sprites"][0]["enlarged"] == "7x nearest"


def test_a_preview_of_the_cuts_imports_nothing() -> None:
    save_picture("sheet.png", make_sheet())
    result = run_import("sheet.png", "--cut", "gutters", "--preview", "cuts.png")
    assert (result.exit_code, result.stdout) == (0, "cuts.png\n")
    assert "6 sprites of 12 x 12 in 1 picture" in result.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["cuts.png", "sheet.png"]
    with Image.open("cuts.png") as image:
        colors = np.unique(np.asarray(image).reshape(-1, 3), axis=0).tolist()
    assert [255, 0, 110] in colors
    assert [0, 190, 255] in colors


def test_a_preview_says_what_it_leaves_out() -> None:
    for number in range(18):
        save_picture(f"art/{number}.png", make_sprite(number))
    result = run_import("art", "--preview", "cuts.png")
    assert result.stderr.splitlines()[-1] == "18 sprites of 12 x 12 in 18 pictures, of which the preview shows the first 16"


def test_clear_sprites_are_named() -> None:
    make_folder()
    for number in range(5):
        result = run_import("art", "--name", f"pets-{number}")
        assert (result.exit_code, "clear pixels" in result.stderr) == (0, number > 0)
        save_picture(f"art/clear-{number}.png", np.zeros_like(make_sprite(0)))
    words = "clear-0, clear-1, clear-2 and 1 more show nothing but clear pixels; to leave out sprites, give --skip NAME for each"
    assert words in result.stderr
    result = run_import("art", *(f"--skip=clear-{number}" for number in range(5)), "--name", "rest")
    assert (result.exit_code, "clear pixels" in result.stderr) == (0, False)


@pytest.mark.parametrize(("fit", "place"), [("center", (2, 2)), ("top-left", (0, 0)), ("bottom", (4, 2))])
def test_smaller_sprites_are_padded_and_never_rescaled(fit: str, place: tuple[int, int]) -> None:
    save_picture("art/a.png", make_sprite(1, 12))
    save_picture("art/b.png", make_sprite(2, 8))
    token = read_token(import_art("art", "--fit", fit))
    y, x = place
    shown = token.rgba[token.pixels[1]]
    assert np.array_equal(shown[y : y + 8, x : x + 8], make_sprite(2, 8))
    shown[y : y + 8, x : x + 8] = 0
    assert not shown.any()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("l.csv", "name,label\n0,good,old\n1,\n2.png,good\ncats/3,bad\n"),
        ("l.json", '{"0": ["good", "old"], "1": [], "2": "good", "3": ["bad"]}'),
        ("l.json", '[["0", "good", "old"], ["1"], {"name": "2", "labels": ["good"]}, ["3", "bad"]]'),
    ],
)
def test_labels_come_from_files(file: str, text: str) -> None:
    make_folder()
    Path(file).write_text(text)
    token = read_token(import_art("art", "--labels", file))
    assert token.labels == ("bad", "good", "old")
    assert [sprite.labels for sprite in token.sprites] == [(), ("bad",), ("good", "old"), ("good",)]


def test_a_palette_replaces_the_colours() -> None:
    make_folder()
    result = run_import("art", "--palette", "game-boy")
    assert "colours moved by" in result.stderr
    assert read_token(Path(result.stdout.strip())).rgba.tolist()[1] == [0x0F, 0x38, 0x0F, 255]
    assert len(read_token(import_art("art", "--colors", "3")).rgba) == 3


def _scene() -> NDArray[np.uint8]:
    """Return a native picture of 40 x 32 pixels."""
    return np.maximum(make_sprite(5, 40)[:32], (1, 1, 1, 255)).astype(np.uint8)


def test_art_with_tall_pixels_is_found_and_its_evidence_told() -> None:
    Image.fromarray(_scene()).resize((40 * 5, 32 * 6), Image.Resampling.NEAREST).save("screen.png")
    result = run_import("screen.png", "--cell", "20x32")
    assert result.exit_code == 0, result.stderr
    assert "1 picture of 200 x 192: 40 x 32 true pixels, enlarged 5 x 6 times (nearest, confidence 1.00)" in result.stderr
    assert "borders of colours lie on the grid; the second guess would be" in result.stderr
    folder = Path(result.stdout.strip())
    check_art(folder, [_scene()[:, :20], _scene()[:, 20:]])
    assert json.loads((folder / "token.json").read_bytes())["sprites"][0]["enlarged"] == "5x6 nearest"


def test_the_preview_shows_the_grid_of_enlarged_art() -> None:
    Image.fromarray(_scene()).resize((40 * 12, 32 * 12), Image.Resampling.NEAREST).save("large.png")
    save_picture("small.png", _scene())
    for name in ("large", "small"):
        assert run_import(f"{name}.png", "--cut", "none", "--preview", f"{name}-preview.png").exit_code == 0
    with Image.open("large-preview.png") as large, Image.open("small-preview.png") as small:
        shown = np.asarray(large.convert("RGB"))
        assert large.height == small.height + 32 * 12 + 8
    # A line at each border of a native pixel, and none between.
    is_line = (shown[8 : 8 + 384, 8 : 8 + 480] == (255, 0, 110)).all(-1)
    assert np.flatnonzero(is_line.all(1)).tolist() == [*range(0, 384, 12), 383]
    assert np.flatnonzero(is_line.all(0)).tolist() == [*range(0, 480, 12), 479]


def test_offset_and_aspect_decide_where_nothing_can_be_detected() -> None:
    framed = np.pad(_scene().repeat(6, 0).repeat(3, 1), ((7, 7), (10, 10), (0, 0)))
    save_picture("framed.png", framed)
    folder = import_art(
        "framed.png", "--scale", "3", "--pixel-aspect", "1:2", "--offset", "10,7", "--cell", "20x32", "--cut", "auto"
    )
    assert np.array_equal(read_token(folder).rgba[read_token(folder).pixels][0], _scene()[:, :20])


def test_a_given_scale_is_told_as_given() -> None:
    Image.fromarray(_scene()).resize((120, 96), Image.Resampling.NEAREST).save("screen.png")
    result = run_import("screen.png", "--scale", "3", "--cell", "20x32")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.splitlines()[:2] == [
        "1 picture of 120 x 96: 40 x 32 true pixels, enlarged 3 times (as given)",
        "screen: 2 x 1 cells of 20 x 32",
    ]


@pytest.mark.parametrize(("count", "columns", "rows"), [(7, 3, 3), (18, 6, 3), (32, 8, 4)])
def test_the_preview_of_a_token_shows_every_sprite(count: int, columns: int, rows: int) -> None:
    for number in range(count):
        save_picture(f"art/{number:02}.png", make_sprite(number))
    token = read_token(import_art("art"))
    with Image.open(token.path / "preview.png") as image:
        shown = np.asarray(image.convert("RGBA"))
    step = (shown.shape[1] - 8) // columns
    assert shown.shape[:2] == (8 + rows * step, 8 + columns * step)
    scale = (step - 8) // 12
    last = [8 + place * step for place in divmod(count - 1, columns)]
    enlarged = token.rgba[token.pixels[-1]].repeat(scale, 0).repeat(scale, 1)
    assert np.array_equal(shown[last[0] : last[0] + 12 * scale, last[1] : last[1] + 12 * scale], enlarged)
    assert "Labels" not in token.features


def test_empty_cells_are_named() -> None:
    sheet = np.zeros((32, 48, 4), np.uint8)
    for top, left in ((0, 0), (0, 32), (16, 16)):
        sheet[top : top + 16, left : left + 16] = make_sprite(top + left, 16)
    save_picture("sheet.png", sheet)
    result = run_import("sheet.png", "--cell", "16x16")
    assert result.exit_code == 0, result.stderr
    empty = "column 2 of row 1, column 1 of row 2, column 3 of row 2"
    assert result.stderr.splitlines()[0] == f"sheet: 3 x 2 cells of 16 x 16; left out as empty: {empty}"
    preview = run_import("sheet.png", "--cell", "16x16", "--preview", "cuts.png")
    assert preview.stderr.splitlines()[1] == "3 sprites of 16 x 16 in 1 picture"


def test_colours_that_a_palette_has_in_vain_are_not_counted_as_used() -> None:
    make_folder()
    result = run_import("art", "--palette", "nes")
    assert result.exit_code == 0, result.stderr
    used = len(np.unique(read_token(Path(result.stdout.strip())).pixels))
    assert f" in {used} of the 55 colours of the palette from " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--offset", "3,0"], "--offset needs --scale; give it, for instance: --scale 6"),
        (["--offset", "3", "--scale", "6"], "'3' is not an offset like 3,0, of whole pixels from the left and from the top"),
        (["--pixel-aspect", "5"], "'5' is not a pixel aspect like 5:6 or 2:1, width by height, at most 8:1"),
        (["--pixel-aspect", "9:1"], "'9:1' is not a pixel aspect like 5:6 or 2:1, width by height, at most 8:1"),
    ],
)
def test_wrong_grids_are_one_sentence(arguments: list[str], message: str) -> None:
    save_picture("sheet.png", make_sheet())
    result = run_import("sheet.png", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.split())
