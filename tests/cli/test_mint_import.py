"""``mint import``: pictures, sheets, labels and sizes become a token folder; bad input is one message."""

import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from jsonschema import Draft7Validator
from numpy.typing import NDArray
from PIL import Image

from mint.token.folder import read_token
from tests.cli.runner import check_error, run_mint

SCHEMAS = Path(__file__).parents[2] / "mint" / "collection" / "publication" / "schemas"


pytestmark = pytest.mark.usefixtures("work")


def _run(*arguments: str) -> Result:
    return run_mint("import", *arguments)


def _sprite(number: int, side: int = 12) -> NDArray[np.uint8]:
    """Return a sprite of five colours, one of them transparent."""
    random = np.random.default_rng(number)
    palette = np.array([[0, 0, 0, 0], [40, 20, 60, 255], [200, 40, 40, 255], [250, 220, 90, 255], [60, 140, 200, 128]], np.uint8)
    pixels = random.integers(0, 5, (side, side))
    pixels[0, 0], pixels[-1, -1] = 1, 1
    return palette[pixels]


def _save(path: str, rgba: NDArray[np.uint8]) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rgba).save(path)


def _folder(num_sprites: int = 4, side: int = 12) -> None:
    for number in range(num_sprites):
        _save(f"art/{'cats' if number % 2 else 'dogs'}/{number}.png", _sprite(number, side))


def _imported(*arguments: str) -> Path:
    result = _run(*arguments)
    assert result.exit_code == 0, result.stderr
    return Path(result.stdout.strip())


def _check_art(folder: Path, sprites: list[NDArray[np.uint8]]) -> None:
    token = read_token(folder)
    assert np.array_equal(token.rgba[token.pixels], np.stack(sprites))


def test_a_folder_becomes_a_token() -> None:
    _folder()
    folder = _imported("art", "--labels", "folders")
    _check_art(folder, [_sprite(1), _sprite(3), _sprite(0), _sprite(2)])
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
    _folder()
    one, other = _imported("art", "--tokens-dir", "a"), _imported("art", "--tokens-dir", "b")
    assert one.name == other.name
    for path in one.rglob("*.*"):
        assert path.read_bytes() == (other / path.relative_to(one)).read_bytes()
    assert _imported("art", "--tokens-dir", "a") == one
    _save("art/cats/9.png", _sprite(9))
    assert _imported("art", "--tokens-dir", "a") != one


def test_show_prints_an_import_and_its_metadata() -> None:
    _folder()
    folder = _imported("art", "--labels", "folders", "--name", "pets")
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
        _save(f"art/{number:03}.png", _sprite(number, 20))
    folder = _imported("art")
    assert sorted(path.name for path in (folder / "sprites").iterdir()) == ["sheet-0.png"]
    _check_art(folder, [_sprite(number, 20) for number in range(300)])
    record = json.loads((folder / "token.json").read_bytes())
    record["sprites"][0]["at"] = [1020, 0]
    (folder / "token.json").write_text(json.dumps(record))
    result = run_mint("show", folder)
    assert result.exit_code == 1
    assert "the sprite '000' lies outside sprites/sheet-0.png" in result.stderr


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_frames_of_animations_are_sprites(suffix: str) -> None:
    frames = [
        Image.fromarray(np.where(_sprite(number)[..., 3:] == 255, _sprite(number), 0).astype(np.uint8)) for number in range(3)
    ]
    frames[0].save(f"a.{suffix}", save_all=True, append_images=frames[1:], lossless=True, disposal=2)
    token = read_token(_imported(f"a.{suffix}"))
    assert [sprite.name for sprite in token.sprites] == ["a#0", "a#1", "a#2"]
    expected = np.stack([np.asarray(frame) for frame in frames])
    assert np.array_equal(token.rgba[token.pixels], expected)


