"""A bundle's page in Chromium, opened from a file, with what it requests and reports."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.viewer_process import WAIT_S

Open = Callable[..., Page]


@contextmanager
def opened(
    browser: Browser, file: Path, *, query: str = "", script: str = "", clean: bool = True, **options: Any
) -> Iterator[Page]:
    """Open the page; unless it is not ``clean``, it may log no error and request nothing beyond its files."""
    context = browser.new_context(**(options or {"viewport": {"width": 1280, "height": 800}}))
    context.set_default_timeout(1000 * WAIT_S)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda entry: errors.append(entry.text) if entry.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    own = (file.parent.as_uri(), "blob:", "data:")
    page.on("request", lambda request: None if request.url.startswith(own) else errors.append(request.url))
    if script:
        page.add_init_script(script)
    page.goto(f"{file.as_uri()}{query}")
    yield page
    context.close()
    assert not clean or errors == []
