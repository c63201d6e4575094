"""``mint timelapse``: films the readable steps of a training's history."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image, ImageSequence

from mint.token.folder import TokenFolder, mint_token, read_token
from mint.token.hash import parse_hash
from mint.training.saving.history import History
from tests.cli.runner import check_error, run_mint

STEPS = (0, 8, 16, 1024)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mint_token(parse_hash("a film"), tmp_path_factory.mktemp("tokens"))


@pytest.fixture
def token(drawn: Path, tmp_path: Path) -> TokenFolder:
    """Return a token with a history of uniform tiles, of colours 0, 1 and 2, and at the last step its sprites."""
    folder = tmp_path / drawn.name
    folder.mkdir()
    for path in drawn.rglob("*"):
        if path.is_file():
            (folder / path.relative_to(drawn)).parent.mkdir(exist_ok=True)
            (folder / path.relative_to(drawn)).write_bytes(path.read_bytes())
    token = read_token(folder)
    history = History(token.training / "history")
    for color, step in enumerate(STEPS[:-1]):
        history.record(step, np.full((64, *token.pixels.shape[1:]), color, np.uint8))
    history.record(STEPS[-1], np.concatenate([token.pixels] * 8)[:64])
    return token


def film(token: TokenFolder, output: Path, *options: str) -> Result:
    return run_mint("timelapse", token.path, "-o", output, "--scale", "1", "--seconds", "2", *options)


def pictures(path: Path) -> list[tuple[np.ndarray, int]]:
    """Return the pictures of a film with their durations in milliseconds."""
    with Image.open(path) as image:
        found = []
        for frame in ImageSequence.Iterator(image):
            frame.load()
            found.append((np.asarray(frame.convert("RGB")), int(frame.info["duration"])))
        return found


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_a_film_goes_from_the_first_step_to_the_last_and_holds_it(token: TokenFolder, suffix: str, tmp_path: Path) -> None:
    output = tmp_path / f"film{suffix}"
    result = film(token, output, "--tiles", "9")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{output}\n"
    assert result.stderr == f"4 steps of {token.path.name} from 0 to 1,024, 2 s\n"
    shown = pictures(output)
    assert sum(duration for _, duration in shown) == 2000
    assert shown[-1][1] >= 500
    (first, _), (last, _) = shown[0], shown[-1]
    colors = token.rgba[:, :3]
    for number, sprite in enumerate(token.pixels):
        top, left = 2 + number // 3 * 34, 2 + number % 3 * 34
        assert (first[top : top + 32, left : left + 32] == colors[0]).all()
        np.testing.assert_array_equal(last[top : top + 32, left : left + 32], colors[sprite])
    # Each step is shown alone for a while, also the early ones; the frames between show two steps.
    shown_colors = {tuple(np.unique(picture[2:34, 2:34].reshape(-1, 3), axis=0).ravel().tolist()) for picture, _ in shown}
    assert {tuple(colors[color].tolist()) for color in range(3)} <= shown_colors


@pytest.mark.parametrize(("tiles", "scale"), [("1", 4), ("16", 4), ("64", 3)])
def test_a_film_of_many_tiles_is_no_larger_than_a_screen(token: TokenFolder, tiles: str, scale: int, tmp_path: Path) -> None:
    output = tmp_path / "film.gif"
    result = run_mint("timelapse", token.path, "-o", output, "--seconds", "1", "--tiles", tiles)
    assert result.exit_code == 0, result.output
    with Image.open(output) as image:
        assert image.size[0] == scale * (34 * int(tiles) ** 0.5 + 2)


def test_a_long_history_is_a_longer_film_that_does_not_flicker(token: TokenFolder, tmp_path: Path) -> None:
    history = History(token.training / "history")
    for number in range(200):  # two colours in turn
        history.record(2000 + 8 * number, np.full((64, 32, 32), number % 2, np.uint8))
    for options, kept, length in (((), 112, 30000), (("--seconds", "5"), 15, 5000)):
        output = tmp_path / f"{length}.gif"
        result = run_mint("timelapse", token.path, "-o", output, "--scale", "1", "--tiles", "1", *options)
        assert result.exit_code == 0, result.output
        assert result.stderr == f"{kept} steps of {token.path.name} from 0 to 3,592, {length // 1000} s\n"
        shown = pictures(output)
        assert sum(duration for _, duration in shown) == length


def test_a_caption_shows_the_step(token: TokenFolder, tmp_path: Path) -> None:
    film(token, tmp_path / "wide.gif", "--tiles", "4")
    film(token, tmp_path / "narrow.gif", "--tiles", "1")
    for name, width in (("wide.gif", 70), ("narrow.gif", 36)):
        captions = [picture[-9:] for picture, _ in pictures(tmp_path / name)]
        assert captions[0].shape == (9, width, 3)
        assert len({caption.tobytes() for caption in captions}) > 10
        assert all(len(np.unique(caption.reshape(-1, 3), axis=0)) == 2 for caption in captions)


def test_a_film_has_notes_on_what_it_shows(token: TokenFolder, tmp_path: Path) -> None:
    film(token, tmp_path / "film.gif", "--tiles", "2")
    with Image.open(tmp_path / "film.gif") as image:
        notes = json.loads(image.info["comment"])
    assert notes == {"software": "Pixelmint", "token": "a film", "first_step": 0, "last_step": 1024, "tiles": 2}


def test_damaged_and_foreign_steps_are_reported_and_skipped(token: TokenFolder, tmp_path: Path) -> None:
    history = History(token.training / "history")
    (token.training / "history" / "000000008.npz").write_bytes(b"torn")
    history.record(16, np.full((64, 32, 32), 99, np.uint8))
    history.record(24, np.zeros((64, 8, 8), np.uint8))
    history.record(32, np.zeros((3, 32, 32), np.uint8))
    result = film(token, tmp_path / "film.gif")
    assert result.exit_code == 0
    *skipped, last = result.stderr.splitlines()
    assert skipped[0].startswith("skipped: step 8 of the history cannot be read: 000000008.npz:")
    assert skipped[1:] == [f"skipped: step {step} of the history does not show this token; the others do" for step in (16, 24, 32)]
    assert last == f"2 steps of {token.path.name} from 0 to 1,024, 2 s"


def test_a_history_of_one_step_is_filmed(token: TokenFolder, tmp_path: Path) -> None:
    History(token.training / "history").drop_after(0)
    result = film(token, tmp_path / "film.gif")
    assert result.exit_code == 0
    assert result.stderr.startswith(f"1 step of {token.path.name} from 0 to 0, ")
    assert len(pictures(tmp_path / "film.gif")) > 1  # the line of the caption grows


def test_bad_input_is_one_message(drawn: Path, tmp_path: Path) -> None:
    output = tmp_path / "film.gif"
    message = f"{drawn} has no history to film; train it with: mint train {shlex.quote(str(drawn))}"
    check_error(run_mint("timelapse", drawn, "-o", output), 1, message)
    message = "the token of 'never drawn' is not in tokens; draw it with: mint new 'never drawn'"
    check_error(run_mint("timelapse", "never drawn", "-o", output), 1, message)
    message = "Invalid value for '-o': film.avi does not end in .gif, .webp, .mp4"
    check_error(run_mint("timelapse", drawn, "-o", "film.avi"), 2, message)
    assert list(tmp_path.iterdir()) == []


def test_filming_does_not_load_torch(token: TokenFolder, tmp_path: Path) -> None:
    code = "import sys\nfrom mint.cli import main\nmain(sys.argv[1:], standalone_mode=False)\nassert 'torch' not in sys.modules"
    command = [sys.executable, "-c", code, "timelapse", str(token.path), "-o", str(tmp_path / "a.gif"), "--seconds", "1"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
