"""A bundle opened in Chromium as a platform opens it: what it requests, what it reports, and what it shows."""

import html
import mimetypes
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from mint.browser.bundle.check.bundle_files import BundleFiles
from mint.browser.bundle.check.platform_rules import PlatformRules
from mint.browser.bundle.output import INDEX
from mint.errors import BundleError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page, Route

# Reserved for tests (RFC 2606): the browser never looks these names up, since each request is answered here.
_HOST: Final = "https://marketplace.test/"
_ARTWORK: Final = "https://artwork.test/"
_SIDE_PX: Final = 1080
_POLL_S: Final = 0.1
_CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND")  # fmt: skip
_INSTALL: Final = (
    "install Playwright with: pip install 'pixelmint[bundle]', and Chromium with: python -m playwright install chromium"
)


@contextmanager
def open_browser() -> Iterator["Browser"]:
    """Start Chromium without a network. Raises BundleError where Playwright or a browser is missing."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise BundleError(f"bundles are checked in Chromium, which Playwright drives; {_INSTALL}") from error
    installed = next((path for name in _CHROMIUM if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=installed, args=list(_ARGUMENTS))
        except Error as error:
            raise BundleError(f"no Chromium could be started: {error.message.splitlines()[0]}; {_INSTALL}") from error
        yield browser
        browser.close()


class OpenedPage:
    """An artwork in a browser; ``requests`` are the addresses beyond its files, ``errors`` what its console reported."""

    def __init__(self, page: "Page", frame: "Frame", requests: list[str], errors: list[str], since: float) -> None:
        self._page = page
        self._frame = frame
        self.requests = requests
        self.errors = errors
        self._since = since

    @property
    def seconds(self) -> float:
        """How long ago the page was opened."""
        return time.monotonic() - self._since

    def state(self) -> dict[str, str]:
        """Return what the page says on its body."""
        state: dict[str, str] = self._frame.evaluate("() => ({ ...document.body?.dataset })")
        return state

    def has_sprites(self) -> bool:
        """Whether the page shows tiles."""
        return bool(self._frame.evaluate("() => document.querySelector('#empty')?.hidden === true"))

    def notice(self) -> str:
        """Return the sentence that the page shows."""
        text: str = self._frame.evaluate("() => document.querySelector('#notice')?.textContent ?? ''")
        return text

    def features(self) -> dict[str, str | int]:
        """Return the features that the page declares."""
        features: dict[str, str | int] = self._frame.evaluate(
            "() => globalThis.$fx?.getFeatures?.() ?? globalThis.$fxhashFeatures ?? {}"
        )
        return features

    def start(self) -> None:
        """Press play."""
        self._frame.click("#run")

    def wait(self) -> None:
        """Wait a moment."""
        self._page.wait_for_timeout(1000 * _POLL_S)

    def screenshot(self) -> bytes:
        """Return a PNG of what is seen."""
        return self._page.screenshot()


@contextmanager
def open_page(browser: "Browser", bundle: BundleFiles, rules: PlatformRules, token_hash: str | None) -> Iterator[OpenedPage]:
    """Open a bundle under the rules of a platform, with a hash for a project that draws any token."""
    names = [f"{rules.hash_name}={quote(token_hash)}"] if token_hash is not None else []
    query = "&".join([*names, *([rules.query] if rules.query else [])])
    requests: list[str] = []
    errors: list[str] = []
    context = browser.new_context(viewport={"width": _SIDE_PX, "height": _SIDE_PX})
    page = context.new_page()
    page.on("console", lambda entry: errors.append(entry.text) if entry.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    with tempfile.TemporaryDirectory(prefix="mint-check-") as folder:
        if rules.is_file:
            address = _write(Path(folder), bundle.files).as_uri()
            own = tuple((Path(folder) / name).as_uri() for name in bundle.files)
        else:
            address = _ARTWORK + INDEX
            own = (_HOST, *(_ARTWORK + name for name in bundle.files))
            context.route("**/*", lambda route: _answer(route, bundle.files, rules, f"{address}?{query}"))
        allowed = (*own, "blob:", "data:")
        page.on("request", lambda request: None if request.url.startswith(allowed) else requests.append(request.url))
        since = time.monotonic()
        page.goto(f"{address}?{query}" if rules.sandbox is None else _HOST, wait_until="commit")
        frame = page.main_frame if rules.sandbox is None else _inner_frame(page)
        yield OpenedPage(page, frame, requests, errors, since)
        context.close()


def _write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / INDEX


def _answer(route: "Route", files: Mapping[str, bytes], rules: PlatformRules, address: str) -> None:
    url = urlsplit(route.request.url)
    if url.geturl() == _HOST:
        frame = f'<iframe sandbox="{rules.sandbox}" src="{html.escape(address)}" style="{_FRAME_STYLE}"></iframe>'
        route.fulfill(content_type="text/html", body=f'<!doctype html><link rel="icon" href="data:," />{frame}')
    elif url.geturl().startswith(_ARTWORK) and (name := url.path.lstrip("/")) in files:
        data = files[name]
        if name == INDEX and rules.policy:
            policy = f'<meta http-equiv="Content-Security-Policy" content="{rules.policy}" />'
            data = data.replace(b"<head>", b"<head>" + policy.encode(), 1)
        route.fulfill(content_type=mimetypes.guess_type(name)[0] or "application/octet-stream", body=data)
    elif url.scheme in ("blob", "data"):
        route.continue_()
    else:
        route.abort()


_FRAME_STYLE: Final = "position: fixed; inset: 0; width: 100%; height: 100%; border: 0"


def _inner_frame(page: "Page") -> "Frame":
    while len(page.frames) < 2 or not page.frames[1].url.startswith(_ARTWORK):
        page.wait_for_timeout(10)
    return page.frames[1]
