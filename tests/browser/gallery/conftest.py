"""A gallery of small works, served over HTTP, and its pages in Chromium."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from mint.browser.bundle.web_runtime import WebRuntime
from tests.browser.bundle.conftest import web_runtime
from tests.browser.http_site import served
from tests.browser.viewer_process import WAIT_S
from tests.sharing.gallery.small_gallery import HASHES, write_gallery
from tests.small_snapshot import write_small_snapshot

__all__ = ["web_runtime"]

OpenSite = Callable[..., Page]
STILL = {"reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def site(web_runtime: WebRuntime, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gallery of five works: four are signed, three of them by one key."""
    folder = tmp_path_factory.mktemp("gallery")
    cases = ((HASHES[0], 1, "Alpha", "Ada"), (HASHES[1], 1, "Beta", "Ada"), (HASHES[2], 2, "Gamma", "Bo"))
    paths = [
        write_small_snapshot(folder / f"{title}.pixelmint", token=token, key=key, title=title, author=author)
        for token, key, title, author in (*cases, (HASHES[0], None, "Delta", ""), (HASHES[1], 1, "Epsilon", "Bo"))
    ]
    write_gallery(folder / "site", paths, web_runtime, "Small moons")
    return folder / "site"


@pytest.fixture
def open_site(browser: Browser) -> Iterator[OpenSite]:
    """Return a function that opens a page of a site; unless it is not ``clean``, it may log nothing and leave the site never."""
    faults: list[str] = []
    opened = []

    def start(site: Path, path: str = "index.html", *, clean: bool = True, script: str = "", **options: Any) -> Page:
        server = served(site)
        address, _ = server.__enter__()
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        opened.append((server, context))
        context.set_default_timeout(1000 * WAIT_S)
        page = context.new_page()
        if clean:
            page.on("console", lambda message: faults.append(message.text))
            page.on("pageerror", lambda error: faults.append(str(error)))
        context.on("request", lambda request: None if request.url.startswith((address, "blob:")) else faults.append(request.url))
        if script:
            page.add_init_script(script)
        page.goto(f"{address}/{path}")
        return page

    yield start
    for server, context in opened:
        context.close()
        server.__exit__(None, None, None)
    assert faults == []


def work_path(site: Path, title: str) -> str:
    """Return the page of a work of a site, named by its title."""
    from mint.sharing.gallery.record import read_gallery

    (found,) = (work.id for work in read_gallery(site).works if work.title == title)
    return f"works/{found}/index.html"
