"""``mint pixelate``: turns pictures of all kinds into PNGs; bad input is one message."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

from tests.cli.runner import check_error, run_mint
from tests.forbidden import forbid

KINDS = ("a.png", "b.jpg", "c.webp", "d.gif", "e.bmp", "f.tiff")


@pytest.fixture(autouse=True)
def photos(work: Path) -> Path:
    """Store pictures of several kinds in the current folder."""
    folder = work / "photos"
    (folder / "deep").mkdir(parents=True)
    random = np.random.default_rng(3)
    for number, name in enumerate(KINDS):
        blocks = random.integers(0, 256, (5, 7, 3), np.uint8).repeat(9, 0).repeat(9 + number, 1)
        Image.fromarray(blocks).save(folder / name)
    Image.new("L", (30, 40), 99).save(folder / "deep" / "grey.png")
    return folder


def run(*arguments: str) -> Result:
    return run_mint("pixelate", *arguments)


def test_all_pictures_of_a_folder_are_drawn() -> None:
    result = run("photos", "-o", "out", "--plain", "--grid", "16", "--palette", "game-boy", "--scale", "3")
    assert result.exit_code == 0
    names = [*(f"{name[0]}.png" for name in KINDS), "deep/grey.png"]
    assert sorted(result.stdout.splitlines()) == sorted(f"out/{name}" for name in names)
    for name in names:
        with Image.open(Path("out") / name) as image:
            assert image.mode == "P"
            assert max(image.size) == 48
            rgb = np.asarray(image.convert("RGB"))
        small = rgb[::3, ::3]
        assert np.array_equal(small.repeat(3, 0).repeat(3, 1), rgb), "one pixel size"
        assert {tuple(color) for color in small.reshape(-1, 3)} <= {(15, 56, 15), (48, 98, 48), (139, 172, 15), (155, 188, 15)}


def test_the_same_picture_gives_the_same_file() -> None:
    for target in ("one", "two"):
        assert run("photos/a.png", "-o", target, "--plain").exit_code == 0
    assert Path("one/a.png").read_bytes() == Path("two/a.png").read_bytes()


def test_pictures_of_the_same_name_are_both_drawn() -> None:
    Image.new("RGB", (9, 9), "red").save("photos/a.gif")
    assert run("photos", "-o", "out", "--plain").exit_code == 0
    assert {"a.png.png", "a.gif.png"} <= {path.name for path in Path("out").iterdir()}


def test_transparent_pixels_stay_transparent() -> None:
    picture = np.zeros((40, 40, 4), np.uint8)
    picture[10:30, 10:30] = (200, 10, 10, 255)
    Image.fromarray(picture).save("hole.png")
    assert run("hole.png", "-o", "out", "--plain", "--grid", "8").exit_code == 0
    with Image.open("out/hole.png") as image:
        alpha = np.asarray(image.convert("RGBA"))[..., 3]
    assert (alpha == np.pad(np.full((4, 4), 255), 2)).all()


def test_a_damaged_picture_does_not_stop_the_others() -> None:
    Path("photos/broken.png").write_bytes(Path("photos/a.png").read_bytes()[:60])
    result = run("photos", "-o", "out", "--plain")
    assert result.exit_code == 1
    assert "photos/broken.png is damaged or truncated; give a complete file" in result.stderr
    assert result.stderr.splitlines()[-1] == "Error: 1 of 8 pictures could not be read; repair them or leave them out"
    assert len(result.stdout.splitlines()) == 7


def test_without_a_terminal_no_progress_is_printed() -> None:
    assert run("photos", "-o", "out", "--plain").stderr == ""


def test_a_picture_keeps_the_requested_number_of_colours() -> None:
    for options, num_colors in (((), 16), (("--colors", "3"), 3)):
        assert run("photos/f.tiff", "-o", "out", "--plain", *options).exit_code == 0
        with Image.open("out/f.png") as image:
            assert len(image.getcolors() or ()) == num_colors


def test_a_sheet_shows_pictures_and_results() -> None:
    assert run("photos", "-o", "out", "--plain", "--sheet", "sheet.png").stdout.splitlines()[-1] == "sheet.png"
    with Image.open("sheet.png") as sheet:
        assert sheet.width > 2 * 256
        assert sheet.height > 7 * 100


def test_a_result_that_cannot_be_written_is_one_message() -> None:
    Path("file").touch()
    message = "file/out/a.png cannot be written: file is a file and no folder; give another place with -o"
    check_error(run("photos/a.png", "-o", "file/out", "--plain"), 1, message)


def test_a_sheet_that_cannot_be_written_is_one_message() -> None:
    Path("file").touch()
    result = run("photos/a.png", "-o", "out", "--plain", "--sheet", "file/sheet.png")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: file/sheet.png cannot be written: ")
    assert result.stderr.endswith("; give another place with --sheet\n")


def test_a_picture_in_a_folder_without_permission_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch, Path, "is_dir", "locked")
    result = run("locked/a.png", "-o", "out", "--plain")
    message = "locked/a.png cannot be reached: Permission denied; see that this user may, or give another place"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"Error: {message}\n")


def test_no_folder_is_created_for_a_sheet() -> None:
    result = run("photos/a.png", "-o", "out", "--plain", "--sheet", "no/sheet.png")
    message = "no/sheet.png cannot be written: No such file or directory; make the folder no first"
    assert (result.exit_code, result.stderr) == (1, f"Error: {message}\n")
    assert not Path("no").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "start"),
    [
        (("photos", "-o", "out"), 2, "give either --model TOKEN or --plain"),
        (("photos", "-o", "out", "--plain", "--model", "x"), 2, "give either --model TOKEN or --plain"),
        (("photos", "-o", "out", "--plain", "--colors", "4", "--palette", "nes"), 2, "give either --colors or --palette"),
        (("photos", "-o", "out", "--plain", "--sheet", "a.jpg"), 2, "Invalid value for '--sheet': a.jpg does not end in .png"),
        (("missing", "-o", "out", "--plain"), 1, "missing does not exist; give pictures or folders of pictures"),
        (("empty", "-o", "out", "--plain"), 1, "there is no picture in empty; give PNG, GIF, WebP, BMP, TIFF or JPEG files"),
        (("photos", "-o", "out", "--plain", "--palette", "mauve"), 1, "the palette 'mauve' is not known; give nes, game-boy"),
        (
            ("photos", "-o", "out", "--model", "photos"),
            1,
            "photos holds no model that turns pictures into pixel art (manifest.json is missing)",
        ),
        (
            ("photos", "-o", "out", "--model", "dreams"),
            1,
            "manifest.json does not belong to a model that turns pictures into pixel art; train one",
        ),
    ],
)
def test_bad_input_is_one_message(arguments: tuple[str, ...], code: int, start: str) -> None:
    Path("empty").mkdir()
    Path("dreams").mkdir()
    Path("dreams/manifest.json").write_text('{"format": 1}')
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.splitlines()[-1].startswith(f"Error: {start}")
    assert not Path("out").exists()
