"""The statistics of a training: a real one that waits after a few steps, so that every figure is known."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from mint.training import stats
from mint.training.stats import Stats
from tests.browser.live.page import TOKEN, num_colors, train_briefly
from tests.browser.training_process import TrainingProcess
from tests.browser.viewer_process import OpenPage, body, eventually

TITLES = [("loss", "Losses"), ("accuracy", "Reconstruction"), ("tiles", "Tiles"), ("gpu", "No GPU, CPU busy"), ("fps", "FPS")]
LOSSES = ["recon", "kl", "g_loss", "d_loss"]


@pytest.fixture(scope="module")
def lines(token: Path) -> list[Stats]:
    """Train for 80 steps, and return what was measured."""
    train_briefly(token, 80)
    return stats.read(token / "training" / "stats.jsonl")


@pytest.fixture(scope="module")
def training(workplace: Path, lines: list[Stats]) -> Iterator[TrainingProcess]:
    assert [line.step for line in lines] == [20, 40, 60, 80]
    process = TrainingProcess(workplace, TOKEN, "--paused")
    yield process
    process.end()


def open_paused(open_page: OpenPage, training: TrainingProcess, **options: Any) -> Page:
    page = open_page(training, **options)
    body(page, "state", "paused")
    expect(page.locator("#history")).to_be_visible()
    return page


@pytest.fixture
def page(training: TrainingProcess, open_page: OpenPage) -> Page:
    return open_paused(open_page, training)


@pytest.fixture
def panel(page: Page) -> Locator:
    page.keyboard.press("i")
    panel = page.locator("#panel")
    expect(panel).to_be_visible()
    return panel


def readings(panel: Locator) -> dict[str, str]:
    """Return the values that are shown, by the name of the chart."""
    return dict(zip(panel.locator(".chart-name").all_inner_texts(), panel.locator(".chart-value").all_inner_texts(), strict=True))


def shows(panel: Locator, line: Stats) -> bool:
    """Whether the panel shows this line, in its values and in its words."""
    shown = {name: float(text.replace(",", "")) for name, text in readings(panel).items()}
    minutes, seconds = divmod(int(line.seconds), 60)
    duration = f"{minutes}:{seconds:02}" if minutes else f"{seconds} s"
    return (
        shown == pytest.approx(line.losses, rel=0.006)
        and panel.locator("#panel-point").inner_text() == f"step {line.step} · {duration}"
    )


def test_a_click_shows_one_panel_after_the_other(panel: Locator) -> None:
    for name, title in TITLES:
        expect(panel).to_have_attribute("data-panel", name)
        expect(panel.locator("#panel-title")).to_have_text(title)
        for value in panel.locator(".chart-value").all():
            expect(value).to_have_text(re.compile("[0-9]"))
        for canvas in panel.locator("canvas").all():
            eventually(lambda: num_colors(canvas) > 3)  # noqa: B023 - called at once
        panel.click()
    expect(panel).to_have_attribute("data-panel", "loss")
    panel.get_by_role("button", name="Next statistics").click()
    expect(panel).to_have_attribute("data-panel", "accuracy")


def test_all_losses_of_earlier_runs_are_there_also_after_a_reload(page: Page, panel: Locator, lines: list[Stats]) -> None:
    for _ in range(2):
        eventually(lambda: list(readings(panel)) == LOSSES)
        assert shows(panel, lines[-1])
        label = panel.locator("canvas").first.get_attribute("aria-label")
        assert label is not None
        first, last = re.findall(r"from (\S+) to (\S+),", label)[0]
        assert float(first) == pytest.approx(lines[0].losses["recon"], rel=0.006)
        assert float(last) == pytest.approx(lines[-1].losses["recon"], rel=0.006)
        page.reload()
        body(page, "state", "paused")
        page.keyboard.press("i")


def test_a_pointer_reads_all_curves_at_one_step(page: Page, panel: Locator, lines: list[Stats]) -> None:
    box = panel.locator("canvas").nth(1).bounding_box()
    assert box is not None
    for line in lines:
        # The axis of steps begins where the labels end, and ends before the last half of its last label.
        right, left = box["x"] + box["width"] - 15, box["x"] + 50
        page.mouse.move(left + (right - left) * line.step / lines[-1].step, box["y"] + box["height"] / 2)
        eventually(lambda: shows(panel, line))  # noqa: B023 - called at once
    page.mouse.move(1, 1)
    eventually(lambda: shows(panel, lines[-1]))


def test_arrow_keys_read_values_and_tell_screen_readers(page: Page, panel: Locator, lines: list[Stats]) -> None:
    slider = panel.get_by_role("slider", name="Losses")
    slider.focus()
    for key, number in [
        ("ArrowLeft", 2),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("ArrowRight", 1),
        ("End", 3),
        ("PageDown", 2),
        ("Escape", 3),
    ]:
        page.keyboard.press(key)
        eventually(lambda: shows(panel, lines[number]))  # noqa: B023 - called at once
        text = slider.get_attribute("aria-valuetext")
        assert text is not None
        assert text.startswith(f"step {lines[number].step} · ")
        assert [part.split()[0] for part in text.split(", ")[1:]] == LOSSES
    page.keyboard.press("Enter")
    expect(panel).to_have_attribute("data-panel", "accuracy")
    expect(panel.get_by_role("slider")).to_have_attribute("aria-valuetext", re.compile(r"^step 80 · .*, Pixels right \d+\.\d\d %$"))


def test_a_finger_reads_values_and_a_tap_shows_the_next(training: TrainingProcess, open_page: OpenPage, lines: list[Stats]) -> None:
    page = open_paused(open_page, training, viewport={"width": 375, "height": 812}, has_touch=True)
    page.locator("#stats").tap()
    panel = page.locator("#panel")
    eventually(lambda: shows(panel, lines[-1]))
    panel.tap()
    expect(panel).to_have_attribute("data-panel", "accuracy")
    box = panel.locator("canvas").bounding_box()
    assert box is not None
    devtools = page.context.new_cdp_session(page)

    def touch(kind: str, *places: float) -> None:
        points = [{"x": box["x"] + box["width"] * place, "y": box["y"] + box["height"] / 2} for place in places]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.9)
    for place in (0.8, 0.6, 0.4, 0.3):
        touch("touchMove", place)
    point = panel.locator("#panel-point")
    expect(point).to_have_text(re.compile("^step 20 "))
    expect(panel.locator(".chart-value")).to_have_text(f"{100 * lines[0].accuracy:.2f} %")
    touch("touchEnd")
    expect(point).to_have_text(re.compile("^step 80 "))
    expect(panel).to_have_attribute("data-panel", "accuracy")
    panel.get_by_role("button", name="Next statistics").click()
    expect(panel).to_have_attribute("data-panel", "tiles")


@pytest.mark.parametrize(
    ("width", "height", "least_px"), [(375, 812, 13), (812, 375, 12), (800, 600, 15), (1280, 800, 15), (2560, 1440, 24)]
)
def test_the_panel_fits_and_its_labels_can_be_read(page: Page, panel: Locator, width: int, height: int, least_px: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    before = page.locator("#stage").bounding_box()
    for name, _ in TITLES:
        expect(panel).to_have_attribute("data-panel", name)
        box, main = panel.bounding_box(), page.locator("#main").bounding_box()
        assert box is not None
        assert main is not None
        assert box["x"] >= main["x"]
        assert box["y"] >= main["y"]
        assert box["x"] + box["width"] <= main["x"] + main["width"]
        assert box["y"] + box["height"] <= main["y"] + main["height"]
        assert panel.evaluate(
            "panel => [panel, ...panel.querySelectorAll('figcaption')].every(e => e.scrollWidth <= e.clientWidth)"
        )
        for canvas in panel.locator("canvas").all():
            size = canvas.evaluate(
                "canvas => [parseFloat(getComputedStyle(canvas).fontSize), canvas.clientWidth, canvas.clientHeight]"
            )
            assert size[0] >= least_px
            assert size[1] >= 130
            assert size[2] >= 90
        panel.click()
    assert page.locator("#stage").bounding_box() == before
