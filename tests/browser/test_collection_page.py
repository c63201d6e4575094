"""The page of a collection's training, in a real browser: the mosaic grows, shows a token's dreams, and tells the end."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mint.collection.folder import CollectionFolder
from mint.collection.training.job import Job
from mint.collection.training.mosaic import CollectionMosaic
from mint.collection.training.page import CollectionPage
from mint.collection.training.publication import publish_token
from mint.collection.training.run import RunProgress
from tests.collection.training.real_export import trained_as
from tests.collection.training.small_collection import TRAINING, write_small_collection

BLANK = [0x17, 0x17, 0x1A, 255]
PIXEL = "([x, y]) => [...document.querySelector('canvas').getContext('2d').getImageData(x, y, 1, 1).data]"


@pytest.fixture
def collection(tmp_path: Path) -> CollectionFolder:
    return write_small_collection(tmp_path / "small", 5)


def train(collection: CollectionFolder, mosaic: CollectionMosaic, number: int) -> list[int]:
    """Publish a token and add it to the mosaic; return the first pixel of its dream, RGBA."""
    job = Job(number=number, hash=collection.token(number).hash, training=TRAINING)
    trained = trained_as(job)
    origin = publish_token(collection.token_path(number), job, trained)
    mosaic.add(number - 1, origin.palette, trained.dreams[0])
    return list(bytes.fromhex(origin.palette[trained.dreams[0, 0, 0]][1:]))


def test_the_mosaic_grows_and_shows_a_tokens_dreams(browser: Browser, collection: CollectionFolder) -> None:
    errors: list[str] = []
    mosaic = CollectionMosaic(5)
    train(collection, mosaic, 1)
    addresses: list[str] = []
    shown = CollectionPage(collection, mosaic, RunProgress(num_tokens=5, num_trained_before=1), addresses.append)
    page = browser.new_context(viewport={"width": 900, "height": 700}).new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda entry: errors.append(entry.text) if entry.type == "error" else None)
    with shown:
        page.goto(shown.address)
        body = page.locator("body")
        expect(body).to_have_attribute("data-tiles", "1")
        expect(page.locator("#summary")).to_have_text("1 of 5 trained")
        color = train(collection, mosaic, 5)
        shown.progress = RunProgress(num_tokens=5, num_trained_before=1, num_trained=1, num_set_aside=1, seconds=60)
        expect(body).to_have_attribute("data-tiles", "2")
        expect(page.locator("#summary")).to_have_text("2 of 5 trained · 1 set aside · 60 tokens an hour · 2:00 left")
        assert page.evaluate(PIXEL, [34, 34]) == color  # token 5 is in the second row of three
        assert page.evaluate(PIXEL, [68, 0]) == BLANK  # token 3 is not trained yet
        click_tile(page, column=1, row=1)
        expect(page.locator("#token")).to_have_text(f"Token 5: {collection.token(5).hash}")
        expect(page.locator("#dreams")).to_have_js_property("naturalWidth", 4 * (4 * 34 + 2))
        page.get_by_role("button", name="Close").click()
        expect(page.locator("dialog")).to_be_hidden()
        check_keyboard(page)
        assert errors == []
        assert addresses == [shown.address]
    expect(body).to_have_attribute("data-state", "ended")
    expect(page.get_by_role("status")).to_contain_text("This run has ended")
    page.context.close()


def check_keyboard(page: Page) -> None:
    """Move from the first token to the fifth, which is trained, and open it."""
    tiles = page.get_by_role("slider", name="Token")
    tiles.press("Home")
    for key, text in (("ArrowRight", "Token 2, not trained yet"), ("ArrowDown", "Token 5")):
        tiles.press(key)
        expect(tiles).to_have_attribute("aria-valuetext", text)
        expect(page.locator("#pointed")).to_have_text(text)
    expect(page.locator("#marker")).to_be_visible()
    tiles.press("Enter")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(tiles).to_be_focused()


def click_tile(page: Page, *, column: int, row: int) -> None:
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + (column + 0.5) * box["width"] / 3, box["y"] + (row + 0.5) * box["height"] / 2)
