"""The controls and panels of the live page: a real training in a process of its own, watched by a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mint.token.folder import read_token
from tests.browser.live.page import HAS_CHANGED, REMEMBER, TOKEN, num_colors
from tests.browser.training_process import TrainingProcess
from tests.browser.viewer_process import OpenPage, body, body_number, eventually, ready, until


def test_a_low_window_has_all_controls_in_one_row(page: Page) -> None:
    page.set_viewport_size({"width": 800, "height": 600})
    middles = {
        round(box["y"] + box["height"] / 2) for b in page.locator("#controls button:visible").all() if (box := b.bounding_box())
    }
    assert len(middles) == 1


def test_the_page_shows_the_training_and_its_progress(page: Page, token: Path) -> None:
    body(page, "tiles", "64")
    body(page, "rate", "4")
    body(page, "device", "CPU")
    step = body_number(page, "step")
    until(page, "step => document.body.dataset.step > step", step)
    expect(page.locator("#name")).to_have_text(TOKEN)
    features = read_token(token).features
    for name, value in features.items():
        expect(page.locator("#features")).to_contain_text(f"{name} {value}")
    page.keyboard.press("h")
    for text in (token.name, "vaegan 3", "Originals", "Download the four files", str(features["Palette"])):
        expect(page.get_by_role("dialog")).to_contain_text(text)


def test_tiles_change_one_by_one(page: Page) -> None:
    page.evaluate(REMEMBER)
    until(page, HAS_CHANGED)
    expect(page.locator("#modes")).to_be_hidden()  # a training draws only random dreams


SETTINGS = [("q", "tiles", -1), ("a", "tiles", -1), ("d", "tiles", 1), ("s", "rate", -1), ("w", "rate", 1), ("z", "rate", 1)]


def test_keys_set_tiles_and_rate_for_all_pages(page: Page, training: TrainingProcess, open_page: OpenPage) -> None:
    beside = ready(open_page(training, page_beside=page))
    page.bring_to_front()
    for key, name, direction in SETTINGS:
        before = body_number(page, name)
        page.keyboard.press(key)
        moved = "([name, before, direction]) => (document.body.dataset[name] - before) * direction > 0"
        for one in (page, beside):
            until(one, moved, [name, before, direction])
    page.reload()
    ready(page)
    assert (body_number(page, "tiles"), body_number(page, "rate")) == (body_number(beside, "tiles"), body_number(beside, "rate"))
    page.keyboard.press("d")
    body(beside, "tiles", "64")
    beside.keyboard.press("s")
    body(page, "rate", "4")


def test_space_pauses_the_training_itself(page: Page) -> None:
    page.keyboard.press(" ")
    body(page, "state", "paused")
    eventually(lambda: does_not_change_for(page, 1200))  # once a step and tiles in progress have arrived
    step = body_number(page, "step")
    page.evaluate(REMEMBER)
    page.keyboard.press("d")  # missing tiles are still drawn
    body(page, "tiles", "72")
    until(page, HAS_CHANGED)
    page.keyboard.press("q")
    box = page.locator("#stage").bounding_box()
    assert box is not None
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    body(page, "state", "running")
    until(page, "step => document.body.dataset.step > step", step)


def does_not_change_for(page: Page, milliseconds: int) -> bool:
    """Whether neither the step nor the mosaic changes for some time."""
    step = body_number(page, "step")
    page.evaluate(REMEMBER)
    page.wait_for_timeout(milliseconds)
    return body_number(page, "step") == step and not page.evaluate(HAS_CHANGED)


def test_originals_are_shown_beside_their_reconstructions(page: Page, training: TrainingProcess, open_page: OpenPage) -> None:
    beside = ready(open_page(training, page_beside=page))
    page.bring_to_front()
    page.keyboard.press("o")
    for one in (page, beside):
        expect(one.locator("#originals")).to_be_visible()
        for name in ("#sprites", "#reconstructions"):
            one.bring_to_front()
            eventually(lambda: num_colors(one.locator(f"{name} canvas")) > 2)  # noqa: B023 - called at once
    page.bring_to_front()
    # The reconstructions change during the training.
    page.evaluate("() => { window.before = document.querySelector('#reconstructions canvas').toDataURL(); }")
    until(page, "window.before !== document.querySelector('#reconstructions canvas').toDataURL()")
    page.get_by_role("button", name="Originals", exact=True).click()
    expect(beside.locator("#originals")).to_be_hidden()


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
