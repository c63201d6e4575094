"""Opening the page in a browser without showing its one-time address to other users of the machine.

A browser's arguments can be read by everyone, and whoever opens the address first gets in. So the browser is given a file that only
this user can read and that leads to the address, as Jupyter does.
"""

import html
import os
import shutil
import tempfile
import threading
import webbrowser
from pathlib import Path
from typing import Final

# By then a browser has read the file, or the user has opened the address by hand.
_KEEP_S: Final = 60.0
_PAGE: Final = """<!doctype html>
<meta charset="utf-8">
<title>Pixelmint</title>
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}">
<p><a href="{address}">Open the page</a>
"""


def open_page(address: str) -> threading.Thread:
    """Open an address in the browser, in a thread, which is returned, because a text browser would not return."""
    thread = threading.Thread(target=_open, args=(address,), daemon=True)
    thread.start()
    return thread


def write_redirect(address: str) -> Path:
    """Write a page that leads to an address into a new folder, which only this user can read. Raises OSError."""
    path = Path(tempfile.mkdtemp(prefix="pixelmint-")) / "open.html"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(_PAGE.format(address=html.escape(address)))
    return path


def _open(address: str) -> None:
    path = write_redirect(address)
    timer = threading.Timer(_KEEP_S, shutil.rmtree, args=(path.parent,), kwargs={"ignore_errors": True})
    timer.daemon = True
    timer.start()
    webbrowser.open(path.as_uri())
