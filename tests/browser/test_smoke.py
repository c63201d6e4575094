"""Each page opens in a real browser, moves and obeys a key; `make integration` tests the pages whole."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.bundle.opened import opened
from tests.browser.bundle.stand_in import TOKEN, write_small_bundle
from tests.browser.training_process import TrainingProcess
from tests.browser.viewer_process import OpenPage, Show, body, body_number, eventually, ready, until
from tests.small_token import small_token


def check_tiles_change(page: Page) -> None:
    page.evaluate("() => { window.before = document.querySelector('#mosaic').toDataURL(); }")
    until(page, "window.before !== document.querySelector('#mosaic').toDataURL()")


def test_the_page_of_an_export(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    body(page, "step", "1200")
    check_tiles_change(page)
    page.keyboard.press("d")
    body(page, "tiles", "72")
    page.keyboard.press(" ")
    body(page, "state", "paused")


def test_the_page_of_a_training(tmp_path: Path, open_page: OpenPage) -> None:
    token = small_token(TOKEN, tmp_path / "tokens")
    training = TrainingProcess(tmp_path, TOKEN, "--seed", "4")
    try:
        page = ready(open_page(training))
        until(page, "document.body.dataset.step > 1")
        check_tiles_change(page)
        page.keyboard.press("o")
        expect(page.locator("#originals")).to_be_visible()
        page.keyboard.press(" ")
        body(page, "state", "paused")
    finally:
        training.end()
    assert list(token.glob("training/checkpoints/step-*"))


def test_the_page_of_a_bundle(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, write_small_bundle(tmp_path)) as page:
        expect(page.locator("#name")).to_have_text(TOKEN)
        body(page, "tiles", "9")
        page.keyboard.press(" ")
        eventually(lambda: body_number(page, "step") > 5)
        body(page, "tiles", "64")
