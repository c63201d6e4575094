"""A program that serves a page, in its own process, and helpers that wait for its pages."""

import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

START_WITHIN_S = 60
WAIT_S = 120
_ADDRESS = re.compile(r"^(?:Open|For another browser:) (http://\S+)")

Show = Callable[..., "ViewerProcess"]
OpenPage = Callable[..., Page]
Launch = Callable[..., Browser]


class ServerProcess:
    """A process that serves a page, and prints the addresses of the page on standard error."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        """Wait for the first address of a process that was just started."""
        self.process = process
        self.lines: list[str] = []
        self._addresses: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self._first = self._addresses.get(timeout=START_WITHIN_S)
        if not self._first:
            self.end()
            raise AssertionError(f"{name} printed no address: " + "".join(self.lines))
        self._addresses.put(self._first)

    @property
    def url(self) -> str:
        """An address with an unused token; the program prints a new one each time one is used."""
        return self._addresses.get(timeout=WAIT_S)

    @property
    def base(self) -> str:
        """The address without the token, for a browser that has the cookie."""
        parts = urlsplit(self._first)
        return f"{parts.scheme}://{parts.netloc}/"

    def end(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()
        self._reader.join()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.lines.append(line)
                if address := _ADDRESS.search(line):
                    self._addresses.put(address[1])
        self._addresses.put("")


class ViewerProcess(ServerProcess):
    """A running ``viewer show``."""

    def __init__(self, *arguments: str | Path, program: Sequence[str] = ("-m", "viewer")) -> None:
        command = [sys.executable, *program, "show", *map(str, arguments), "--port", "0", "--no-browser"]
        super().__init__("viewer show", subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True))

    def end(self) -> None:
        """Terminate it, and kill it if that does not help."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        super().end()


def body(page: Page, name: str, value: str) -> None:
    """Wait until the body has a data attribute with this value."""
    expect(page.locator("body")).to_have_attribute(f"data-{name}", value, timeout=1000 * WAIT_S)


def until(page: Page, script: str, argument: Any = None) -> None:
    """Wait until a script returns true. Playwright's wait_for_function needs eval, which the page's policy forbids."""
    eventually(lambda: page.evaluate(script, argument))


def eventually(holds: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ready(page: Page) -> Page:
    """Wait until the page shows a mosaic."""
    body(page, "state", "running")
    expect(page.locator("#empty")).to_be_hidden()
    return page


def still(page: Page) -> None:
    """Wait until the mosaic does not change any more, so that fades have ended."""
    script = """async () => {
        const before = document.querySelector("#mosaic").toDataURL();
        await new Promise(done => setTimeout(done, 300));
        await new Promise(requestAnimationFrame);
        return before === document.querySelector("#mosaic").toDataURL();
    }"""
    until(page, script)


def body_number(page: Page, name: str) -> float:
    """Return the number in a data attribute of the body."""
    return float(page.locator("body").get_attribute(f"data-{name}") or "nan")
