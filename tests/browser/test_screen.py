"""The look of the page: sizes, whole pixels, names, contrast, flashes."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.viewer_process import Launch, OpenPage, Show, body, body_number, eventually, ready, still, until

BACKGROUND = (13, 13, 15)
PALETTE = {(16, 32, 48), (255, 136, 0), (255, 255, 255)}


def picture(page: Page) -> NDArray[np.uint8]:
    """Return a screenshot of the stage, (height, width, 3)."""
    shot = page.locator("#stage").screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))


def pause(page: Page) -> Page:
    """Pause, and wait until no tile changes any more."""
    page.get_by_role("button", name="cut").click()
    page.keyboard.press(" ")
    body(page, "state", "paused")
    still(page)
    page.mouse.move(1, 1)
    return page


@pytest.mark.parametrize(("width", "height"), [(375, 812), (812, 375), (1280, 800), (2560, 1440)])
def test_everything_fits(show: Show, open_page: OpenPage, width: int, height: int) -> None:
    page = ready(open_page(show(), viewport={"width": width, "height": height}))
    page.keyboard.press("i")
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [width, height]
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        assert min(box["width"], box["height"]) >= 24, "WCAG 2.5.8"
    mosaic, stage = page.locator("#mosaic").bounding_box(), page.locator("#stage").bounding_box()
    assert mosaic is not None
    assert stage is not None
    assert mosaic["width"] <= stage["width"]
    assert mosaic["height"] <= stage["height"]
    assert mosaic["width"] > stage["width"] / 2 or mosaic["height"] > stage["height"] / 2


@pytest.mark.parametrize("width", [641, 700, 760, 761, 800, 1280])
def test_statistics_leave_the_mosaic_where_it_is(show: Show, open_page: OpenPage, models: list[Path], width: int) -> None:
    page = ready(open_page(show(*models), viewport={"width": width, "height": 600}))
    stage, panel = page.locator("#stage"), page.locator("#panel")
    before = stage.bounding_box()
    page.keyboard.press("i")
    for _ in range(2):
        expect(panel.locator(".chart-value")).to_have_text(re.compile("[0-9]"))
        assert stage.bounding_box() == before
        assert panel.locator("canvas").evaluate("canvas => canvas.clientWidth") >= 400
        panel.click()


@pytest.mark.parametrize("ratio", [1, 1.25, 1.5, 2, 3])
@pytest.mark.parametrize("width", [500, 1279])
def test_pixels_are_whole(show: Show, open_page: OpenPage, launch: Launch, ratio: float, width: int) -> None:
    # A real ratio, not Playwright's, which rounds to CSS pixels where screens round to device pixels.
    own = launch(f"--force-device-scale-factor={ratio}", f"--window-size={width},801")
    page = pause(ready(open_page(show(), own=own, no_viewport=True)))
    left, top, width, height, columns, rows = page.locator("#mosaic").evaluate(
        """canvas => {
            const { left, top, width, height } = canvas.getBoundingClientRect();
            return [...[left, top, width, height].map(length => length * devicePixelRatio), canvas.width, canvas.height];
        }"""
    )
    scale = round(width / columns)
    for length, nearest in [(left, round(left)), (top, round(top)), (width, columns * scale), (height, rows * scale)]:
        assert length == pytest.approx(nearest, abs=0.05), "browsers keep lengths in 64ths of a pixel"
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "png"})["data"]
    window = np.asarray(Image.open(io.BytesIO(base64.b64decode(shot))).convert("RGB"))
    mosaic = window[round(top) : round(top) + rows * scale, round(left) : round(left) + columns * scale]
    centres = mosaic[scale // 2 :: scale, scale // 2 :: scale]
    assert centres.shape == (rows, columns, 3)
    assert np.array_equal(mosaic, centres.repeat(scale, 0).repeat(scale, 1))
    assert {tuple(color) for color in np.unique(centres.reshape(-1, 3), axis=0).tolist()} == PALETTE | {BACKGROUND}
    own.close()


def test_a_resized_window_keeps_the_mosaic_centred(show: Show, open_page: OpenPage) -> None:
    page = pause(ready(open_page(show())))
    for width, height in [(700, 900), (1600, 500), (375, 812)]:
        page.set_viewport_size({"width": width, "height": height})
        eventually(lambda: is_centred(picture(page)))


def is_centred(shot: NDArray[np.uint8]) -> bool:
    """Whether the mosaic in a picture (height, width, 3) is centred."""
    lit = np.argwhere((shot != BACKGROUND).any(2))
    if not len(lit):
        return False
    (top, left), (bottom, right) = lit.min(0), lit.max(0)
    height, width = shot.shape[:2]
    return bool(abs(left - (width - 1 - right)) <= 64 and abs(top - (height - 1 - bottom)) <= 64)


def test_many_tiles_on_a_small_screen_scroll(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show(), viewport={"width": 375, "height": 420}))
    while not page.locator("#more").is_disabled():
        before = body_number(page, "tiles")
        page.keyboard.press("d")
        until(page, "before => document.body.dataset.tiles > before", before)
    body(page, "tiles", "1024")
    assert page.locator("#stage").evaluate("stage => stage.scrollWidth <= stage.clientWidth")
    assert page.locator("#mosaic").evaluate("canvas => canvas.getBoundingClientRect().width * devicePixelRatio >= canvas.width")


def test_every_control_has_a_name_and_shows_the_focus(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    names = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if not focused.count():
            break
        name = focused.evaluate("element => element.ariaLabel || element.textContent.trim() || element.id")
        names.add(name)
        if focused.evaluate("element => element.tagName") == "BUTTON":
            assert focused.evaluate("element => getComputedStyle(element).outlineWidth") == "2px", name
    assert {"Pause", "Fewer tiles", "More tiles", "Slower", "Faster", "Statistics", "Full screen", "Help", "fade"} <= names
    for button in page.locator("button").all():
        assert button.evaluate("element => (element.ariaLabel || element.textContent).trim()"), button


def test_text_has_contrast(show: Show, open_page: OpenPage) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1; the formula is that of its definition of contrast ratio."""
    page = ready(open_page(show()))
    page.keyboard.press("i")
    page.keyboard.press("h")
    texts = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.checkVisibility() && !e.disabled)
            .map(e => [e.textContent.trim().slice(0, 30), getComputedStyle(e).color, e.closest("dialog") ? "raised" : "page"])"""
    )
    assert len(texts) > 30
    backgrounds = {"page": BACKGROUND, "raised": (23, 23, 26)}
    for text, color, ground in texts:
        ratio = contrast(tuple(int(part) for part in color[4:-1].split(",")), backgrounds[ground])
        assert ratio >= 4.5, f"{text!r}: {ratio:.2f}"


def contrast(first: tuple[int, ...], second: tuple[int, ...]) -> float:
    def luminance(color: tuple[int, ...]) -> float:
        shares = [channel / 255 for channel in color]
        linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_reduced_motion_is_respected(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show(), reduced_motion="reduce"))
    assert body_number(page, "rate") <= 1
    expect(page.get_by_role("button", name="fade")).to_have_attribute("aria-pressed", "true")


def test_nothing_flashes_at_default_settings(show: Show, open_page: OpenPage) -> None:
    """WCAG 2.3.1: no more than three flashes, pairs of opposing changes of luminance by a tenth, in any one second.

    This test is stricter: it checks each small part of the mosaic.
    """
    page = ready(open_page(show()))
    page.wait_for_timeout(1000)
    samples = page.evaluate(
        """() => new Promise(done => {
            const small = new OffscreenCanvas(32, 18).getContext("2d", { willReadFrequently: true });
            const canvas = document.querySelector("#mosaic");
            const samples = [];
            const start = performance.now();
            const sample = now => {
                small.drawImage(canvas, 0, 0, 32, 18);
                const data = small.getImageData(0, 0, 32, 18).data;
                const light = i => (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 765;
                samples.push([now, Array.from({ length: 32 * 18 }, (_, i) => light(i))]);
                if (now - start < 5000) requestAnimationFrame(sample); else done(samples);
            };
            requestAnimationFrame(sample);
        })"""
    )
    times = np.array([time for time, _ in samples]) / 1000
    light = np.array([values for _, values in samples])
    assert (light[0] != light[-1]).any(), "nothing changed"
    for place in light.T:
        swings = turning_points(times, place)
        for time in swings:
            within = sum(time <= other < time + 1 for other in swings)
            assert within // 2 <= 3


def turning_points(times: NDArray[np.float64], light: NDArray[np.float64]) -> list[float]:
    """Return the times when the luminance has changed by a tenth in the other direction since its last extreme."""
    points, extreme, direction = [], light[0], 0
    for time, value in zip(times.tolist(), light.tolist(), strict=True):
        moved = value - extreme
        if direction * moved > 0:
            extreme = value
        elif abs(moved) >= 0.1:
            points.append(time)
            extreme, direction = value, 1 if moved > 0 else -1
    return points
