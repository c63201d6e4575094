"""The live training page: real trainings in processes of their own, watched by a real browser."""

import io
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from mint.live.run_config import RunConfig, open_run
from mint.token.folder import read_token
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.saving.history import SEEDS, History
from tests.browser.shown import OpenPage, body, eventually, ready, told, until
from tests.browser.trained import Train, Trained, is_running, manifest
from tests.small_token import small_token
from viewer.pictures.mosaic import darkest, read_provenance

TOKEN = "open sesame"
FILES = ("encoder.onnx", "generator.onnx", "discriminator.onnx", "manifest.json")
SNAPSHOT = "() => { window.before = document.querySelector('#mosaic').toDataURL(); }"
CHANGED = "window.before !== document.querySelector('#mosaic').toDataURL()"


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a token of small sprites."""
    folder = tmp_path_factory.mktemp("workplace")
    small_token(TOKEN, folder / "tokens")
    return folder


@pytest.fixture(scope="module")
def token(workplace: Path) -> Path:
    return next((workplace / "tokens").iterdir())


@pytest.fixture(scope="module")
def training(workplace: Path) -> Iterator[Trained]:
    """Train for as long as the tests that only look and ask."""
    trained = Trained(workplace, TOKEN, "--seed", "4")
    yield trained
    trained.end()


@pytest.fixture
def train(tmp_path: Path) -> Iterator[Train]:
    """Return a function that trains a token of small sprites in tmp_path."""
    small_token(TOKEN, tmp_path / "tokens")
    with ExitStack() as stack:

        def start(*arguments: str) -> Trained:
            trained = Trained(tmp_path, TOKEN, *arguments)
            stack.callback(trained.end)
            return trained

        yield start


@pytest.fixture
def page(training: Trained, open_page: OpenPage) -> Page:
    """Open a page as the last test's left it, but for what is set here."""
    page = ready(open_page(training))
    page.get_by_role("button", name="cut").click()
    return page


def indices(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image)


def saved_png(page: Page, path: Path) -> Path:
    with page.expect_download() as download:
        page.keyboard.press("p")
    download.value.save_as(path)
    return path


def colors(canvas: Locator) -> int:
    """Return how many colours a canvas shows."""
    script = """canvas => {
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        return new Set(new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
    }"""
    return int(canvas.evaluate(script))


def slide(page: Page, index: int) -> None:
    """Move the slider as a person does who drags it."""
    page.locator("#past").evaluate("(e, value) => { e.value = value; e.dispatchEvent(new Event('input')); }", str(index))


def begin_training(folder: Path, steps: int) -> None:
    """Train for a few steps, and save them."""
    session, _ = open_run(RunConfig(token=folder, device="cpu", threads=1), read_token(folder))
    session.run(Limits(steps=steps), Control(), TrainingCallbacks())


def newest_saved(token: Path) -> int:
    return max(int(path.name.removeprefix("step-")) for path in (token / "training" / "checkpoints").glob("step-*"))


def test_a_low_window_has_all_controls_in_one_row(page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 600})
    middles = {
        round(box["y"] + box["height"] / 2) for b in page.locator("#controls button:visible").all() if (box := b.bounding_box())
    }
    assert len(middles) == 1


def test_it_tells_what_trains_and_how_far_it_is(page: Page, token: Path) -> None:
    body(page, "tiles", "64")
    body(page, "rate", "4")
    body(page, "device", "CPU")
    step = told(page, "step")
    until(page, "step => document.body.dataset.step > step", step)
    expect(page.locator("#name")).to_have_text(TOKEN)
    features = read_token(token).features
    for name, value in features.items():
        expect(page.locator("#features")).to_contain_text(f"{name} {value}")
    page.keyboard.press("h")
    for text in (token.name, "vaegan 2", "Originals", "Download the four files", str(features["Palette"])):
        expect(page.get_by_role("dialog")).to_contain_text(text)


def test_tiles_change_one_by_one(page: Page) -> None:
    page.evaluate(SNAPSHOT)
    until(page, CHANGED)
    expect(page.locator("#modes")).to_be_hidden()  # only random dreams are drawn beside a training


