"""What ``mint import`` says of bad input: one message, and nothing is left behind."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.imported_art import make_folder, make_sheet, make_sprite, run_import, save_picture
from tests.cli.runner import check_error

pytestmark = pytest.mark.usefixtures("work")


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
    Image.fromarray(make_sprite(1, 60)).save(buffer, "PNG")
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
    make_folder()
    Path("outside.png").write_bytes(b"secret")
    Path("art/link.png").symlink_to(Path("outside.png").resolve())


def _mixed() -> None:
    save_picture("art/a.png", make_sprite(1, 12))
    save_picture("art/b.png", make_sprite(2, 8))


def _mixed_resolutions() -> None:
    save_picture("art/icon@2x.png", make_sprite(1, 12))
    save_picture("art/icon@1x.png", make_sprite(2, 8))


def _colorful() -> None:
    levels = np.arange(300)
    rgba = np.stack([levels % 256, levels // 256 * 90, 255 - levels % 256, np.full(300, 255)], 1).astype(np.uint8)
    save_picture("art/a.png", rgba[:256].reshape(16, 16, 4))
    save_picture("art/b.png", np.concatenate([rgba[256:], rgba[:212]]).reshape(16, 16, 4))


def _labelled() -> None:
    make_folder()
    Path("l.csv").write_text("0,x\n1,x\n2,x\n2,y\nrex,x\nmimi,y\n")


def _bad_in_folder() -> None:
    make_folder()
    Path("art/dogs/bad.png").write_text("hello")


def _name_in_use() -> None:
    make_folder()
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
        lambda: make_folder(1),
        ["art"],
        "dogs/0 is one sprite, and learning needs two or more; give more art, or cut a sheet with --cut or --cell",
    ),
    (
        _mixed,
        ["art"],
        "the sprites have different sizes, from 8 x 8 (b) to 12 x 12 pixels (a); "
        "choose where the smaller ones go with --fit center, top-left or bottom",
    ),
    (
        _mixed_resolutions,
        ["art"],
        "the sprites have different sizes, from 8 x 8 (icon@1x) to 12 x 12 pixels (icon@2x); "
        "choose where the smaller ones go with --fit center, top-left or bottom",
    ),
    (
        lambda: save_picture("sheet.png", make_sheet()[:, :-5]),
        ["sheet.png"],
        "the sprites have different sizes, from 10 x 12 (sheet@2) to 12 x 12 pixels (sheet@0); "
        "choose where the smaller ones go with --fit center, top-left or bottom, cut the sheet into cells with --cell WxH, "
        "or look at the cuts with --preview FILE.png",
    ),
    (_colorful, ["art"], "the art has 300 colours, but a palette has at most 256; choose with --colors N or --palette NAME|FILE"),
    (
        _labelled,
        ["art", "--labels", "l.csv"],
        "the labels l.csv do not match the pictures (names no picture has: rex, mimi; duplicate names: 2; "
        "pictures without a row: cats/3); correct the file or rename the pictures",
    ),
    (
        make_folder,
        ["art", "--labels", "l.csv"],
        "the labels l.csv cannot be read: No such file or directory; give a CSV or JSON file, or folders",
    ),
    (
        make_folder,
        ["art", "--palette", "sunset"],
        "the palette 'sunset' is not known; give nes, game-boy, pico-8, cga, zx-spectrum, c64, or a .gpl, .hex, .pal, .txt, .act, "
        ".aco or .ase file, or a PNG of its colours",
    ),
    (
        make_folder,
        ["art", "--name", "a/b"],
        "the name 'a/b' cannot be a folder name; give up to 64 of the characters A-Z, a-z, 0-9, - and _",
    ),
    (_name_in_use, ["art", "--name", "mine"], "tokens/mine exists and holds something else; give another --name"),
    (
        lambda: make_folder(3, 300),
        ["art"],
        "cats/1 has 300 x 300 pixels, more than 256 a side (so have dogs/0, dogs/2); "
        "cut sheets with --cut or --cell, or give the true size with --scale",
    ),
]


@pytest.mark.parametrize(("make", "arguments", "message"), BAD, ids=[message[:40] for _, _, message in BAD])
def test_bad_input_is_one_message_and_leaves_nothing(make: Callable[[], object], arguments: list[str], message: str) -> None:
    make()
    before = sorted(Path().rglob("*"))
    check_error(run_import(*arguments), 1, message)
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
    check_error(run_import(*arguments), 2, message)


def test_no_folder_is_created_for_a_preview() -> None:
    make_folder()
    message = "no/cuts.png cannot be written: No such file or directory; make the folder no first"
    check_error(run_import("art", "--preview", "no/cuts.png"), 1, message)
    assert not Path("no").exists()
