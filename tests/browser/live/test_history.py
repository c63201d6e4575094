"""Past steps, saved mosaics and exports on the live page."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from mint.token.folder import read_token
from mint.training.saving.history import SEEDS, History
from tests.browser.live.page import HAS_CHANGED, REMEMBER, TOKEN, indices, save_mosaic
from tests.browser.training_process import manifest
from tests.browser.viewer_process import body, body_number, eventually, until
from viewer.pictures.mosaic import darkest, read_provenance

FILES = ("encoder.onnx", "generator.onnx", "discriminator.onnx", "manifest.json")


def move_slider(page: Page, index: int) -> None:
    """Move the slider as dragging does."""
    page.locator("#past").evaluate("(e, value) => { e.value = value; e.dispatchEvent(new Event('input')); }", str(index))


def test_a_saved_mosaic_states_its_provenance(page: Page, token: Path, tmp_path: Path) -> None:
    step = body_number(page, "step")
    provenance = read_provenance(save_mosaic(page, tmp_path / "mosaic.png"))
    assert (provenance.token, provenance.recipe, provenance.tiles) == (TOKEN, "vaegan 3", 64)
    assert step <= provenance.step <= body_number(page, "step")
    assert len(set(provenance.seeds)) == 64


def test_a_past_step_is_shown_while_the_training_continues(page: Page, token: Path, tmp_path: Path) -> None:
    until(page, "document.querySelector('#past').max >= 3")
    move_slider(page, 1)
    past = History(token / "training" / "history").steps[1]
    expect(page.locator("#past-step")).to_have_text(f"step {past}")
    rgba = read_token(token).rgba
    palette = tuple(f"#{bytes(color).hex()}" for color in rgba)
    tiles = History(token / "training" / "history").read(past)

    def is_shown() -> bool:
        wait_until_still(page)  # Chromium refuses downloads that follow each other too fast
        path = save_mosaic(page, tmp_path / "past.png")
        provenance = read_provenance(path)
        if provenance.step != past or provenance.seeds != tuple(map(str, SEEDS)):
            return False
        found = indices(path)
        return has_these_tiles(found, tiles, darkest(palette))

    eventually(is_shown)
    step = body_number(page, "step")
    until(page, "step => document.body.dataset.step > step", step)
    body(page, "state", "running")
    page.evaluate(REMEMBER)
    page.get_by_role("button", name="Now").click()
    expect(page.locator("#past-step")).to_have_text("now")
    until(page, HAS_CHANGED)
    assert read_provenance(save_mosaic(page, tmp_path / "now.png")).step > past
    page.evaluate(REMEMBER)
    until(page, HAS_CHANGED)  # dreams are refreshed again


def wait_until_still(page: Page) -> None:
    """Wait until the mosaic does not change for a second."""
    while True:
        page.evaluate(REMEMBER)
        page.wait_for_timeout(1000)
        if not page.evaluate(HAS_CHANGED):
            return


def has_these_tiles(picture: NDArray[np.uint8], tiles: NDArray[np.uint8], background: int) -> bool:
    """Whether a saved mosaic shows these tiles in this order, with any number of columns and any scale."""
    for columns in range(1, len(tiles) + 1):
        rows = -(-len(tiles) // columns)
        height, width = 2 + 18 * rows, 2 + 18 * columns
        scale = picture.shape[1] // width
        if picture.shape != (height * scale, width * scale):
            continue
        expected = np.full((height, width), background, np.uint8)
        for number, tile in enumerate(tiles):
            top, left = 2 + 18 * (number // columns), 2 + 18 * (number % columns)
            expected[top : top + 16, left : left + 16] = tile
        return np.array_equal(picture[::scale, ::scale], expected)
    return False


def test_the_export_is_what_mint_export_writes(page: Page, workplace: Path, token: Path, tmp_path: Path) -> None:
    page.keyboard.press(" ")
    body(page, "state", "paused")
    page.keyboard.press("h")
    with page.expect_download() as download:
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
