"""Reloading, several pages, and a program that ends."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.viewer_process import OpenPage, Show, body, eventually, ready


def test_reloading_keeps_the_settings(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    page.keyboard.press("q")
    body(page, "tiles", "56")
    page.get_by_role("button", name="dissolve").click()
    expect(page.get_by_role("button", name="dissolve")).to_have_attribute("aria-pressed", "true")
    page.reload()
    ready(page)
    body(page, "tiles", "56")
    expect(page.get_by_role("button", name="dissolve")).to_have_attribute("aria-pressed", "true")


def test_two_pages_show_the_same(show: Show, open_page: OpenPage) -> None:
    shown = show()
    first = ready(open_page(shown))
    second = ready(open_page(shown, page_beside=first))
    first.keyboard.press("d")
    body(second, "tiles", "72")
    second.get_by_role("button", name="cut").click()
    expect(first.get_by_role("button", name="cut")).to_have_attribute("aria-pressed", "true")
    second.keyboard.press(" ")
    body(first, "state", "paused")
    pixels = "() => document.querySelector('#mosaic').toDataURL()"
    eventually(lambda: first.evaluate(pixels) == second.evaluate(pixels))
    first.close()
    second.keyboard.press(" ")
    body(second, "state", "running")


@pytest.mark.parametrize(("how", "state"), [("terminate", "ended"), ("kill", "disconnected")])
def test_the_end_of_the_program_is_displayed(show: Show, open_page: OpenPage, how: str, state: str) -> None:
    shown = show()
    page = ready(open_page(shown))
    getattr(shown.process, how)()
    body(page, "state", state)
    notice = page.get_by_role("status")
    expect(notice).to_be_visible()
    expect(notice).to_have_text(re.compile("start it again and open the address it prints", re.IGNORECASE))
    expect(page.locator("#state")).to_have_text(state)
    page.keyboard.press("h")  # controls that need no program still work
    expect(page.get_by_role("dialog")).to_be_visible()
