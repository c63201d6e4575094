"""The contact sheet of a collection: it draws, filters, sorts and searches, by mouse and by keyboard, without a request."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from mint.collection.contact_sheet.html import TOKENS_PER_PART, contact_sheet
from mint.collection.folder import Collection, CollectionFolder, CollectionToken, read_collection
from mint.collection.rarity import rank_tokens
from mint.token.hash import parse_hash
from mint.token.token import draw_token
from tests.browser.viewer_process import WAIT_S
from tests.collection.small_collection import HASHES, write_small_collection

OpenSheet = Callable[..., Page]
NUM_TOKENS = 3 * TOKENS_PER_PART + 5
GAP = 3


class RepeatedTokens(CollectionFolder):
    """A collection of many tokens whose sprites are those of a few."""

    def token_path(self, number: int) -> Path:
        """Return the folder of one of the few."""
        return super().token_path(5 + number % len(HASHES))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> CollectionFolder:
    """Return a collection of many tokens, one of which has a name that would end the page's data."""
    small = read_collection(write_small_collection(tmp_path_factory.mktemp("collections") / "moons"))
    tokens = tuple(
        CollectionToken(
            number=number,
            hash=f"token {number}",
            traits={
                "Tier": "rare" if number % 10 == 0 else "common",
                "Mood": "</script><b>" if number == 7 else ("calm", "wild", "odd")[number % 3],
                "Score": number % 17,
            },
        )
        for number in range(1, NUM_TOKENS + 1)
    )
    of_many = Collection(generator=1, name="Moons & <suns>", seed="moons", candidates=99, rules_sha256=64 * "0", tokens=tokens)
    return RepeatedTokens(small.path, of_many)


@pytest.fixture(scope="module")
def sheet(folder: CollectionFolder) -> Path:
    rarities = rank_tokens([token.traits for token in folder.collection.tokens])
    path = folder.path / "sheet.html"
    path.write_bytes(contact_sheet(folder, rarities, lambda stage, done, total: None))
    return path


@pytest.fixture
def open_sheet(browser: Browser, sheet: Path) -> Iterator[OpenSheet]:
    """Return a function that opens the sheet; it may log nothing and request nothing but itself."""
    faults: list[str] = []
    contexts = []

    def start(width: int = 1280, height: int = 800) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        context.set_default_timeout(1000 * WAIT_S)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.append(request.url) if request.url != sheet.as_uri() else None)
        page.goto(sheet.as_uri())
        expect(page.locator("body")).to_have_attribute("data-state", "ready")
        return page

    yield start
    for context in contexts:
        context.close()
    assert faults == []


def drawn_pixels(page: Page, selector: str) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """Return what a canvas shows, as soon as it is drawn, (side, side, 4) uint8."""
    page.wait_for_function("selector => document.querySelector(selector).width === 102", arg=selector)
    read = """selector => {
        const canvas = document.querySelector(selector);
        return [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data];
    }"""
    return np.array(page.evaluate(read, selector), np.uint8).reshape(102, 102, 4)


def shown(page: Page) -> int:
    return int(page.locator("body").get_attribute("data-shown") or -1)


def test_a_card_shows_the_sprites_of_its_token(open_sheet: OpenSheet) -> None:
    page = open_sheet()
    page.select_option("#order", "number")
    for place in (0, 1, 7):
        token = draw_token(parse_hash(HASHES[(place + 1) % len(HASHES)]))
        pixels = drawn_pixels(page, f".card:nth-child({place + 1}) canvas")
        for number in range(9):
            y, x = number // 3 * (32 + GAP), number % 3 * (32 + GAP)
            assert np.array_equal(pixels[y : y + 32, x : x + 32], token.palette.rgba[token.pixels[number]])


def test_filters_narrow_each_other(open_sheet: OpenSheet, folder: CollectionFolder) -> None:
    page = open_sheet()
    tokens = folder.collection.tokens
    assert shown(page) == len(tokens)
    expect(page.locator("#count")).to_have_text(f"{len(tokens)} tokens")
    page.get_by_label("common").check()
    page.get_by_label("calm").check()
    page.get_by_label("wild").check()
    expected = [token for token in tokens if token.traits["Tier"] == "common" and token.traits["Mood"] in {"calm", "wild"}]
    assert shown(page) == len(expected)
    expect(page.locator("#count")).to_have_text(f"{len(expected)} of {len(tokens)} tokens")
    # The numbers beside a trait count what the filters of the others leave.
    odd = sum(token.traits["Tier"] == "common" and token.traits["Mood"] == "odd" for token in tokens)
    expect(page.locator("label", has_text="odd").locator("i")).to_have_text(str(odd))
    expect(page.locator("summary", has_text="Mood").locator("b")).to_have_text("2")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("summary", has_text="Mood").locator("b")).to_have_text("")
    assert shown(page) == len(tokens)
    assert page.locator("input:checked").count() == 0
    expect(page.locator("#search")).to_be_focused()


