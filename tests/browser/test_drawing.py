"""How fast the page draws: 1,024 tiles of a real model, each refreshed ten times a second."""

import itertools
from pathlib import Path

import pytest

from tests.browser.viewer_process import OpenPage, Show, ready
from tests.small_model import small_origin, write_models

TILES, REFRESHES = 1024, 10
SETTLE_S, MEASURE_S = 3, 10

# Drawing is recorded at the canvas, and messages at the socket; everything drawn in one frame of the browser has one time. In a
# header, the number of tiles follows the numbers of the frame and of the model.
WATCH = """
    window.drawn = [];
    window.received = [];
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...args) {
        const now = document.timeline.currentTime;
        if (this.canvas.id === "mosaic" && drawn.at(-1) !== now) drawn.push(now);
        return put.apply(this, args);
    };
    const listen = WebSocket.prototype.addEventListener;
    WebSocket.prototype.addEventListener = function (kind, listener, ...rest) {
        return listen.call(this, kind, (event) => {
            if (event.data instanceof ArrayBuffer) received.push([performance.now(), new DataView(event.data).getUint16(8, true)]);
            return listener.call(this, event);
        }, ...rest);
    };
"""


@pytest.mark.slow
@pytest.mark.parametrize("transition", ["fade", "cut"])
def test_a_thousand_tiles_change_ten_times_a_second(
    show: Show, open_page: OpenPage, tmp_path: Path, transition: str, capsys: pytest.CaptureFixture[str]
) -> None:
    palette = ("#1a1c2cff", "#ff77a8ff", "#29adffff", "#fff1e8ff")
    model = write_models(tmp_path / "large", small_origin(token="a mosaic", palette=palette, size=(32, 32)))
    shown = show(model, "--tiles", str(TILES), "--rate", str(TILES * REFRESHES))
    page = ready(open_page(shown, script=WATCH, viewport={"width": 1280, "height": 1280}))
    page.get_by_role("button", name=transition).click()
    page.wait_for_timeout(1000 * SETTLE_S)
    page.evaluate("drawn.length = received.length = 0")
    page.wait_for_timeout(1000 * MEASURE_S)
    drawn, received = page.evaluate("[drawn, received]")
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(drawn))
    tiles = sum(count for _, count in received) / MEASURE_S
    with capsys.disabled():
        print(
            f"\n{transition}: {len(drawn) / MEASURE_S:.1f} frames/s, gaps median {gaps[len(gaps) // 2]:.0f} ms, "
            f"longest {gaps[-1]:.0f} ms; {len(received) / MEASURE_S:.1f} messages/s "
            f"with {tiles:,.0f} of {TILES * REFRESHES:,} tiles/s"
        )
    assert len(drawn) >= 30 * MEASURE_S
    assert gaps[-1] <= 2 * 1000 / REFRESHES
    assert tiles >= 0.9 * TILES * REFRESHES