def test_archives_are_read_like_folders() -> None:
    _folder()
    with zipfile.ZipFile("art.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(Path("art").rglob("*.png")):
            archive.write(path, path.relative_to("art"))
        archive.writestr("__MACOSX/cats/._1.png", b"junk")
        archive.writestr("read me.txt", b"hello")
    one, other = read_token(_imported("art", "--name", "a")), read_token(_imported("art.zip", "--name", "b"))
    assert one.hash == other.hash


def _sheet(side: int = 12, gap: int = 3) -> NDArray[np.uint8]:
    sheet = np.zeros((2 * (side + gap), 3 * (side + gap), 4), np.uint8)
    for number in range(6):
        y, x = number // 3 * (side + gap), number % 3 * (side + gap)
        sheet[y : y + side, x : x + side] = np.maximum(_sprite(number, side), (1, 1, 1, 255))
    return sheet


@pytest.mark.parametrize("options", [["--cell", "12x12", "--spacing", "3"], ["--cut", "gutters"], ["--cut", "connected"]])
def test_sheets_are_cut(options: list[str]) -> None:
    _save("sheet.png", _sheet())
    folder = _imported("sheet.png", *options)
    _check_art(folder, [np.maximum(_sprite(number), (1, 1, 1, 255)).astype(np.uint8) for number in range(6)])


def test_an_enlarged_sheet_is_cut_at_its_true_size() -> None:
    Image.fromarray(_sheet()).resize((45 * 7, 30 * 7), Image.Resampling.NEAREST).save("sheet.png")
    result = _run("sheet.png")
    assert "1 picture of 315 x 210: 45 x 30 true pixels, enlarged 7 times (nearest, confidence 1.00)" in result.stderr
    folder = Path(result.stdout.strip())
    _check_art(folder, [np.maximum(_sprite(number), (1, 1, 1, 255)).astype(np.uint8) for number in range(6)])
    assert json.loads((folder / "token.json").read_bytes())["sprites"][0]["enlarged"] == "7x nearest"


def test_a_preview_of_the_cuts_imports_nothing() -> None:
    _save("sheet.png", _sheet())
    result = _run("sheet.png", "--cut", "gutters", "--preview", "cuts.png")
    assert (result.exit_code, result.stdout) == (0, "cuts.png\n")
    assert "6 sprites in 1 picture" in result.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["cuts.png", "sheet.png"]
    with Image.open("cuts.png") as image:
        colors = np.unique(np.asarray(image).reshape(-1, 3), axis=0).tolist()
    assert [255, 0, 110] in colors
    assert [0, 190, 255] in colors


@pytest.mark.parametrize(("fit", "place"), [("center", (2, 2)), ("top-left", (0, 0)), ("bottom", (4, 2))])
def test_smaller_sprites_are_padded_and_never_rescaled(fit: str, place: tuple[int, int]) -> None:
    _save("art/a.png", _sprite(1, 12))
    _save("art/b.png", _sprite(2, 8))
    token = read_token(_imported("art", "--fit", fit))
    y, x = place
    shown = token.rgba[token.pixels[1]]
    assert np.array_equal(shown[y : y + 8, x : x + 8], _sprite(2, 8))
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
    _folder()
    Path(file).write_text(text)
    token = read_token(_imported("art", "--labels", file))
    assert token.labels == ("bad", "good", "old")
    assert [sprite.labels for sprite in token.sprites] == [(), ("bad",), ("good", "old"), ("good",)]


def test_a_palette_replaces_the_colours() -> None:
    _folder()
    result = _run("art", "--palette", "game-boy")
    assert "colours moved by" in result.stderr
    assert read_token(Path(result.stdout.strip())).rgba.tolist()[1] == [0x0F, 0x38, 0x0F, 255]
    assert len(read_token(_imported("art", "--colors", "3")).rgba) == 3


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _huge_png() -> None:
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 6, 0, 0, 0)
    body = _png_chunk(b"IHDR", header) + _png_chunk(b"IDAT", zlib.compress(bytes(1000))) + _png_chunk(b"IEND", b"")
    Path("bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def _long_strip() -> None:
    Image.new("1", (33_000, 8)).save("bad.png")


def _truncated() -> None:
    buffer = io.BytesIO()
    Image.fromarray(_sprite(1, 60)).save(buffer, "PNG")
    Path("bad.png").write_bytes(buffer.getvalue()[:900])


def _archive(name: str, data: bytes = b"", mode: int = 0) -> None:
    with zipfile.ZipFile("bad.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, data)


def _archive_with_wrong_size() -> None:
    _archive("a.png", bytes(100_000))
    data = Path("bad.zip").read_bytes().replace(struct.pack("<I", 100_000), struct.pack("<I", 1000))
    Path("bad.zip").write_bytes(data)


def _links() -> None:
    _folder()
    Path("outside.png").write_bytes(b"secret")
    Path("art/link.png").symlink_to(Path("outside.png").resolve())


def _mixed() -> None:
    _save("art/a.png", _sprite(1, 12))
    _save("art/b.png", _sprite(2, 8))


def _colorful() -> None:
    levels = np.arange(300)
    rgba = np.stack([levels % 256, levels // 256 * 90, 255 - levels % 256, np.full(300, 255)], 1).astype(np.uint8)
    _save("art/a.png", rgba[:256].reshape(16, 16, 4))
    _save("art/b.png", np.concatenate([rgba[256:], rgba[:212]]).reshape(16, 16, 4))


def _labelled() -> None:
    _folder()
    Path("l.csv").write_text("0,x\n1,x\n2,x\n2,y\nrex,x\nmimi,y\n")


def _bad_in_folder() -> None:
    _folder()
    Path("art/dogs/bad.png").write_text("hello")


def _name_in_use() -> None:
    _folder()
    Path("tokens/mine").mkdir(parents=True)
    Path("tokens/mine/notes.txt").write_text("mine")


BAD: list[tuple[Callable[[], object], list[str], str]] = [
    (
        lambda: Path("bad.png").write_text("hello"),
        ["bad.png"],
        "bad.png is not a picture of a known format (it begins with 68 65 6c 6c 6f); give PNG, GIF, WebP, BMP, TIFF or JPEG",
    ),
    (_huge_png, ["bad.png"], "bad.png has 40000 x 40000 pixels; give pictures of at most 64 million pixels and 32768 a side"),
    (_long_strip, ["bad.png"], "bad.png has 33000 x 8 pixels; give pictures of at most 64 million pixels and 32768 a side"),
    (
        _bad_in_folder,
        ["art"],
        "art/dogs/bad.png is not a picture of a known format (it begins with 68 65 6c 6c 6f); "
        "give PNG, GIF, WebP, BMP, TIFF or JPEG, or leave it out with --skip-unreadable",
    ),
    (_truncated, ["bad.png"], "bad.png is damaged or truncated; give a complete file"),
    (
        lambda: _archive("../a.png"),
        ["bad.zip"],
        "bad.zip has the entry '../a.png', which points outside the archive; pack it again",
    ),
    (
        lambda: _archive("/a.png"),
        ["bad.zip"],
        "bad.zip has the entry '/a.png', which names a place on a disk; pack it again without",
    ),
    (
        lambda: _archive("C:\\art\\a.png"),
        ["bad.zip"],
        r"bad.zip has the entry 'C:\\art\\a.png', which names a place on a disk; pack it again without",
    ),
    (
        lambda: _archive("art\\..\\..\\a.png"),
        ["bad.zip"],
        r"bad.zip has the entry 'art\\..\\..\\a.png', which points outside the archive; pack it again",
    ),
    (
        lambda: _archive("a.png", b"/etc/passwd", stat.S_IFLNK | 0o777),
        ["bad.zip"],
        "bad.zip contains the link 'a.png'; pack the file itself",
    ),
    (
        lambda: _archive("a.png", bytes((1 << 26) + 1)),
        ["bad.zip"],
        "bad.zip: a.png unpacks to more than 64 MiB; unpack the archive first",
    ),
    (_archive_with_wrong_size, ["bad.zip"], "bad.zip: a.png is a damaged entry of the archive; give an undamaged archive"),
    (
        lambda: Path("bad.zip").write_bytes(b"PK\x03\x04nothing"),
        ["bad.zip"],
        "bad.zip is a damaged zip archive; give an undamaged one",
    ),
    (_links, ["art"], "art/link.png is a link that points outside art; remove it, or give its target instead"),
    (
        lambda: Path("art").mkdir(),
        ["art"],
        "there are no pictures in art; give PNG, GIF, WebP, BMP, TIFF or JPEG files, folders or zip archives",
    ),
    (lambda: None, ["art"], "art does not exist; give pictures, folders or zip archives"),
    (
        lambda: _folder(1),
        ["art"],
        "dogs/0 is one sprite, and learning needs two or more; give more art, or cut a sheet with --cut or --cell",
    ),
    (
        _mixed,
        ["art"],
        "the sprites have different sizes, from 8 x 8 (b) to 12 x 12 pixels (a); "
        "choose where the smaller ones go with --fit center, top-left or bottom",
    ),
    (_colorful, ["art"], "the art has 300 colours, but a palette has at most 256; choose with --colors N or --palette NAME|FILE"),
    (
        _labelled,
        ["art", "--labels", "l.csv"],
        "the labels l.csv do not match the pictures (names no picture has: rex, mimi; duplicate names: 2; "
        "pictures without a row: cats/3); correct the file or rename the pictures",
    ),
    (
        _folder,
        ["art", "--labels", "l.csv"],
        "the labels l.csv cannot be read: No such file or directory; give a CSV or JSON file, or folders",
    ),
    (
        _folder,
        ["art", "--palette", "sunset"],
        "the palette 'sunset' is not known; give nes, game-boy, pico-8, cga, zx-spectrum, c64, or a .gpl, .hex, .pal, .txt, .act, "
        ".aco or .ase file, or a PNG of its colours",
    ),
    (
        _folder,
        ["art", "--name", "a/b"],
        "the name 'a/b' cannot be a folder name; give up to 64 of the characters A-Z, a-z, 0-9, - and _",
    ),
    (_name_in_use, ["art", "--name", "mine"], "tokens/mine exists and holds something else; give another --name"),
    (
        lambda: _folder(3, 300),
        ["art"],
        "cats/1 has 300 x 300 pixels, more than 256 a side (so have dogs/0, dogs/2); "
        "cut sheets with --cut or --cell, or give the true size with --scale",
    ),
]


@pytest.mark.parametrize(("make", "arguments", "message"), BAD, ids=[message[:40] for _, _, message in BAD])
def test_bad_input_is_one_message_and_leaves_nothing(make: Callable[[], object], arguments: list[str], message: str) -> None:
    make()
    before = sorted(Path().rglob("*"))
    check_error(_run(*arguments), 1, message)
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["art", "--margin", "2"], "--margin and --spacing need --cell; give it, for instance: --cell 16x16"),
        (["art", "--cell", "8", "--cut", "gutters"], "give either --cell or --cut"),
        (["art", "--colors", "8", "--palette", "nes"], "give either --colors or --palette"),
        (["art", "--preview", "cuts.jpg"], "Invalid value for '--preview': cuts.jpg does not end in .png"),
    ],
)
def test_wrong_usage_is_one_message(arguments: list[str], message: str) -> None:
    check_error(_run(*arguments), 2, message)


def test_no_folder_is_created_for_a_preview() -> None:
    _folder()
    message = "no/cuts.png cannot be written: No such file or directory; make the folder no first"
    check_error(_run("art", "--preview", "no/cuts.png"), 1, message)
    assert not Path("no").exists()


def _scene() -> NDArray[np.uint8]:
    """Return a native picture of 40 x 32 pixels."""
    return np.maximum(_sprite(5, 40)[:32], (1, 1, 1, 255)).astype(np.uint8)


def test_art_with_tall_pixels_is_found_and_its_evidence_told() -> None:
    Image.fromarray(_scene()).resize((40 * 5, 32 * 6), Image.Resampling.NEAREST).save("screen.png")
    result = _run("screen.png", "--cell", "20x32")
    assert result.exit_code == 0, result.stderr
    assert "1 picture of 200 x 192: 40 x 32 true pixels, enlarged 5 x 6 times (nearest, confidence 1.00)" in result.stderr
    assert "borders of colours lie on the grid; the second guess would be" in result.stderr
    folder = Path(result.stdout.strip())
    _check_art(folder, [_scene()[:, :20], _scene()[:, 20:]])
    assert json.loads((folder / "token.json").read_bytes())["sprites"][0]["enlarged"] == "5x6 nearest"


def test_the_preview_shows_the_grid_of_enlarged_art() -> None:
    Image.fromarray(_scene()).resize((40 * 12, 32 * 12), Image.Resampling.NEAREST).save("large.png")
    _save("small.png", _scene())
    for name in ("large", "small"):
        assert _run(f"{name}.png", "--cut", "none", "--preview", f"{name}-preview.png").exit_code == 0
    with Image.open("large-preview.png") as large, Image.open("small-preview.png") as small:
        shown = np.asarray(large.convert("RGB"))
        assert large.height == small.height + 32 * 12 + 8
    # A line at each border of a native pixel, and none between.
    is_line = (shown[8 : 8 + 384, 8 : 8 + 480] == (255, 0, 110)).all(-1)
    assert np.flatnonzero(is_line.all(1)).tolist() == [*range(0, 384, 12), 383]
    assert np.flatnonzero(is_line.all(0)).tolist() == [*range(0, 480, 12), 479]


def test_offset_and_aspect_decide_where_nothing_can_be_detected() -> None:
    framed = np.pad(_scene().repeat(6, 0).repeat(3, 1), ((7, 7), (10, 10), (0, 0)))
    _save("framed.png", framed)
    folder = _imported(
        "framed.png", "--scale", "3", "--pixel-aspect", "1:2", "--offset", "10,7", "--cell", "20x32", "--cut", "auto"
    )
    assert np.array_equal(read_token(folder).rgba[read_token(folder).pixels][0], _scene()[:, :20])


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
    _save("sheet.png", _sheet())
    result = _run("sheet.png", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.split())
