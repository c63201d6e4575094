"""``mint gallery``: it makes, extends and joins galleries, and what it cannot do is one sentence."""

import os
from pathlib import Path

import pytest

from mint.browser.bundle.web_runtime import WebRuntime
from tests.browser.bundle.conftest import web_runtime
from tests.cli.runner import check_error, run_mint
from tests.sharing.gallery.small_gallery import HASHES, site_files
from tests.small_snapshot import write_small_snapshot

__all__ = ["web_runtime"]


@pytest.fixture
def snapshots(work: Path) -> list[Path]:
    return [write_small_snapshot(Path(f"{number}.pixelmint"), token=token, title=token) for number, token in enumerate(HASHES)]


def made(*arguments: str | Path) -> list[str]:
    """Run the command, and return the lines of its standard error."""
    result = run_mint("gallery", *arguments)
    assert result.exit_code == 0, result.stderr
    folder = Path(result.stdout.rstrip("\n"))
    assert (folder / "index.html").is_file()
    return result.stderr.splitlines()


def test_galleries_are_made_extended_and_joined(snapshots: list[Path], web_runtime: WebRuntime) -> None:
    lines = made(*snapshots, "-o", "all", "--title", "Moons")
    assert lines[-1] == "3 works; put the folder on any web space, or look at it here: python3 -m http.server -d all"
    assert made(snapshots[0], "-o", "one", "--title", "Moons")[-1].startswith("1 work; ")
    made("one", "--add", *snapshots[1:])
    assert site_files(Path("one")) == site_files(Path("all"))
    made("one", "--add", snapshots[1])
    assert site_files(Path("one")) == site_files(Path("all"))
    made(snapshots[2], snapshots[1], "-o", "two")
    made("two", "one", "-o", "three", "--title", "Moons")
    assert site_files(Path("three")) == site_files(Path("all"))
    made("two", "--add", "one", "--title", "Moons")
    assert site_files(Path("two")) == site_files(Path("all"))


def test_a_snapshot_with_another_signature_is_told(snapshots: list[Path], web_runtime: WebRuntime) -> None:
    other = write_small_snapshot(Path("other.pixelmint"), token=HASHES[0], title=HASHES[0], key=2)
    lines = made(*snapshots, other, "-o", "all")
    assert "other.pixelmint is a snapshot of the gallery with another signature; one of the two is kept" in lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("0.pixelmint",), "say where to write the gallery: -o SITE makes one, and SITE --add FILE extends one"),
        (
            ("a", "--add", "0.pixelmint", "-o", "b"),
            "say where to write the gallery: -o SITE makes one, and SITE --add FILE extends one",
        ),
        (("0.pixelmint", "-o", "b", "--title", "a\nb"), "Invalid value for '--title': give 1 to 200 printable characters"),
        (("0.pixelmint", "-o", "b", "--title", ""), "Invalid value for '--title': give 1 to 200 printable characters"),
    ],
)
def test_options_that_make_no_gallery_are_refused(arguments: tuple[str, ...], message: str, snapshots: list[Path]) -> None:
    Path("a").mkdir()
    check_error(run_mint("gallery", *arguments), 2, message)
    assert not Path("b").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("photos", "-o", "b"),
            "photos is not a gallery: it has no gallery.json; make one with: mint gallery FILE.pixelmint -o photos",
        ),
        (
            ("0.pixelmint", "-o", "photos"),
            "photos holds 'a.txt', which is no part of a gallery; give an empty or a new folder to -o",
        ),
        (("0.pixelmint", "-o", "0.pixelmint/site"), "0.pixelmint is a file and no folder; give another place with -o"),
        (("9.pixelmint", "-o", "b"), "9.pixelmint cannot be read: No such file or directory; give a snapshot file (.pixelmint)"),
        (
            ("9", "--add", "0.pixelmint"),
            "9 is not a gallery: it has no gallery.json; make one with: mint gallery FILE.pixelmint -o 9",
        ),
        (("photos/a.txt", "-o", "b"), "photos/a.txt is refused: it is no snapshot file: it is not a zip"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: tuple[str, ...], message: str, snapshots: list[Path], web_runtime: WebRuntime
) -> None:
    Path("photos").mkdir()
    Path("photos", "a.txt").write_text("mine")
    before = site_files(Path())
    result = run_mint("gallery", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    *_, last = result.stderr.splitlines()
    assert last.startswith("Error: ")
    assert message in last
    assert site_files(Path()) == before


def test_the_current_folder_is_not_replaced(
    snapshots: list[Path], web_runtime: WebRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(snapshots[0], "-o", "site")
    snapshot = snapshots[1].absolute()
    monkeypatch.chdir("site")
    message = ". is the current folder, which cannot be replaced; call this from outside of it"
    check_error(run_mint("gallery", os.curdir, "--add", snapshot), 1, message)