SETTINGS = [("q", "tiles", -1), ("a", "tiles", -1), ("d", "tiles", 1), ("s", "rate", -1), ("w", "rate", 1), ("z", "rate", 1)]


def test_keys_set_tiles_and_rate_for_all_pages(page: Page, training: Trained, open_page: OpenPage) -> None:
    beside = ready(open_page(training, page_beside=page))
    page.bring_to_front()
    for key, name, direction in SETTINGS:
        before = told(page, name)
        page.keyboard.press(key)
        moved = "([name, before, direction]) => (document.body.dataset[name] - before) * direction > 0"
        for one in (page, beside):
            until(one, moved, [name, before, direction])
    page.reload()
    ready(page)
    assert (told(page, "tiles"), told(page, "rate")) == (told(beside, "tiles"), told(beside, "rate"))
    page.keyboard.press("d")
    body(beside, "tiles", "64")
    beside.keyboard.press("s")
    body(page, "rate", "4")


def test_space_rests_the_training_itself(page: Page) -> None:
    page.keyboard.press(" ")
    body(page, "state", "paused")
    page.wait_for_timeout(1200)  # what was under way has come
    step = told(page, "step")
    page.evaluate(SNAPSHOT)
    page.wait_for_timeout(1200)
    assert told(page, "step") == step
    assert not page.evaluate(CHANGED)
    page.keyboard.press("d")  # it still draws what is missing
    body(page, "tiles", "72")
    until(page, CHANGED)
    page.keyboard.press("q")
    box = page.locator("#stage").bounding_box()
    assert box is not None
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    body(page, "state", "running")
    until(page, "step => document.body.dataset.step > step", step)


def test_statistics_cycle_through_four_panels(page: Page) -> None:
    page.keyboard.press("i")
    panel, graph = page.locator("#panel"), page.locator("#panel-graph")
    for name, title in [("loss", "Loss"), ("tiles", "Tiles"), ("gpu", "No GPU, CPU busy"), ("fps", "FPS")]:
        expect(panel).to_have_attribute("data-panel", name)
        expect(page.locator("#panel-name")).to_have_text(title)
        expect(page.locator("#panel-value")).to_have_text(re.compile("[0-9]"))
        eventually(lambda: colors(graph) > 1)
        panel.click()
    expect(panel).to_have_attribute("data-panel", "loss")
    page.reload()  # what was measured is known to a page that comes late
    ready(page).keyboard.press("i")
    expect(page.locator("#panel-value")).to_have_text(re.compile("[0-9]"))
    page.keyboard.press("i")
    expect(panel).to_be_hidden()


def test_the_widest_statistics_leave_the_mosaic_where_it_is(training: Trained, open_page: OpenPage) -> None:
    page = ready(open_page(training, viewport={"width": 800, "height": 600}))
    expect(page.locator("#history")).to_be_visible()
    before = page.locator("#stage").bounding_box()
    page.keyboard.press("i")
    for title in ("Loss", "Tiles", "No GPU, CPU busy", "FPS"):
        expect(page.locator("#panel-name")).to_have_text(title)
        expect(page.locator("#panel-value")).to_have_text(re.compile("[0-9]"))
        assert page.locator("#stage").bounding_box() == before
        page.set_viewport_size({"width": 660, "height": 600})
        assert page.locator("#panel").evaluate("panel => panel.scrollWidth <= panel.clientWidth"), "nothing of it is cut off"
        page.set_viewport_size({"width": 800, "height": 600})
        page.locator("#panel").click()


