"""A folder served over HTTP, and browsers that are started without Playwright, whose pages post what they find."""

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


class _Answers(SimpleHTTPRequestHandler):
    """Serves a folder, and keeps what a page posts."""

    answers: list[dict[str, Any]]

    def do_POST(self) -> None:
        self.answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve a folder; yield its address and the answers of pages."""
    answers: list[dict[str, Any]] = []

    def handler(*arguments: Any) -> _Answers:
        handling = _Answers.__new__(_Answers)
        handling.answers = answers
        handling.__init__(*arguments, directory=str(folder))  # type: ignore[misc]
        return handling

    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", answers
        server.shutdown()


def answer_of(browser: str, folder: Path, profile: Path, *, query: str = "", is_still: bool = False) -> dict[str, Any]:
    """Open the page of a folder in a browser with an empty profile, and return what it posts; skip if it is not installed."""
    with served(folder) as (address, answers):
        command = browser_command(browser, f"{address}/index.html{query}", profile, is_still=is_still)
        if command is None:
            pytest.skip(f"{browser} is not installed")
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while not answers and process.poll() is None:
                time.sleep(0.2)
            process.terminate()
    assert "error" not in answers[0], answers[0]
    return answers[0]


def browser_command(browser: str, address: str, profile: Path, *, is_still: bool = False) -> list[str] | None:
    """Return the command that opens an address, for someone who wants no motion if ``is_still``; None if it is not installed."""
    if browser == "Firefox":
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        if is_still:
            (profile / "user.js").write_text('user_pref("ui.prefersReducedMotion", 1);')
        return program and [program, "--headless", "--no-remote", "--profile", str(profile), address]  # type: ignore[return-value]
    program = shutil.which("chromium")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"]
    options += ["--force-prefers-reduced-motion"] if is_still else []
    return program and [program, *options, address]  # type: ignore[return-value]
