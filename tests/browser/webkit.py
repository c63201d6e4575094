"""WebKitGTK's small browser on a virtual screen, driven by the WebDriver protocol (https://www.w3.org/TR/webdriver2/)."""

import json
import os
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.browser.viewer_process import eventually

BROWSER = Path("/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser")
PROGRAMS = ("WebKitWebDriver", "Xvfb")
SCREEN = ("-screen", "0", "1280x900x24")
TIMEOUT_S = 60


def missing() -> str | None:
    """Return what has to be installed to open a page in WebKit, None if nothing."""
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    absent += [BROWSER.name] if not BROWSER.exists() else []
    return f"{', '.join(absent)} of Debian's webkit2gtk-driver and xvfb" if absent else None


class WebKitPage:
    """A page, and the functions of the protocol that tests need."""

    def __init__(self, driver: str) -> None:
        """Begin a session with the driver at an address."""
        self._driver = driver
        options = {"binary": str(BROWSER), "args": ["--automation"]}
        started = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})
        self._session = f"/session/{started['sessionId']}"

    def open(self, address: str) -> None:
        self._call("POST", f"{self._session}/url", {"url": address})

    def enter_frame(self, selector: str) -> None:
        frame = self._call("POST", f"{self._session}/element", {"using": "css selector", "value": selector})
        self._call("POST", f"{self._session}/frame", {"id": frame})

    def evaluate(self, expression: str) -> Any:
        return self._call("POST", f"{self._session}/execute/sync", {"script": f"return {expression}", "args": []})

    def close(self) -> None:
        self._call("DELETE", self._session)

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._driver + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)["value"]


@contextmanager
def webkit_page() -> Iterator[WebKitPage]:
    """Start a screen, the driver and the browser; yield its page, and end all of them."""
    with ExitStack() as stack:
        display = _start_screen(stack)
        port = _free_port()
        environment = {**os.environ, "DISPLAY": display, "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
        _start(stack, ["WebKitWebDriver", f"--port={port}", "--host=127.0.0.1"], env=environment)
        eventually(lambda: _accepts(port))
        page = WebKitPage(f"http://127.0.0.1:{port}")
        stack.callback(page.close)
        yield page


def _start_screen(stack: ExitStack) -> str:
    """Start a virtual screen and return its name; the server chooses a free number."""
    read, write = os.pipe()
    with open(read) as number:
        _start(stack, ["Xvfb", "-displayfd", str(write), *SCREEN], pass_fds=(write,))
        os.close(write)
        return f":{number.readline().strip()}"


def _start(stack: ExitStack, command: list[str], **options: Any) -> None:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    stack.callback(process.wait)
    stack.callback(process.terminate)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _accepts(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
