"""The check of bundles opens them as each platform does, and finds what is wrong."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from mint.browser.bundle.check.bundle_files import BundleFiles, read_bundle
from mint.browser.bundle.check.checking import PlatformReport, check_bundle
from mint.browser.bundle.check.report import format_reports, save_picture
from mint.browser.bundle.output import write_bundle
from mint.errors import BundleError
from tests.browser.bundle.stand_in import write_small_bundle

SECONDS = 60


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> BundleFiles:
    folder = tmp_path_factory.mktemp("checked")
    page = write_small_bundle(folder, sdk="// a platform's script")
    write_bundle(folder / "a.zip", {path.name: path.read_bytes() for path in page.parent.iterdir()})
    return read_bundle(folder / "a.zip")


@pytest.mark.integration
def test_a_bundle_works_under_the_rules_of_every_platform(bundle: BundleFiles, tmp_path: Path) -> None:
    names: list[str] = []
    reports = check_bundle(bundle, SECONDS, names.append)
    assert names == [report.platform for report in reports] == ["file", "objkt", "teia", "fxhash"]
    for report in reports:
        assert (report.problems, report.requests, report.errors) == ([], 0, 0)
        assert report.sprites_s is not None
        assert report.preview_s is not None
        assert report.steps >= 20
    table = format_reports(bundle, reports).splitlines()
    assert table[0].endswith(f"a.zip: {bundle.num_bytes:,} bytes, 3 files")
    assert table[-1] == "no problems"
    save_picture(tmp_path / "picture.png", reports)
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.integration
def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    planted = (
        b"<script>new Image().src = 'https://example.org/counter.gif'; console.error('planted'); "
        b"globalThis.$fx = { features() {}, isPreview: false };</script>"
    )
    page = (
        write_small_bundle(tmp_path)
        .read_bytes()
        .replace(b"<title>", planted + b"<title>", 1)
        .replace(b"$fxhashFeatures = features", b"nothing = 0")
    )
    (tmp_path / "a.html").write_bytes(page)
    reports = check_bundle(read_bundle(tmp_path / "a.html"), SECONDS)
    assert [report.platform for report in reports] == ["file", "objkt"]
    for report in reports:
        assert report.requests == 1
        assert "it requests https://example.org/counter.gif" in report.problems
        assert "the console reports: planted" in report.problems
        assert "it declares no features" in report.problems
    assert "file: it declares no features" in format_reports(read_bundle(tmp_path / "a.html"), reports)


def test_a_picture_that_was_not_taken_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"a\.png is not written, because the page never said that its picture can be taken"):
        save_picture(tmp_path / "a.png", [PlatformReport(platform="file")])
    assert not (tmp_path / "a.png").exists()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"deep/index.html": b""}, r"a\.zip has no index\.html at its root"),
        ({"../index.html": b""}, r"holds '\.\./index\.html', which lies outside"),
    ],
)
def test_a_zip_that_platforms_do_not_unpack_is_refused(files: dict[str, bytes], message: str, tmp_path: Path) -> None:
    write_bundle(tmp_path / "a.zip", files)
    with pytest.raises(BundleError, match=message):
        read_bundle(tmp_path / "a.zip")


def test_a_bundle_of_something_else_than_files_is_refused(tmp_path: Path) -> None:
    write_bundle(tmp_path / "bundle", {"index.html": b""})
    (tmp_path / "secret").write_text("elsewhere")
    (tmp_path / "bundle" / "a.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(BundleError, match=r"a\.txt cannot be read: it is a link to another place; make it with"):
        read_bundle(tmp_path / "bundle")
    (tmp_path / "bundle" / "a.txt").unlink()
    os.mkfifo(tmp_path / "bundle" / "a.txt")
    with pytest.raises(BundleError, match=r"a\.txt cannot be read: it is not a regular file; make it with"):
        read_bundle(tmp_path / "bundle")


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    write_bundle(tmp_path / "a.zip", {"index.html": b"x" * 1000})
    whole = (tmp_path / "a.zip").read_bytes()
    for damaged in (b"", whole[:50], whole[:41] + b"\xff" * 3 + whole[44:]):
        (tmp_path / "a.zip").write_bytes(damaged)
        with pytest.raises(BundleError, match=r"a\.zip is a damaged zip archive; make it with"):
            read_bundle(tmp_path / "a.zip")


def test_a_check_without_playwright_or_a_browser_is_one_sentence(
    bundle: BundleFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repair = (
        r"install Playwright with: pip install 'pixelmint\[bundle\]', and Chromium with: python -m playwright install chromium$"
    )
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "playwright.sync_api", None)
        with pytest.raises(BundleError, match=rf"^bundles are checked in Chromium, .*; {repair}"):
            check_bundle(bundle, SECONDS)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(BundleError, match=rf"^no Chromium could be started: .*; {repair}"):
        check_bundle(bundle, SECONDS)
