"""The display page: its contents, and every key and button."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.viewer_process import OpenPage, Show, body, body_number, ready, still, until
from tests.small_model import small_origin, write_models
from tests.small_snapshot import write_small_snapshot
from viewer.snapshot_file.manifest import MAX_TEXT


def mosaic_colors(page: Page) -> set[tuple[int, ...]]:
    """Return the colours on the mosaic's canvas."""
    script = """canvas => {
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        return [...new Set(new Uint32Array(data.buffer))];
    }"""
    return {tuple(color.to_bytes(4, "little")) for color in page.locator("#mosaic").evaluate(script)}


def test_the_page_shows_its_state(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    body(page, "tiles", "64")
    body(page, "step", "1200")
    body(page, "device", "CPU")
    assert body_number(page, "rate") >= 0.5
    expect(page.locator("#name")).to_have_text("open sesame")
    expect(page).to_have_title("open sesame · Pixelmint")
    assert page.locator("#palette span").count() == 4


def test_a_snapshot_file_shows_title_author_and_licence(
    show: Show, open_page: OpenPage, models: list[Path], tmp_path: Path
) -> None:
    shared = write_small_snapshot(tmp_path / "a.pixelmint", title="<i>Moon</i> & sea", author="<img src=x>", licence="CC0-1.0")
    page = ready(open_page(show(shared, *models[:1])))
    expect(page).to_have_title("<i>Moon</i> & sea · Pixelmint")
    expect(page.locator("#name")).to_have_text("<i>Moon</i> & sea")
    expect(page.locator("#credits")).to_have_text("by <img src=x> · CC0-1.0")
    page.keyboard.press("h")
    facts = page.locator(".about")
    expect(facts).to_contain_text("Author<img src=x>LicenceCC0-1.0Tokenopen sesame")
    page.keyboard.press("h")
    page.keyboard.press("n")  # a token folder, which nobody has given a title
    expect(page.locator("#name")).to_have_text("open sesame")
    expect(page.locator("#credits")).to_be_hidden()
    expect(facts).not_to_contain_text("Author")


def test_a_long_title_and_author_leave_the_header_in_the_window(show: Show, open_page: OpenPage, tmp_path: Path) -> None:
    text = "W" * MAX_TEXT
    shown = show(write_small_snapshot(tmp_path / "a.pixelmint", title=text, author=text, licence=text))
    for width, height in ((320, 640), (640, 400), (1280, 800)):
        page = ready(open_page(shown, viewport={"width": width, "height": height}))
        for part in ("#name", "#credits", "#palette", ".facts"):
            box = page.locator(part).bounding_box()
            assert box is not None
            assert 0 <= box["x"] < box["x"] + box["width"] <= width
            assert box["y"] + box["height"] < 110


def test_a_palette_of_many_colours_stays_beside_the_title(show: Show, open_page: OpenPage, tmp_path: Path) -> None:
    palette = tuple(f"#{number:02x}40{255 - number:02x}ff" for number in range(256))
    shown = show(write_models(tmp_path / "many", small_origin(palette=palette)))
    page = ready(open_page(shown, viewport={"width": 320, "height": 640}))
    box = page.locator("#palette").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 320
    assert page.locator("#palette span").count() == 256


def test_the_mosaic_has_only_the_colours_of_the_palette(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    page.keyboard.press(" ")
    body(page, "state", "paused")
    still(page)
    background, palette = (13, 13, 15, 255), {(16, 32, 48, 255), (255, 136, 0, 255), (255, 255, 255, 255)}
    assert palette < mosaic_colors(page) <= palette | {background}


@pytest.mark.parametrize("transition", ["cut", "fade", "dissolve"])
def test_tiles_are_refreshed(show: Show, open_page: OpenPage, transition: str) -> None:
    page = ready(open_page(show()))
    page.get_by_role("button", name=transition).click()
    expect(page.get_by_role("button", name=transition)).to_have_attribute("aria-pressed", "true")
    page.evaluate("() => { window.before = document.querySelector('#mosaic').toDataURL(); }")
    until(page, "window.before !== document.querySelector('#mosaic').toDataURL()")


def test_walking_changes_all_tiles(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    page.get_by_role("button", name="walk").click()
    expect(page.get_by_role("button", name="walk")).to_have_attribute("aria-pressed", "true")
    page.evaluate("() => { window.before = document.querySelector('#mosaic').toDataURL(); }")
    until(page, "window.before !== document.querySelector('#mosaic').toDataURL()")


FEWER, MORE, SLOWER, FASTER = ("tiles", -1), ("tiles", 1), ("rate", -1), ("rate", 1)
SETTINGS = [("q", FEWER), ("a", FEWER), ("d", MORE), ("s", SLOWER), ("w", FASTER), ("z", FASTER)]
SETTING_BUTTONS = [("Fewer tiles", FEWER), ("More tiles", MORE), ("Slower", SLOWER), ("Faster", FASTER)]


def test_keys_change_tiles_and_rate(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    for key, (setting, direction) in SETTINGS:
        for pressed in (key, key.upper()):  # with the shift key or caps lock, too
            before = body_number(page, setting)
            page.keyboard.press(pressed)
            until(
                page,
                "([name, before, direction]) => (document.body.dataset[name] - before) * direction > 0",
                [setting, before, direction],
            )


def test_quick_presses_all_count(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    page.evaluate(
        "for (const key of 'dddddwww') document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))",
    )
    body(page, "tiles", "110")  # 72, 81, 90, 100, 110
    body(page, "rate", "12")  # 6, 8, 12


def test_buttons_change_tiles_and_rate(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    for name, (setting, direction) in SETTING_BUTTONS:
        before = body_number(page, setting)
        page.get_by_role("button", name=name).click()
        until(
            page,
            "([name, before, direction]) => (document.body.dataset[name] - before) * direction > 0",
            [setting, before, direction],
        )


def test_at_least_one_tile_and_half_a_refresh(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    for name, setting, least in [("Fewer tiles", "tiles", 1), ("Slower", "rate", 0.5)]:
        button = page.get_by_role("button", name=name)
        while body_number(page, setting) > least:
            before = body_number(page, setting)
            button.click()
            until(page, "([name, before]) => document.body.dataset[name] < before", [setting, before])
        assert body_number(page, setting) == least
        expect(button).to_be_disabled()


def test_space_button_double_click_and_double_tap_start_and_pause(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show(), has_touch=True))
    stage = page.locator("#stage")
    box = stage.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def double_tap() -> None:
        page.touchscreen.tap(x, y)
        page.touchscreen.tap(x, y)

    actions: list[Callable[[], None]] = [
        lambda: page.keyboard.press(" "),
        lambda: page.locator("#run").click(),
        lambda: page.mouse.dblclick(x, y),
        double_tap,
    ]
    for act in actions:
        act()
        body(page, "state", "paused")
        expect(page.locator("#run")).to_have_accessible_name("Start")
        act()
        body(page, "state", "running")
        expect(page.locator("#run")).to_have_accessible_name("Pause")


def test_space_on_a_focused_button_presses_that_button_only(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    page.locator("#more").focus()
    page.keyboard.press(" ")
    until(page, "document.body.dataset.tiles > 64")
    body(page, "state", "running")


def test_statistics(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    panel = page.locator("#panel")
    expect(panel).to_be_hidden()
    page.keyboard.press("i")
    expect(panel).to_be_visible()
    for name in ("tiles", "fps", "tiles", "fps"):  # an exported model does not learn any more
        expect(panel).to_have_attribute("data-panel", name)
        expect(panel.locator(".chart-value")).to_have_text(re.compile("[0-9]"))
        panel.click()
    page.get_by_role("button", name="Statistics").last.click()
    expect(panel).to_be_hidden()


def test_help(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    page.keyboard.press("h")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("open sesame")
    expect(dialog).not_to_contain_text("Originals")  # this source has none
    expect(dialog).to_contain_text("between the sprites it has learned")  # which of imported art are not nine
    expect(dialog).not_to_contain_text("Download")
    page.keyboard.press("h")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Help").click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_shortcuts_leave_the_browsers_own_alone_and_can_be_turned_off(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    for modifier in ("Control", "Alt", "Meta"):
        page.keyboard.press(f"{modifier}+i")
    expect(page.locator("#panel")).to_be_hidden()
    page.keyboard.press("h")
    page.get_by_label("Keyboard shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    expect(page.locator("#panel")).to_be_hidden()
    page.reload()
    ready(page).keyboard.press("i")
    expect(page.locator("#panel")).to_be_hidden()
    page.get_by_role("button", name="Help").click()
    page.get_by_label("Keyboard shortcuts").check()
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    expect(page.locator("#panel")).to_be_visible()


@pytest.mark.parametrize("how", ["key", "button"])
def test_saving_writes_an_indexed_png_with_its_provenance(show: Show, open_page: OpenPage, tmp_path: Path, how: str) -> None:
    page = ready(open_page(show()))
    with page.expect_download() as download:
        if how == "key":
            page.keyboard.press("p")
        else:
            page.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "first-1200.png"
    path = tmp_path / "mosaic.png"
    download.value.save_as(path)
    with Image.open(path) as image:
        image.load()
        assert image.mode == "P"
        assert image.getpalette() == [16, 32, 48, 255, 136, 0, 0, 0, 0, 255, 255, 255]
        assert image.info["transparency"] == bytes([255, 255, 0]) or image.info["transparency"] in (2, bytes([255, 255, 0, 255]))
        assert image.info["pixelmint:token"] == "open sesame"
        assert image.info["pixelmint:step"] == "1200"
        assert image.info["pixelmint:tiles"] == "64"
        assert len(image.info["pixelmint:seeds"].split()) == 64


def test_next_and_previous_model(show: Show, open_page: OpenPage, models: list[Path]) -> None:
    page = ready(open_page(show(*models)))
    name = page.locator("#name")
    first = name.inner_text()
    actions: list[Callable[[], None]] = [lambda: page.keyboard.press("n"), lambda: page.keyboard.press("b")]
    actions += [lambda: page.get_by_role("button", name="Next model").click(), lambda: page.keyboard.press("N")]
    for act in actions:
        before = name.inner_text()
        act()
        expect(name).not_to_have_text(before)
    assert name.inner_text() == first
    expect(page.locator("#model")).to_have_text(re.compile("[12] of 2"))
    assert page.locator("#palette span").count() == 4


def test_one_model_has_no_next(show: Show, open_page: OpenPage) -> None:
    page = ready(open_page(show()))
    expect(page.locator("#next")).to_be_hidden()
    expect(page.locator("#compare")).to_be_hidden()
    expect(page.locator("#history")).to_be_hidden()
    page.keyboard.press("n")
    page.keyboard.press("o")
    expect(page.locator("#originals")).to_be_hidden()


@pytest.mark.parametrize("how", ["key", "button"])
def test_full_screen_hides_the_pointer_and_controls_when_idle(show: Show, open_page: OpenPage, how: str) -> None:
    page = ready(open_page(show()))
    if how == "key":
        page.keyboard.press("f")
    else:
        page.get_by_role("button", name="Full screen").click()
    until(page, "document.fullscreenElement !== null")
    until(page, "getComputedStyle(document.querySelector('#stage')).cursor === 'none'")
    until(page, "getComputedStyle(document.querySelector('#run').parentElement).opacity === '0'")
    page.mouse.move(300, 300)
    page.mouse.move(320, 320)
    until(page, "getComputedStyle(document.querySelector('#run').parentElement).opacity === '1'")
    page.keyboard.press("f")
    until(page, "document.fullscreenElement === null")


def test_kiosk_shows_only_the_mosaic_and_keeps_the_screen_awake(show: Show, open_page: OpenPage) -> None:
    page = open_page(show())
    page.add_init_script(
        "navigator.wakeLock.request = new Proxy(navigator.wakeLock.request, "
        "{ apply(call, self, kinds) { window.awake = kinds[0]; return Reflect.apply(call, self, kinds); } });"
    )
    page.goto(page.url.split("?")[0] + "?kiosk")
    ready(page)
    assert page.evaluate("window.awake") == "screen"
    box = page.locator("#stage").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (16, 16, 1280 - 32, 800 - 32)  # a margin of 2 %, nothing else
    until(page, "document.body.classList.contains('idle')")