def test_a_strange_name_is_text(open_sheet: OpenSheet) -> None:
    page = open_sheet()
    expect(page.locator("h1")).to_have_text("Moons & <suns>")
    page.get_by_label("</script><b>").check()
    assert shown(page) == 1


def test_search_finds_numbers_and_hashes(open_sheet: OpenSheet) -> None:
    page = open_sheet()
    page.keyboard.press("/")
    page.keyboard.type("#12")
    assert shown(page) == 1
    page.locator("#search").fill("TOKEN 1")
    assert shown(page) == 11
    page.locator("#search").fill("nothing")
    expect(page.locator("#empty")).to_be_visible()


def test_sorting(open_sheet: OpenSheet, folder: CollectionFolder) -> None:
    page = open_sheet()
    rarities = rank_tokens([token.traits for token in folder.collection.tokens])
    first = page.locator(".card > span span:first-child").first
    best = min(range(NUM_TOKENS), key=lambda place: rarities[place].rank)
    expect(first).to_have_text(f"#{best + 1}")
    page.select_option("#order", "number")
    expect(first).to_have_text("#1")
    page.select_option("#order", "Score")
    expect(first).to_have_text("#16")


def test_the_keyboard_moves_opens_and_comes_back(open_sheet: OpenSheet) -> None:
    page = open_sheet()
    page.select_option("#order", "number")
    page.locator(".card").first.focus()
    focused = page.locator(".card:focus span span:first-child")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_text("#2")
    page.keyboard.press("End")
    expect(focused).to_have_text(f"#{NUM_TOKENS}")
    page.keyboard.press("Home")
    expect(focused).to_have_text("#1")
    page.keyboard.press("Enter")
    expect(page.locator("#token-name")).to_have_text("Moons & <suns> #1")
    expect(page.get_by_role("button", name="Previous token")).to_be_disabled()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#token-name")).to_have_text("Moons & <suns> #2")
    expect(page.locator("#token-hash")).to_have_text("token 2")
    expect(page.locator("#token-traits tr").first).to_contain_text("common")
    page.keyboard.press("Escape")
    expect(page.locator("#token")).to_be_hidden()
    expect(focused).to_have_text("#2")


def test_a_click_beside_the_token_closes_it_and_one_in_its_padding_does_not(open_sheet: OpenSheet) -> None:
    page = open_sheet()
    page.locator(".card").first.click()
    dialog = page.locator("#token")
    dialog.click(position={"x": 5, "y": 200})
    expect(dialog).to_be_visible()
    page.mouse.click(5, 400)
    expect(dialog).to_be_hidden()
    expect(page.locator(".card").first).to_be_focused()


def test_only_what_is_in_view_has_elements(open_sheet: OpenSheet) -> None:
    page = open_sheet(800, 400)
    assert page.locator(".card").count() < NUM_TOKENS
    page.locator("#stage").evaluate("stage => stage.scrollTo(0, stage.scrollHeight)")
    expect(page.locator(".card").last).to_be_in_viewport()
    assert page.locator(".card").count() < NUM_TOKENS


@pytest.mark.parametrize(("width", "height"), [(375, 740), (1280, 800), (2560, 1440)])
def test_nothing_overflows(open_sheet: OpenSheet, width: int, height: int) -> None:
    page = open_sheet(width, height)
    assert page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"
    )
    boxes = [page.locator(".card").nth(place).bounding_box() for place in range(min(9, page.locator(".card").count()))]
    for box in boxes:
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    page.locator(".card").first.click()
    dialog = page.locator("#token").bounding_box()
    assert dialog is not None
    assert dialog["width"] <= width
    assert dialog["height"] <= height


def test_a_phone_hides_the_filters_behind_a_button(open_sheet: OpenSheet) -> None:
    page = open_sheet(375, 740)
    expect(page.locator("#filters")).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    page.locator("summary", has_text="Tier").click()
    page.get_by_label("rare").check()
    page.get_by_role("button", name="Filters").click()
    assert shown(page) == NUM_TOKENS // 10
    expect(page.locator(".card").first).to_be_visible()
