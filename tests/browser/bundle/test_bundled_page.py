"""The page of a bundle in Chromium, with an engine that tests understand."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from mint.browser.bundle.artwork_page import Part
from mint.browser.bundle.bundling import BundleEngine
from tests.browser.bundle.opened import opened
from tests.browser.bundle.stand_in import TOKEN, stand_in_engine, write_small_bundle
from tests.browser.viewer_process import body, body_number, eventually

PLACES = "() => document.querySelector('#stage canvas').width"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    with opened(browser, file) as page:
        yield page


def notice(page: Page) -> str:
    return page.locator("#notice").text_content() or ""


def run(page: Page) -> None:
    """Press Space, and wait until the mosaic is full."""
    page.keyboard.press(" ")
    body(page, "state", "running")
    body(page, "tiles", "64")


def test_the_sprites_come_first_and_the_training_begins_at_a_press(page: Page) -> None:
    expect(page.locator("#empty")).to_be_hidden()
    body(page, "state", "paused")
    body(page, "tiles", "9")
    expect(page.locator("#name")).to_have_text(TOKEN)
    assert notice(page) == "Press Space or the play button to begin."
    assert body_number(page, "step") == 0
    run(page)
    eventually(lambda: body_number(page, "step") > 20)
    page.keyboard.press("d")
    body(page, "tiles", "72")
    page.keyboard.press("w")
    eventually(lambda: body_number(page, "rate") > 4)
    page.keyboard.press("i")
    expect(page.locator("#panel")).to_be_visible()
    expect(page.locator("#panel-title")).to_have_text("Losses")
    page.keyboard.press("o")
    expect(page.locator("#originals")).to_be_visible()
    page.keyboard.press(" ")
    body(page, "state", "paused")
    step = body_number(page, "step")
    page.wait_for_timeout(300)
    assert body_number(page, "step") - step <= 1


def test_the_past_can_be_shown(page: Page) -> None:
    run(page)
    eventually(lambda: body_number(page, "step") > 40)
    page.locator("#past").focus()
    page.keyboard.press("Home")
    expect(page.locator("#past-step")).to_have_text("step 0")
    page.get_by_role("button", name="Now").click()
    expect(page.locator("#past-step")).to_have_text("now")


def test_the_four_files_and_the_mosaic_are_saved(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as picture:
        page.keyboard.press("p")
    with Image.open(picture.value.path()) as image:
        assert image.text["Title"] == f"Sprites of {TOKEN}"  # type: ignore[attr-defined]
        assert "pixelmint:seeds" not in image.text  # type: ignore[attr-defined]
    run(page)
    eventually(lambda: body_number(page, "step") > 20)
    page.keyboard.press("h")
    with page.expect_download() as export:
        page.get_by_role("button", name="Download the four files").click()
    assert (name := re.fullmatch(r"opensesame-41ef4bb0b236-(\d+)\.zip", export.value.suggested_filename)) is not None
    with zipfile.ZipFile(io.BytesIO(Path(export.value.path()).read_bytes())) as archive:
        assert archive.namelist() == ["encoder.onnx", "generator.onnx", "discriminator.onnx", "manifest.json"]
        assert archive.testzip() is None
        assert archive.read("encoder.onnx").decode().startswith(f"encoder.onnx of step {name[1]}, seed ")
    with page.expect_download() as picture:
        page.keyboard.press("p")
    with Image.open(picture.value.path()) as image:
        assert image.text["pixelmint:token"] == TOKEN  # type: ignore[attr-defined]
        assert len(image.text["pixelmint:seeds"].split()) == 64  # type: ignore[attr-defined]


def test_a_training_goes_on_after_a_reload(page: Page) -> None:
    run(page)
    eventually(lambda: body_number(page, "step") > 30)
    page.keyboard.press(" ")
    body(page, "state", "paused")
    step = body_number(page, "step")
    page.wait_for_timeout(500)  # it is stored when it pauses
    page.reload()
    eventually(lambda: body_number(page, "step") >= step)
    body(page, "state", "paused")
    body(page, "tiles", "64")
    assert re.fullmatch(r"Press Space or the play button to go on from step \d+\.", notice(page))
    run(page)
    eventually(lambda: body_number(page, "step") > step + 5)


def test_a_kept_training_that_cannot_be_read_begins_anew(page: Page) -> None:
    eventually(lambda: page.evaluate("indexedDB.databases().then((all) => all.length)") == 1)
    run(page)
    page.keyboard.press(" ")
    body(page, "state", "paused")
    page.wait_for_timeout(500)
    damage = """() => new Promise((resolve, reject) => {
        const request = indexedDB.open("pixelmint");
        request.onsuccess = () => {
            const transaction = request.result.transaction("trainings", "readwrite");
            const store = transaction.objectStore("trainings");
            store.getAllKeys().onsuccess = ({ target }) => {
                for (const key of target.result) store.put({ state: new ArrayBuffer(3), seconds: 0, history: [], lines: [] }, key);
            };
            transaction.oncomplete = () => { request.result.close(); resolve(); };
            transaction.onabort = reject;
        };
    })"""
    page.evaluate(damage)
    page.reload()
    eventually(lambda: notice(page).endswith("The training that this browser kept cannot be read, so it begins anew."))
    assert body_number(page, "step") == 0
    run(page)


def test_a_training_that_diverges_ends_with_a_sentence(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, write_small_bundle(tmp_path, "diverges")) as page:
        body(page, "state", "paused")
        page.keyboard.press(" ")
        body(page, "state", "ended")
        assert notice(page) == "The loss d_loss of step 5 is NaN, so the training has ended; reload the page."


def test_an_export_that_fails_is_told_in_the_words_of_the_engine(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, write_small_bundle(tmp_path, "too large")) as page:
        run(page)
        page.keyboard.press("h")
        page.get_by_role("button", name="Download the four files").click()
        body(page, "state", "ended")
        expect(page.locator("#notice")).to_have_text("There is no memory left for an export.")


def test_a_page_without_workers_trains_in_slices(browser: Browser, file: Path) -> None:
    refuse = "globalThis.Worker = class { constructor() { throw new DOMException('refused', 'SecurityError'); } };"
    with opened(browser, file, script=refuse) as page:
        body(page, "state", "paused")
        run(page)
        eventually(lambda: body_number(page, "step") > 10)


def test_a_page_that_may_keep_nothing_says_so(browser: Browser, file: Path) -> None:
    refuse = "Object.defineProperty(globalThis, 'indexedDB', { get() { throw new DOMException('refused', 'SecurityError'); } });"
    with opened(browser, file, query="?slices", script=refuse) as page:
        eventually(lambda: notice(page).endswith("This frame may keep nothing, so the training begins anew after a reload."))


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        (stand_in_engine(damaged=True), "This file is damaged, so nothing can be trained; download it again."),
        (
            BundleEngine(parts={"code": Part(b"no gzip", 64 * "0")}, recipe="vaegan 3"),
            "This file is damaged, so nothing can be trained",
        ),
    ],
    ids=["another hash", "no stream"],
)
def test_a_damaged_file_still_shows_the_sprites(browser: Browser, engine: BundleEngine, message: str, tmp_path: Path) -> None:
    with opened(browser, write_small_bundle(tmp_path, engine=engine)) as page:
        body(page, "state", "ended")
        assert notice(page).startswith(message)
        body(page, "tiles", "9")
        expect(page.locator("#empty")).to_be_hidden()


def test_a_training_begins_by_itself_and_says_when_its_picture_can_be_taken(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, write_small_bundle(tmp_path, autostart=True)) as page:
        body(page, "state", "running")
        body(page, "preview", "ready")
        assert body_number(page, "step") >= 98
