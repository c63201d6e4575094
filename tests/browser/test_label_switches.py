"""Labels on the page: one switch each, open, on or off."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.shown import OpenPage, Show, body, ready, until
from tests.small_model import small_origin, write_models

CANVAS = "document.querySelector('#mosaic').toDataURL()"


def switch(page: Page, name: str) -> None:
    page.locator("#labels").get_by_role("button", name=name).click()


def pressed(page: Page, name: str, value: str) -> None:
    expect(page.locator("#labels").get_by_role("button", name=name)).to_have_attribute("aria-pressed", value)


def test_a_label_changes_what_is_dreamt_and_lets_it_be_again(show: Show, open_page: OpenPage, tmp_path: Path) -> None:
    token = write_models(tmp_path / "labelled", small_origin(labels=("tall hat", "<b>beard</b>")))
    page = ready(open_page(show(token)))
    page.keyboard.press(" ")
    body(page, "state", "paused")
    page.wait_for_timeout(300)  # fades that have begun are cut short
    pressed(page, "tall hat", "mixed")
    page.evaluate(f"() => {{ window.before = {CANVAS}; }}")
    for value in ("true", "false"):
        switch(page, "tall hat")
        pressed(page, "tall hat", value)
        pressed(page, "<b>beard</b>", "mixed")
        until(page, f"window.before !== {CANVAS}")
    switch(page, "tall hat")
    pressed(page, "tall hat", "mixed")
    until(page, f"window.before === {CANVAS}")  # the same dreams, of which nothing is asked


def test_without_labels_there_are_no_switches(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    expect(page.locator("#labels")).to_be_hidden()
