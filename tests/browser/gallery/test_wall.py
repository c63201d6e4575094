"""The wall: works are found without scripts, filtered and ordered with them, and nothing moves while it loads."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.gallery.conftest import OpenSite, work_path
from tests.browser.gallery.page_checks import LAYOUT_SHIFT, contrast_problems, layout_shift


def shown(page: Page) -> list[str]:
    return page.locator(".card:visible .name").all_text_contents()


def wait_for_filters(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", "ready")


def test_filters_narrow_each_other(open_site: OpenSite, site: Path) -> None:
    page = open_site(site)
    wait_for_filters(page)
    assert shown(page) == ["Alpha", "Beta", "Delta", "Epsilon", "Gamma"]
    page.get_by_label("Author", exact=True).select_option("Ada")
    assert shown(page) == ["Alpha", "Beta"]
    expect(page.locator("#count")).to_have_text("2 of 5 works")
    # What is left of another facet, with its number of works.
    palettes = page.get_by_label("Palette").locator("option").all_text_contents()
    assert palettes[0] == "any"
    assert all(text.endswith("(1)") for text in palettes[1:])
    page.get_by_label("Palette").select_option(index=1)
    expect(page.locator("#count")).to_have_text("1 of 5 works")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#count")).to_have_text("5 works")
    page.get_by_label("Trait", exact=True).select_option(index=1)
    text = page.get_by_label("Trait", exact=True).locator("option:checked").text_content() or ""
    assert len(shown(page)) == int(re.findall(r"\((\d)\)$", text)[0])


def test_order(open_site: OpenSite, site: Path) -> None:
    page = open_site(site)
    wait_for_filters(page)
    page.get_by_label("Order", exact=True).select_option("author")
    assert shown(page) == ["Delta", "Alpha", "Beta", "Epsilon", "Gamma"]
    page.get_by_label("Order", exact=True).select_option("title")
    assert shown(page) == ["Alpha", "Beta", "Delta", "Epsilon", "Gamma"]


def test_what_was_chosen_is_there_again_when_a_visitor_comes_back(open_site: OpenSite, site: Path) -> None:
    page = open_site(site)
    wait_for_filters(page)
    page.get_by_label("Author", exact=True).select_option("Bo")
    page.get_by_label("Order", exact=True).select_option("author")
    page.get_by_role("link", name="Gamma").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gamma")
    page.go_back()
    wait_for_filters(page)
    assert shown(page) == ["Epsilon", "Gamma"]
    expect(page.get_by_label("Author", exact=True)).to_have_value("Bo")
    expect(page.get_by_label("Order", exact=True)).to_have_value("author")


def test_a_wall_without_its_record_offers_no_choices(open_site: OpenSite, site: Path, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site" / "gallery.json").write_text("<html>")
    page = open_site(tmp_path / "site")
    expect(page.locator("#filters")).to_be_hidden()
    assert len(shown(page)) == 5


def test_works_are_reached_without_scripts(open_site: OpenSite, site: Path) -> None:
    page = open_site(site, java_script_enabled=False)
    expect(page.locator("#filters")).to_be_hidden()
    page.get_by_role("link", name="Gamma").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gamma")
    page.get_by_role("link", name="Small moons").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Small moons")


def focused(page: Page) -> str:
    """Return the name of the filter, the title of the work, or the address of the other link that has the focus."""
    name: str = page.evaluate(
        "(element => element.name || element.querySelector('.name')?.textContent || element.getAttribute('href'))"
        "(document.activeElement)"
    )
    return name


def test_tab_reaches_filters_one_work_and_the_links_below(open_site: OpenSite, site: Path) -> None:
    page = open_site(site)
    wait_for_filters(page)
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(focused(page))
    assert reached == ["palette", "author", "trait", "order", "Alpha", "feed.xml"]
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('img')).outlineStyle") == "solid"


@pytest.mark.parametrize(
    ("keys", "titles"),
    [
        ("ArrowRight ArrowRight ArrowRight ArrowRight ArrowRight", "Beta Delta Epsilon Gamma Gamma"),
        ("ArrowDown ArrowDown ArrowRight ArrowUp ArrowUp", "Epsilon Epsilon Gamma Beta Beta"),
        ("End ArrowDown Home Home ArrowLeft", "Delta Gamma Epsilon Epsilon Delta"),
        ("Control+End Control+Home ArrowLeft Control+ArrowRight", "Gamma Alpha Alpha Alpha"),
    ],
)
def test_keys_move_from_work_to_work(keys: str, titles: str, open_site: OpenSite, site: Path) -> None:
    page = open_site(site, viewport={"width": 1000, "height": 800})  # Alpha, Beta and Delta in the first row, then two more
    wait_for_filters(page)
    page.get_by_role("link", name="Alpha").focus()
    reached = []
    for key in keys.split():
        page.keyboard.press(key)
        reached.append(focused(page))
    assert reached == titles.split()
    # Tab comes back to where the arrows went.
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert focused(page) == reached[-1]


def test_keys_pass_over_works_that_are_filtered_out(open_site: OpenSite, site: Path) -> None:
    page = open_site(site)
    wait_for_filters(page)
    page.get_by_label("Author", exact=True).select_option("Bo")
    page.get_by_label("Order", exact=True).focus()
    page.keyboard.press("Tab")
    assert focused(page) == "Epsilon"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "Gamma"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gamma")


@pytest.mark.parametrize("path", ["", "Alpha"])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_texts_have_contrast(path: str, scheme: str, open_site: OpenSite, site: Path) -> None:
    page = open_site(site, work_path(site, path) if path else "index.html", color_scheme=scheme)
    expect(page.locator("body")).to_have_attribute("data-state", re.compile("ready|dreaming"))
    assert contrast_problems(page) == []


@pytest.mark.parametrize("path", ["", "Alpha"])
@pytest.mark.parametrize(("width", "height"), [(375, 740), (1280, 800), (2560, 1440)])
def test_nothing_overflows_and_nothing_moves(path: str, width: int, height: int, open_site: OpenSite, site: Path) -> None:
    address = work_path(site, path) if path else "index.html"
    page = open_site(site, address, viewport={"width": width, "height": height}, script=LAYOUT_SHIFT)
    expect(page.locator("body")).to_have_attribute("data-state", re.compile("ready|dreaming"))
    if path:
        expect(page.locator("#receipt-check")).not_to_be_empty()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert layout_shift(page) < 0.01
