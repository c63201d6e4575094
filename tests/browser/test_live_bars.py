"""The cost and the limits of the live page, measured: ``pytest -m slow -s tests/browser/test_live_bars.py`` on a quiet machine."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import pytest

from mint.token.folder import mint_token
from mint.token.hash import parse_hash
from tests.browser.bare_page import BarePage, connect_page, is_closed, log_in
from tests.browser.training_process import TrainingProcess, resident_memory
from tests.browser.viewer_process import OpenPage, body, ready

pytestmark = pytest.mark.slow

PAIRS, SECONDS = 5, 30
CLIENTS, WATCHED_S = 16, 60
MIB = 1024 * 1024


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Keep connections open until the end."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def training(tmp_path: Path) -> Iterator[TrainingProcess]:
    training = TrainingProcess(tmp_path, "bars", threads="")
    yield training
    training.end()


def test_a_page_slows_the_training_by_3_percent_at_most(tmp_path: Path, open_page: OpenPage) -> None:
    rates: dict[str, list[float]] = {"headless": [], "page": []}
    for pair in range(PAIRS):
        for kind, measured in rates.items():
            workplace = tmp_path / f"{kind}{pair}"
            folder = mint_token(parse_hash("bars"), workplace / "tokens")
            if kind == "headless":
                command = [sys.executable, "-m", "mint", "train", "bars", "--headless", "--seed", "1", "--seconds", str(SECONDS)]
                subprocess.run(command, cwd=workplace, check=True, capture_output=True)
            else:
                training = TrainingProcess(workplace, "bars", "--seed", "1", "--seconds", str(SECONDS), threads="")
                page = open_page(training)
                training.process.wait()
                page.close()
                training.end()
            newest = max((folder / "training" / "checkpoints").glob("step-*"))
            position = json.loads((newest / "checkpoint.json").read_text())["position"]
            measured.append(position["step"] / position["seconds"])
        print(f"pair {pair + 1}: {rates['headless'][-1]:.2f} steps/s headless, {rates['page'][-1]:.2f} with a page")
    slowdown = 1 - median(page / headless for headless, page in zip(*rates.values(), strict=True))
    print(f"slowdown by one page: {100 * slowdown:.2f} %")
    assert slowdown <= 0.03


def test_space_pauses_within_100_ms(training: TrainingProcess, open_page: OpenPage) -> None:
    page = ready(open_page(training))
    page.evaluate(
        """() => {
            const prototype = CanvasRenderingContext2D.prototype;
            const put = prototype.putImageData;
            prototype.putImageData = function (...given) { window.drawn = performance.now(); return put.apply(this, given); };
            document.addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
        }"""
    )
    delays = []
    for _ in range(10):
        body(page, "state", "running")
        page.wait_for_timeout(1300)
        page.keyboard.press(" ")
        body(page, "state", "paused")
        page.wait_for_timeout(1000)
        delays.append(page.evaluate("Math.max(0, window.drawn - window.pressed)"))
        page.keyboard.press(" ")
    print(f"Space to the last change: {[round(delay) for delay in delays]} ms")
    assert max(delays) <= 100


def test_a_stalled_page_does_not_affect_others(training: TrainingProcess, stack: ExitStack) -> None:
    cookie = log_in(training.url)
    clients = [BarePage(connect_page(training, cookie, stack)) for _ in range(CLIENTS)]
    stalled = connect_page(training, cookie, stack)
    for client in clients:
        client.has_tiles.wait(60)
    before, began = resident_memory(training.process.pid), time.monotonic()
    counted = [client.tiles for client in clients]
    disconnected_s = None
    while time.monotonic() - began < WATCHED_S:
        time.sleep(0.25)
        if disconnected_s is None and is_closed(stalled):
            disconnected_s = time.monotonic() - began
    received = [client.tiles - count for client, count in zip(clients, counted, strict=True)]
    grown = resident_memory(training.process.pid) - before
    print(f"tiles received: at most {max(received)}, at least {min(received)}; stalled page disconnected after {disconnected_s} s")
    print(f"memory of the server: {before / MIB:.1f} MiB, grown by {grown / MIB:.1f} MiB")
    assert max(received) >= 0.95 * 4 * WATCHED_S
    assert min(received) >= 0.95 * max(received)
    assert disconnected_s is not None
    assert disconnected_s <= 10
    assert grown < 16 * MIB
