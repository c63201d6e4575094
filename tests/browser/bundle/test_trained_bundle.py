"""The bars of a bundle that trains: how long it takes, what it weighs, and that its files are ours. Run with -m slow."""

import hashlib
import io
import statistics
import time
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import viewer
from mint.browser.bundle.bundling import token_files
from mint.browser.bundle.output import write_bundle
from mint.browser.bundle.training_engine import token_engine
from mint.browser.bundle.web_runtime import WebRuntime
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from tests.browser.bundle.opened import opened
from tests.browser.viewer_process import body, body_number, eventually, until
from viewer.exported.folder import read_export

pytestmark = pytest.mark.slow

HASHES = ("open sesame", "moonrise", "midnight train", "oo7KXsC8LbggF4wafcscSyiPGgCFbZZdVtGuBSv477bpjw76UpF")
RIGHT = 0.99
MAX_HTML_BYTES = 6_000_000

# What the page is told of its accuracy, with the time since it was opened: the connection reads each message with JSON.parse.
WATCH = """
    globalThis.learned = [];
    const parse = JSON.parse;
    JSON.parse = (text) => {
        const value = parse(text);
        if (value?.kind === "curves") learned.push([performance.now() / 1000, value.accuracy.at(-1), value.steps.at(-1)]);
        return value;
    };
"""


def pages(folder: Path, runtime: WebRuntime) -> list[Path]:
    """Write a bundle for each hash."""
    written = []
    for number, text in enumerate(HASHES):
        token = read_token(mint_token(parse_hash(text), folder / "tokens"))
        files = token_files(token, token_engine(token, runtime, with_model=False), autostart=True, sdk=None, has_cover=False)
        path = folder / f"{number}" / "index.html"
        path.parent.mkdir()
        assert write_bundle(path, files) <= MAX_HTML_BYTES
        written.append(path)
    return written


def key_answer_ms(page: Page) -> float:
    """Return how long the page takes to answer a key, beside a training."""
    script = """() => new Promise((resolve) => {
        const [start, before] = [performance.now(), document.body.dataset.tiles];
        new MutationObserver((_, observer) => {
            if (document.body.dataset.tiles === before) return;
            observer.disconnect();
            resolve(performance.now() - start);
        }).observe(document.body, { attributes: true, attributeFilter: ["data-tiles"] });
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true }));
    })"""
    answer: float = page.evaluate(script)
    return answer


def frames_a_second(page: Page) -> float:
    script = """() => new Promise((resolve) => {
        const start = performance.now();
        let count = 0;
        const next = (now) => { count++; if (now - start < 3000) requestAnimationFrame(next); else resolve(count / 3); };
        requestAnimationFrame(next);
    })"""
    rate: float = page.evaluate(script)
    return rate


def test_the_page_learns_its_sprites(browser: Browser, web_runtime: WebRuntime, tmp_path: Path) -> None:
    nine, right, answers, frames, speeds = [], [], [], [], []
    for path in pages(tmp_path, web_runtime):
        print(path.stat().st_size, "bytes")
        since = time.monotonic()
        with opened(browser, path, script=WATCH) as page:
            until(page, "() => document.querySelector('#empty')?.hidden === true")
            nine.append(time.monotonic() - since)
            body(page, "state", "running")
            frames.append(frames_a_second(page))
            answers += [key_answer_ms(page) for _ in range(3)]
            until(page, f"() => learned.some(([, accuracy]) => accuracy >= {RIGHT})")
            seconds, _, step = page.evaluate(f"learned.find(([, accuracy]) => accuracy >= {RIGHT})")
            right.append(seconds)
            speeds.append(step / seconds)
            print(f"nine {nine[-1]:.2f} s, {RIGHT:.0%} right {seconds:.1f} s at step {step}")
    print("medians: nine", statistics.median(nine), "right", statistics.median(right), "answer ms", statistics.median(answers))
    print("frames/s", statistics.median(frames), "steps/s", statistics.median(speeds))


def test_the_four_files_are_ours(browser: Browser, web_runtime: WebRuntime, tmp_path: Path) -> None:
    path = pages(tmp_path, web_runtime)[0]
    with opened(browser, path) as page:
        eventually(lambda: body_number(page, "step") >= 5)
        page.keyboard.press(" ")
        body(page, "state", "paused")
        page.keyboard.press("h")
        with page.expect_download() as export:
            page.get_by_role("button", name="Download the four files").click()
        with zipfile.ZipFile(io.BytesIO(Path(export.value.path()).read_bytes())) as archive:
            archive.extractall(tmp_path / "models")
        checked = read_export(tmp_path / "models")
        assert checked.manifest.origin.token.hash == HASHES[0]
        assert checked.manifest.origin.step == body_number(page, "step")
        # A dream of a seed is the same picture in the page and in the viewer.
        dreams = viewer.load(tmp_path / "models").dream(4, seed=3)
        assert dreams.shape == (4, 32, 32)
        print(hashlib.sha256(dreams.tobytes()).hexdigest())
