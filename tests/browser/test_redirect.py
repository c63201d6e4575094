"""The browser is given a file, and not the one-time address, which other users could read in its arguments."""

import webbrowser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.viewer_process import Show, body, ready
from tests.small_model import small_origin, write_models
from viewer.web.browser import open_page as open_in_browser
from viewer.web.browser import write_redirect


def test_the_address_is_in_no_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    thread = open_in_browser("http://127.0.0.1:1/?token=secret&more")
    thread.join()
    (uri,) = opened
    path = Path(unquote(urlsplit(uri).path))
    assert "secret" not in uri
    assert 'url=http://127.0.0.1:1/?token=secret&amp;more"' in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_file_leads_to_the_page(show: Show, browser: Browser, tmp_path: Path) -> None:
    shown = show(write_models(tmp_path / "token", small_origin()), "--device", "cpu")
    page = browser.new_page()
    page.goto(write_redirect(shown.url).as_uri())
    ready(page)
    body(page, "state", "running")
    page.close()
