"""Real pages in a real browser: headless Chromium and a ``viewer show`` in its own process."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.viewer_process import WAIT_S, Launch, OpenPage, Show, ViewerProcess
from tests.small_model import small_origin, write_models

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


expect.set_options(timeout=1000 * WAIT_S)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count each test that opens a browser among the integration tests, but for the smoke tests."""
    for item in items:
        if "launch" in getattr(item, "fixturenames", ()) and item.path.name != "test_smoke.py":
            item.add_marker(pytest.mark.integration)


# For a module only: while Playwright is open, its event loop runs in this thread, and other tests need their own.
@pytest.fixture(scope="module")
def launch() -> Iterator[Launch]:
    """Return a function that starts a separate Chromium, with further arguments."""
    if CHROMIUM is None:
        pytest.skip("no Chromium found: apt-get install chromium")
    with sync_playwright() as playwright:

        def start(*arguments: str) -> Browser:
            return playwright.chromium.launch(executable_path=CHROMIUM, args=[*CHROMIUM_ARGUMENTS, *arguments])

        yield start


@pytest.fixture(scope="module")
def browser(launch: Launch) -> Iterator[Browser]:
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two small exported models with different colours and sizes; one colour of the first is transparent."""
    folder = tmp_path_factory.mktemp("tokens")
    second = ("#201018ff", "#6e3b3cff", "#e6bd84ff", "#8fa3b5ff", "#fff3cfff", "#3d3a20ff")
    return [
        write_models(folder / "first", small_origin(name="first")),
        write_models(folder / "second", small_origin(name="second", token="0x" + 32 * "5a", palette=second, size=(12, 16))),
    ]


@pytest.fixture
def show(models: list[Path]) -> Iterator[Show]:
    """Return a function that starts ``viewer show`` with the first model, or with the given arguments."""
    with ExitStack() as stack:

        def start(*arguments: str | Path, **options: Any) -> ViewerProcess:
            shown = ViewerProcess(*(arguments or models[:1]), **options)
            stack.callback(shown.end)
            return shown

        yield start


@pytest.fixture(scope="module")
def shown(models: list[Path]) -> Iterator[ViewerProcess]:
    """A ``viewer show`` of the first model, for tests that leave its settings as they are."""
    shown = ViewerProcess(*models[:1])
    yield shown
    shown.end()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Return a function that opens a page; no page may log an error or a warning, or send a request to another origin."""
    errors: list[str] = []
    addresses: list[str] = []
    contexts = []

    def start(
        shown: ViewerProcess,
        *,
        query: str = "",
        script: str = "",
        page_beside: Page | None = None,
        own: Browser | None = None,
        **options: Any,
    ) -> Page:
        if page_beside is None:
            context = (own or browser).new_context(**(options or {"viewport": {"width": 1280, "height": 800}}))
            contexts.append((shown, context))
        else:
            context = page_beside.context
        # Where other work keeps the processors busy, Playwright's 30 seconds are too short.
        context.set_default_timeout(1000 * WAIT_S)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        page.on("console", lambda entry: errors.append(entry.text) if entry.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: addresses.append(request.url))
        page.on("websocket", lambda socket: addresses.append(socket.url.replace("ws", "http", 1)))
        page.goto(shown.url if page_beside is None else shown.base)
        if query:  # with the cookie that replaced the token
            page.goto(shown.base + query)
        return page

    yield start
    bases = tuple(shown.base for shown, _ in contexts)
    for _, context in contexts:
        context.close()
    allowed = (*bases, "blob:", "data:")
    assert [address for address in addresses if not address.startswith(allowed)] == []
    # The browser itself reports each refused connection, which a page cannot prevent.
    assert [text for text in errors if "ERR_CONNECTION_REFUSED" not in text] == []