def test_originals_hang_beside_their_reconstructions(page: Page, training: Trained, open_page: OpenPage) -> None:
    beside = ready(open_page(training, page_beside=page))
    page.bring_to_front()
    page.keyboard.press("o")
    for one in (page, beside):
        expect(one.locator("#originals")).to_be_visible()
        for name in ("#sprites", "#reconstructions"):
            one.bring_to_front()
            eventually(lambda: colors(one.locator(f"{name} canvas")) > 2)  # noqa: B023 - called at once
    page.bring_to_front()
    # They get better as one watches.
    page.evaluate("() => { window.before = document.querySelector('#reconstructions canvas').toDataURL(); }")
    until(page, "window.before !== document.querySelector('#reconstructions canvas').toDataURL()")
    page.get_by_role("button", name="Originals", exact=True).click()
    expect(beside.locator("#originals")).to_be_hidden()


def test_a_saved_mosaic_says_where_it_comes_from(page: Page, token: Path, tmp_path: Path) -> None:
    step = told(page, "step")
    provenance = read_provenance(saved_png(page, tmp_path / "mosaic.png"))
    assert (provenance.token, provenance.recipe, provenance.tiles) == (TOKEN, "vaegan 2", 64)
    assert step <= provenance.step <= told(page, "step")
    assert len(set(provenance.seeds)) == 64


def test_the_past_is_shown_while_training_goes_on(page: Page, token: Path, tmp_path: Path) -> None:
    until(page, "document.querySelector('#past').max >= 3")
    slide(page, 1)
    past = History(token / "training" / "history").steps[1]
    expect(page.locator("#past-step")).to_have_text(f"step {past}")
    rgba = read_token(token).rgba
    palette = tuple(f"#{bytes(color).hex()}" for color in rgba)
    tiles = History(token / "training" / "history").read(past)

    def shows_it() -> bool:
        path = saved_png(page, tmp_path / "past.png")
        provenance = read_provenance(path)
        if provenance.step != past or provenance.seeds != tuple(map(str, SEEDS)):
            return False
        found = indices(path)
        return same_tiles(found, tiles, darkest(palette))

    eventually(shows_it)
    step = told(page, "step")
    until(page, "step => document.body.dataset.step > step", step)
    body(page, "state", "running")
    page.evaluate(SNAPSHOT)
    page.get_by_role("button", name="Now").click()
    expect(page.locator("#past-step")).to_have_text("now")
    until(page, CHANGED)
    assert read_provenance(saved_png(page, tmp_path / "now.png")).step > past
    page.evaluate(SNAPSHOT)
    until(page, CHANGED)  # dreams come and go again


