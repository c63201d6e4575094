"""The charts of the statistics: round ticks, no lost peaks, sharp lines on every screen."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.viewer_process import Launch, OpenPage, ViewerProcess, ready


@pytest.fixture
def page(shown: ViewerProcess, open_page: OpenPage) -> Page:
    return ready(open_page(shown))


def axis(page: Page, call: str) -> dict[str, Any]:
    """Return low, high, isLogarithmic and ticks of an axis, and the value that its position tells of the middle."""
    script = f"""import("./axis.js").then(({{ stepAxis, timeAxis, valueAxis }}) => {{
        const axis = {call};
        return {{ ...axis, ticks: axis.ticks.map(({{ label }}) => label), middle: axis.position(axis.valueAt(0.5)) }};
    }})"""
    found: dict[str, Any] = page.evaluate(script)
    return found


@pytest.mark.parametrize(
    ("call", "low", "high", "ticks"),
    [
        ("valueAxis([0.2, 1.4], 3)", 0, 1.5, "0 0.5 1 1.5"),
        ("valueAxis([1.36, 1.37], 3)", 0, 1.5, "0 0.5 1 1.5"),
        ("valueAxis([-3, 8], 4)", -5, 10, "-5 0 5 10"),
        ("valueAxis([-2, -1], 4)", -2, 0, "-2 -1.5 -1 -0.5 0"),
        ("valueAxis([0, 0], 4)", 0, 0.5, "0 0.5"),
        ("valueAxis([0.3], 3)", 0, 0.3, "0 0.1 0.2 0.3"),
        ("valueAxis([0, 100], 5)", 0, 100, "0 20 40 60 80 100"),
        ("valueAxis([0.00002, 0.00009], 2)", 0, 0.0001, "0 5e-5 1e-4"),
        ("stepAxis(1420, 3)", 0, 1420, "0 500 1,000"),
        ("stepAxis(1420, 1)", 0, 1420, "0 1,000"),
        ("stepAxis(1250000, 4)", 0, 1250000, "0 500k 1M"),
        ("stepAxis(0, 4)", 0, 1, "0 1"),
        ("timeAxis(120, 4)", -120, 0, "−2:00 −1:30 −1:00 −30_s now"),
    ],
)
def test_ticks_are_round(page: Page, call: str, low: float, high: float, ticks: str) -> None:
    found = axis(page, call)
    assert (found["low"], found["high"]) == (low, high)
    assert found["ticks"] == [tick.replace("_", " ") for tick in ticks.split()]
    assert found["middle"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("call", "ticks"),
    [
        ("valueAxis([0.03, 1.8], 6)", ["0.05", "0.1", "0.2", "0.5", "1"]),
        ("valueAxis([0.03, 1.8], 4)", ["0.03", "0.1", "0.3", "1"]),
        ("valueAxis([0.0004, 250], 6)", ["0.001", "0.01", "0.1", "1", "10", "100"]),
        ("valueAxis([1e-9, 1000], 4)", ["1e-9", "1e-5", "0.1", "1,000"]),
    ],
)
def test_values_far_apart_have_a_logarithmic_axis(page: Page, call: str, ticks: list[str]) -> None:
    found = axis(page, call)
    assert found["isLogarithmic"]
    assert found["ticks"] == ticks
    assert found["middle"] == pytest.approx(0.5)
    assert not axis(page, "valueAxis([0, 1000], 4)")["isLogarithmic"], "a zero has no logarithm"


def test_a_curve_of_many_points_keeps_its_peaks(page: Page) -> None:
    script = """import("./line_chart.js").then(({ visiblePoints }) => {
        const xs = Array.from({ length: 100000 }, (_, index) => index);
        const ys = xs.map(x => x === 31415 ? 9 : x === 27182 ? -9 : x >= 50000 && x < 50400 ? null : Math.sin(x / 100));
        const kept = visiblePoints({ xs, ys }, x => Math.floor(x / 200));
        return { kept, gap: kept.filter(index => ys[index] === null).length };
    })"""
    found = page.evaluate(script)
    kept = found["kept"]
    assert {0, 99_999, 31_415, 27_182} <= set(kept)
    assert kept == sorted(set(kept))
    assert 500 < len(kept) <= 4 * 500
    assert found["gap"] > 0, "or the curve would close the gap"


@pytest.mark.parametrize("ratio", [1, 1.25, 1.5, 2])
def test_lines_are_sharp(shown: ViewerProcess, open_page: OpenPage, launch: Launch, ratio: float) -> None:
    own = launch(f"--force-device-scale-factor={ratio}", "--window-size=1279,801")
    page = ready(open_page(shown, own=own, no_viewport=True))
    page.keyboard.press("i")
    page.locator("#panel").click()  # frames a second: from 0 to 60 or so
    expect(page.locator("#panel[data-panel=fps] .chart-value")).not_to_have_text("–")
    rows = page.locator("#panel canvas").evaluate(
        """canvas => {
            const box = canvas.getBoundingClientRect();
            const right = canvas.width - Math.ceil(24 * devicePixelRatio);
            const { data } = canvas.getContext("2d").getImageData(right, 0, 1, canvas.height);
            const alphas = Array.from({ length: canvas.height }, (_, y) => data[4 * y + 3]);
            return { alphas, size: [canvas.width / box.width, canvas.height / box.height] };
        }"""
    )
    assert rows["size"] == pytest.approx([ratio, ratio], rel=0.01)
    # The lines of the ticks: each is a whole row of pixels, with nothing but a clear row below the last.
    lines = [alpha for alpha in rows["alphas"] if alpha]
    assert lines.count(255) >= 3
    own.close()
