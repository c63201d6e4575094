"""Bundles are written whole or not at all, and equal bundles are equal bytes."""

import os
import zipfile
from pathlib import Path

import pytest

from mint.browser.bundle.artwork_page import Part
from mint.browser.bundle.bundling import token_files
from mint.browser.bundle.formats import FORMATS, check_format
from mint.browser.bundle.output import check_output, write_bundle
from mint.errors import BundleError
from mint.token.folder import read_token
from tests.browser.bundle.stand_in import TOKEN, stand_in_engine
from tests.small_token import small_token

FILES = {"index.html": b"<!doctype html>", "cover.png": b"png", "deep/x.js": b"1"}


def test_a_bundle_is_a_page_a_zip_or_a_folder(tmp_path: Path) -> None:
    assert write_bundle(tmp_path / "a.html", FILES) == 15
    assert (tmp_path / "a.html").read_bytes() == FILES["index.html"]
    write_bundle(tmp_path / "a.zip", FILES)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
    for _ in range(2):  # the second replaces the first
        write_bundle(tmp_path / "new" / "a", FILES)
    assert {name: (tmp_path / "new" / "a" / name).read_bytes() for name in FILES} == FILES


def test_equal_bundles_are_equal_bytes(tmp_path: Path) -> None:
    token = read_token(small_token(TOKEN, tmp_path / "tokens"))
    pages = [token_files(token, stand_in_engine(), autostart=False, sdk="// sdk") for _ in range(2)]
    assert pages[0] == pages[1]
    assert set(pages[0]) == {"index.html", "fxhash.min.js", "cover.png"}
    for name, page in zip("ab", pages, strict=True):
        write_bundle(tmp_path / f"{name}.zip", page)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert Part.of(b"x" * 1000) == Part.of(b"x" * 1000)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.tar", r"a\.tar is neither \.html nor \.zip nor a folder; give one of these to -o"),
        ("file", r"file is a file; give a folder, FILE\.html or FILE\.zip to -o"),
        ("full", r"full is a folder with other files; give an empty or a new one to -o"),
        ("full.html", r"full\.html is a folder; give the name of a file to -o"),
        ("file/a.html", r"file/a\.html cannot be written: .*file is a file and no folder; give another place with -o"),
    ],
)
def test_what_cannot_be_written_is_one_sentence_and_leaves_nothing(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("kept")
    (tmp_path / "full.html").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BundleError, match=message):
        write_bundle(tmp_path / name, FILES)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(not Path("/dev/full").exists() or os.geteuid() != 0, reason="needs a small file system, which root can mount")
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.system(f"mount -t tmpfs -o size=64k tmpfs '{disk}' 2>/dev/null"):
        pytest.skip("no file system can be mounted here")
    try:
        with pytest.raises(BundleError, match=r"a\.html cannot be written: No space left on device; give another place with -o"):
            write_bundle(disk / "a.html", {"index.html": bytes(1 << 20)})
        assert list(disk.iterdir()) == []
    finally:
        os.system(f"umount '{disk}'")


def test_a_platform_that_takes_a_zip_is_given_one(tmp_path: Path) -> None:
    for name in ("teia", "fxhash"):
        with pytest.raises(BundleError, match=rf"{name} takes a zip with index\.html, and a\.html is a page; give a name"):
            check_format(Path("a.html"), FORMATS[name])
        check_format(Path("a.zip"), FORMATS[name])
    check_format(Path("a.html"), FORMATS["plain"])
    check_output(tmp_path / "new")
