"""The browser is given a file, and not the one-time address, which other users could read in its arguments."""

import json
import os
import subprocess
import sys
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


# Another user, who looks at all processes until one is a browser with a file to open, and tries to read that file.
SPY = """
import json, os, sys, time
from pathlib import Path
from urllib.parse import unquote, urlsplit

secret = sys.stdin.buffer.read()
os.setgroups([])
os.setgid(65534)
os.setuid(65534)


def content(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


seen, files = [], set()
for _ in range(300):
    for process in Path("/proc").iterdir():
        for name in ("cmdline", "environ"):
            data = content(process / name)
            if secret in data:
                seen.append(f"{process / name}")
            files |= {Path(unquote(urlsplit(part.decode()).path)) for part in data.split(bytes(1)) if part.endswith(b"/open.html")}
    if files:
        break
    time.sleep(0.1)
print(json.dumps({"user": os.getuid(), "seen": seen, "files": len(files), "read": sum(secret in content(file) for file in files)}))
"""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can become another user")
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="this system does not show processes in /proc")
def test_another_user_sees_the_address_nowhere(tmp_path: Path) -> None:
    model = write_models(tmp_path / "token", small_origin())
    browser = f"{sys.executable} -c 'import sys; sys.stdin.read()' %s"
    command = [sys.executable, "-m", "viewer", "show", str(model), "--device", "cpu"]
    environment = {**os.environ, "BROWSER": browser, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as program:
        assert program.stderr is not None
        while not (line := program.stderr.readline()).startswith("Open "):
            assert line
        secret = line.partition("token=")[2].split()[0]
        assert len(secret) > 20
        try:
            done = subprocess.run([sys.executable, "-c", SPY], input=secret, capture_output=True, text=True, check=True)
        finally:
            assert program.stdin is not None
            program.stdin.close()  # the browser ends with it
            program.terminate()
            program.stderr.read()
    found = json.loads(done.stdout)
    assert found.pop("files") > 0
    assert found == {"user": 65534, "seen": [], "read": 0}


def test_the_file_leads_to_the_page(show: Show, browser: Browser, tmp_path: Path) -> None:
    shown = show(write_models(tmp_path / "token", small_origin()), "--device", "cpu")
    page = browser.new_page()
    page.goto(write_redirect(shown.url).as_uri())
    ready(page)
    body(page, "state", "running")
    page.close()
