"""The start-up time from ``viewer show`` to the first complete mosaic on a page, measured in two parts."""

import statistics
import time
from pathlib import Path

import pytest

from tests.browser.viewer_process import OpenPage, Show, until

TOKEN = Path(__file__).parents[2] / "tokens" / "moonrise-533a084b8750"
ROUNDS = 5

# When the last tile of the first mosaic was drawn, in milliseconds since 1970.
WATCH = """
    window.completed = 0;
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...args) {
        const result = put.apply(this, args);
        if (this.canvas.id === "mosaic" && window.received >= 64) window.completed ||= Date.now();
        return result;
    };
    const listen = WebSocket.prototype.addEventListener;
    window.received = 0;
    WebSocket.prototype.addEventListener = function (kind, listener, ...rest) {
        return listen.call(this, kind, (event) => {
            if (event.data instanceof ArrayBuffer) received += new DataView(event.data).getUint16(8, true);
            return listener.call(this, event);
        }, ...rest);
    };
"""


@pytest.mark.slow
def test_the_first_mosaic_appears_within_two_seconds(show: Show, open_page: OpenPage, capsys: pytest.CaptureFixture[str]) -> None:
    addresses_s, mosaics_s = [], []
    for _ in range(ROUNDS):
        since = time.time()
        shown = show(TOKEN, "--device", "cpu")
        addresses_s.append(time.time() - since)
        page = open_page(shown, script=WATCH)
        until(page, "completed > 0")
        mosaics_s.append(page.evaluate("completed") / 1000 - since)
        shown.end()
    with capsys.disabled():
        for what, times_s in (("address", addresses_s), ("first mosaic", mosaics_s)):
            spread = f"{min(times_s):.2f} to {max(times_s):.2f}"
            print(f"\n{what} after {statistics.median(times_s):.2f} s (median of {ROUNDS}, {spread})", end="")
    assert statistics.median(mosaics_s) <= 2
