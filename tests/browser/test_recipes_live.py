"""The live page of recipes that draw other pictures than small sprites: photographs and screens."""

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from mint.art.folder import write_art
from mint.art.importer import ImportOptions, make_art, read_sheets
from tests.browser.training_process import Train, TrainingProcess
from tests.browser.viewer_process import OpenPage, eventually, ready
from tests.screens import screens, write_screens
from tests.small_token import small_token

SMALL_CYCLEGAN = ("width=8", "num_blocks=1", "discriminator_width=8", "crop=16", "pool_size=8")
SMALL_DCGAN = ("width=8", "max_width=16", "batch_size=4")
PHONE, DESKTOP = (375, 812), (1600, 1000)


@pytest.fixture
def train(tmp_path: Path) -> Iterator[Train]:
    """Return a function that trains a token in tmp_path with a recipe and settings."""
    with ExitStack() as stack:

        def start(token: Path, recipe: str, settings: tuple[str, ...], *arguments: str) -> TrainingProcess:
            options = [text for setting in settings for text in ("--set", setting)]
            training = TrainingProcess(tmp_path, str(token), "--recipe", recipe, *options, *arguments)
            stack.callback(training.end)
            return training

        yield start


def colors(page: Page, canvas: str) -> set[tuple[int, int, int]]:
    """Return the colours on a canvas."""
    url = page.locator(canvas).evaluate("canvas => canvas.toDataURL()")
    encoded = base64.b64decode(url.partition(",")[2])
    with Image.open(io.BytesIO(encoded)) as picture:
        return {tuple(color) for color in np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0).tolist()}


def is_laid_out(page: Page, size: tuple[int, int]) -> bool:
    """Whether the compared pictures are beside or below each other, and within the page."""
    width, _ = size
    below = page.locator("#controls").bounding_box()
    boxes = [page.locator(f"#{name} canvas").bounding_box() for name in ("sprites", "reconstructions")]
    first, second = boxes
    if below is None or first is None or second is None:
        return False
    fits = all(
        box["x"] >= 0
        and box["x"] + box["width"] <= width
        and box["y"] + box["height"] <= below["y"]
        and min(box["width"], box["height"]) >= 48
        for box in (first, second)
    )
    return fits and (first["x"] + first["width"] <= second["x"] or first["y"] + first["height"] <= second["y"])


def expect_layout(page: Page, size: tuple[int, int]) -> None:
    """Resize the page, and wait until the compared pictures fit."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    eventually(lambda: is_laid_out(page, size))


def test_photographs_are_shown_beside_their_pixel_art(train: Train, open_page: OpenPage, tmp_path: Path) -> None:
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    for number in range(3):
        noise = np.random.default_rng(number).integers(0, 256, (8, 12, 3), np.uint8)
        Image.fromarray(noise).resize((180, 120), Image.Resampling.BICUBIC).save(photographs / f"{number}.png")
    token = small_token("open sesame", tmp_path / "tokens")
    page = ready(open_page(train(token, "cyclegan", SMALL_CYCLEGAN, "--pictures", str(photographs))))
    page.get_by_role("button", name="Photographs", exact=True).click()
    expect(page.locator("figcaption")).to_have_text(["Photographs", "Painted"])
    eventually(lambda: len(colors(page, "#sprites canvas")) > 64)
    eventually(lambda: len(colors(page, "#reconstructions canvas")) > 2)
    assert len(colors(page, "#reconstructions canvas")) <= 17
    for size in (DESKTOP, PHONE):
        expect_layout(page, size)
    page.keyboard.press("h")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Each tile is a piece of a photograph")
    expect(sheet).to_contain_text(re.compile("Photographs *O"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the two files").click()
    with zipfile.ZipFile(Path(download.value.path())) as archive:
        assert archive.namelist() == ["pixelate.onnx", "manifest.json"]
        assert archive.read("pixelate.onnx") == (token / "models" / "pixelate.onnx").read_bytes()


def test_screens_and_their_reconstructions_fit_any_page(train: Train, open_page: OpenPage, tmp_path: Path) -> None:
    options = ImportOptions()
    sheets = read_sheets([write_screens(tmp_path / "art", screens(70, 64, 64))], options, lambda *_: None)
    token = write_art(make_art(sheets, options, lambda *_: None), "screens", "screens", tmp_path / "tokens")
    page = ready(open_page(train(token, "dcgan", SMALL_DCGAN)))
    expect(page.locator("#name")).to_have_text("screens")
    page.keyboard.press("o")
    for name in ("#sprites", "#reconstructions"):
        eventually(lambda: len(colors(page, f"{name} canvas")) > 8)  # noqa: B023 - called at once
    for size in (DESKTOP, PHONE):
        expect_layout(page, size)
    page.keyboard.press("h")
    expect(page.get_by_role("dialog")).to_contain_text("a random place between the sprites it has learned")
