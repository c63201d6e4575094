"""Where the program keeps what it can make again."""

import os
import sys
from pathlib import Path


def cache_folder(name: str) -> Path:
    """Return the folder of a cache, which may not exist: below XDG_CACHE_HOME, or below the system's cache folder."""
    if named := os.environ.get("XDG_CACHE_HOME"):
        base = Path(named)
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home()))
    else:
        base = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return base / "pixelmint" / name
