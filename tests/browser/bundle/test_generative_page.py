"""A page that draws the token of any hash, in Chromium: the same as Python draws, whoever gives the hash."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from mint.browser.bundle.bundling import generative_files
from mint.browser.bundle.web_runtime import WebRuntime
from mint.browser.drawing import drawing_module
from mint.token.hash import parse_hash
from mint.token.token import draw_token
from tests.browser.bundle.opened import opened
from tests.browser.bundle.stand_in import stand_in_engine
from tests.browser.viewer_process import body, body_number

TEZOS = "oo7KXsC8LbggF4wafcscSyiPGgCFbZZdVtGuBSv477bpjw76UpF"
EVM = "0x11ac16678959949c12d5410212301960fc496813cbc3495bf77aeed738579738"
# What a page declares before its script has returned, which is when fxhash wants to know it.
REMEMBER = """
    globalThis.declared = [];
    const choices = { params() {}, getParams: () => ({ tiles: 25, transition: "cut" }) };
    const functions = { ...choices, preview() { this.previews++; }, previews: 0 };
    globalThis.$fx = HASH && {
        hash: HASH, isPreview: false, ...functions,
        features(values) { declared.push([document.readyState, values]); },
        on(name, handler) { this.update = handler; },
    };
"""


@pytest.fixture(scope="module")
def drawing() -> str:
    return drawing_module()


@pytest.fixture(scope="module")
def files(drawing: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generative")
    for name, data in generative_files(drawing, stand_in_engine(), autostart=False, sdk=None).items():
        (folder / name).write_bytes(data)
    return folder


def features(text: str) -> dict[str, str | int]:
    return draw_token(parse_hash(text)).features


@pytest.mark.parametrize(
    ("query", "script", "text"),
    [
        ("", f"globalThis.fxhash = '{TEZOS}';", TEZOS),
        ("", f"globalThis.tokenData = {{ hash: '{EVM}' }};", EVM),
        ("?hash=cafe%CC%81%20at%20night", "", "café at night"),
    ],
    ids=["fxhash", "tokenData.hash", "?hash="],
)
def test_the_hash_comes_from_the_platform_or_the_address(query: str, script: str, text: str, browser: Browser, files: Path) -> None:
    with opened(browser, files / "index.html", query=query, script=script) as page:
        expect(page.locator("#empty")).to_be_hidden()
        assert page.evaluate("$fxhashFeatures") == features(text)
        expect(page.locator("#name")).to_have_text(text)


def test_features_are_declared_at_load_and_choices_are_followed(browser: Browser, files: Path) -> None:
    with opened(browser, files / "index.html", script=REMEMBER.replace("HASH", f"'{TEZOS}'")) as page:
        assert page.evaluate("declared") == [["loading", features(TEZOS)]]
        body(page, "preview", "ready")  # with nobody to press a key, the sprites are what there is to see
        assert page.evaluate("$fx.previews") == 1
        assert body_number(page, "step") == 0
        page.keyboard.press(" ")
        body(page, "tiles", "25")
        assert page.evaluate("$fx.update({ tiles: 30, transition: 'dissolve' })") is True
        body(page, "tiles", "30")
        expect(page.get_by_role("button", name="dissolve")).to_have_attribute("aria-pressed", "true")


def test_a_malformed_hash_is_told(browser: Browser, files: Path) -> None:
    with opened(browser, files / "index.html", query="?hash=0x12") as page:
        body(page, "state", "ended" if "0x12" in str(_refusal("0x12")) else "paused")
        expect(page.locator("#notice")).to_have_text(_refusal("0x12"))


def _refusal(text: str) -> str:
    from mint.errors import HashError

    with pytest.raises(HashError) as raised:
        parse_hash(text)
    return str(raised.value)


@pytest.mark.parametrize("text", [TEZOS, EVM])
def test_the_page_works_with_the_sdk_of_fxhash(
    text: str, browser: Browser, drawing: str, web_runtime: WebRuntime, tmp_path: Path
) -> None:
    for name, data in generative_files(drawing, stand_in_engine(), autostart=False, sdk=web_runtime.fxhash_sdk).items():
        (tmp_path / name).write_bytes(data)
    query = f"?fxhash={text}&fxminter=tz1&fxiteration=1&preview=1&fxcontext=capture"
    listen = "addEventListener('fxhash-preview', () => { globalThis.taken = true; });"
    with opened(browser, tmp_path / "index.html", query=query, script=listen) as page:
        body(page, "preview", "ready")  # the training begins by itself, since nobody can press a key
        assert page.evaluate("$fx.getFeatures()") == features(text)
        assert page.evaluate("taken") is True
        assert page.evaluate("$fx.getDefinitions().map(({ id }) => id)") == ["tiles", "transition"]
        assert body_number(page, "step") >= 98
        expect(page.locator("body")).to_have_class(re.compile("fullscreen"))  # the picture has no controls