def same_tiles(picture: NDArray[np.uint8], tiles: NDArray[np.uint8], background: int) -> bool:
    """Whether a saved mosaic shows these tiles in this order, whatever its columns and its scale."""
    for columns in range(1, len(tiles) + 1):
        rows = -(-len(tiles) // columns)
        height, width = 2 + 18 * rows, 2 + 18 * columns
        scale = picture.shape[1] // width
        if picture.shape != (height * scale, width * scale):
            continue
        wanted = np.full((height, width), background, np.uint8)
        for number, tile in enumerate(tiles):
            top, left = 2 + 18 * (number // columns), 2 + 18 * (number % columns)
            wanted[top : top + 16, left : left + 16] = tile
        return np.array_equal(picture[::scale, ::scale], wanted)
    return False


def test_the_export_is_what_mint_export_writes(page: Page, workplace: Path, token: Path, tmp_path: Path) -> None:
    page.keyboard.press(" ")
    body(page, "state", "paused")
    page.keyboard.press("h")
    with page.expect_download(timeout=120_000) as download:
        page.get_by_role("button", name="Download the four files").click()
    command = [sys.executable, "-m", "mint", "export", TOKEN, "--to", str(tmp_path / "exported")]
    subprocess.run(command, cwd=workplace, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert download.value.suggested_filename == f"{token.name}-{manifest(token)['step']}.zip"
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert archive.namelist() == list(FILES)
        for name in FILES:
            assert archive.read(name) == (tmp_path / "exported" / name).read_bytes(), name
    page.keyboard.press(" ")
    body(page, "state", "running")


@pytest.mark.parametrize(("width", "height"), [(375, 812), (812, 375), (1280, 800), (2560, 1440)])
def test_everything_fits(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.keyboard.press("i")
    page.keyboard.press("o")
    expect(page.locator("#originals")).to_be_visible()
    expect(page.locator("#history")).to_be_visible()
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [width, height]
    for element in page.locator("button:visible, #past, #sprites canvas, #reconstructions canvas").all():
        box = element.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
    stage, sprites = page.locator("#stage").bounding_box(), page.locator("#sprites canvas").bounding_box()
    assert stage is not None
    assert sprites is not None
    assert min(stage["width"], stage["height"]) > 100
    assert min(sprites["width"], sprites["height"]) >= 48
    page.keyboard.press("o")
    expect(page.locator("#originals")).to_be_hidden()


def test_a_training_waits_for_space_and_ends_with_ctrl_c(train: Train, open_page: OpenPage, tmp_path: Path) -> None:
    trained = train("--paused")
    page = open_page(trained)
    body(page, "state", "paused")
    expect(page.locator("#notice")).to_have_text("Press Space or the play button to begin.")
    body(page, "step", "0")
    page.keyboard.press(" ")
    body(page, "state", "running")
    until(page, "document.body.dataset.step > 3")
    trained.process.send_signal(signal.SIGINT)
    body(page, "state", "ended")
    notice = page.locator("#notice")
    expect(notice).to_have_text(re.compile(r"This training has ended at step \d+, saved.*; to go on from there, run: mint train "))
    code, stdout = trained.wait()
    token = next((tmp_path / "tokens").iterdir())
    assert newest_saved(token) == told(page, "step")
    if "saved and exported" in notice.inner_text():
        assert (code, stdout) == (0, f"tokens/{token.name}/models\n")
        assert manifest(token)["step"] == newest_saved(token)
    else:  # a slow machine had no time for it
        assert (code, stdout) == (0, "")


def test_a_trainer_that_is_killed_is_told_and_nothing_saved_is_lost(train: Train, open_page: OpenPage, tmp_path: Path) -> None:
    begin_training(next((tmp_path / "tokens").iterdir()), steps=3)
    trained = train()
    folder = next((tmp_path / "tokens").iterdir())
    page = ready(open_page(trained))
    until(page, "document.body.dataset.step > 7")
    trainer = trained.trainer
    assert trainer is not None
    os.kill(trainer, signal.SIGKILL)
    body(page, "state", "ended")
    saved = newest_saved(folder)
    assert saved >= 3
    sentence = rf"killed by SIGKILL; to go on from step {saved}, which is saved, run: mint train 'open sesame'"
    expect(page.locator("#notice")).to_have_text(re.compile(sentence))
    code, stdout = trained.wait()
    assert (code, stdout) == (1, "")
    assert re.search(f"Error: The training ended after step .* {sentence}", trained.lines[-1])
    assert "Traceback" not in "".join(trained.lines)
    assert newest_saved(folder) == saved


def test_what_cannot_begin_is_a_sentence_and_no_page(training: Trained, workplace: Path) -> None:
    elsewhere = workplace / "elsewhere"
    begin_training(small_token(TOKEN, elsewhere), steps=1)
    for place, seed, sentence in [(workplace, "4", "watch its page"), (elsewhere, "9", "leave --seed out")]:
        command = [
            sys.executable,
            "-m",
            "mint",
            "train",
            TOKEN,
            "--tokens-dir",
            str(place / "tokens" if place == workplace else place),
        ]
        done = subprocess.run([*command, "--seed", seed, "--no-browser"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: ")
        assert sentence in done.stderr
        assert "http://" not in done.stderr


def test_a_killed_server_leaves_nobody_behind(train: Train, open_page: OpenPage, tmp_path: Path) -> None:
    trained = train()
    page = ready(open_page(trained))
    until(page, "document.body.dataset.step > 3")
    trainer, step = trained.trainer, told(page, "step")
    assert trainer is not None
    trained.process.kill()
    body(page, "state", "disconnected")
    expect(page.locator("#notice")).to_be_visible()
    eventually(lambda: not is_running(trainer))
    assert newest_saved(next((tmp_path / "tokens").iterdir())) >= step
