"""Labels on the page: a switch each, with the states unspecified, on and off."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.viewer_process import OpenPage, Show, body, ready, still, until
from tests.small_model import small_origin, write_models

CANVAS = "document.querySelector('#mosaic').toDataURL()"


def switch(page: Page, name: str) -> None:
    page.locator("#labels").get_by_role("button", name=name).click()


def expect_pressed(page: Page, name: str, value: str) -> None:
    expect(page.locator("#labels").get_by_role("button", name=name)).to_have_attribute("aria-pressed", value)


def test_a_label_changes_the_dreams_and_back(show: Show, open_page: OpenPage, tmp_path: Path) -> None:
    token = write_models(tmp_path / "labelled", small_origin(labels=("tall hat", "<b>beard</b>")))
    page = ready(open_page(show(token)))
    page.keyboard.press(" ")
    body(page, "state", "paused")
    still(page)
    expect_pressed(page, "tall hat", "mixed")
    page.evaluate(f"() => {{ window.before = {CANVAS}; }}")
    for value in ("true", "false"):
        switch(page, "tall hat")
        expect_pressed(page, "tall hat", value)
        expect_pressed(page, "<b>beard</b>", "mixed")
        until(page, f"window.before !== {CANVAS}")
    switch(page, "tall hat")
    expect_pressed(page, "tall hat", "mixed")
    until(page, f"window.before === {CANVAS}")  # the same dreams, without a request


def test_without_labels_there_are_no_switches(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    expect(page.locator("#labels")).to_be_hidden()
