"""Where the program keeps what belongs to its user: the key that signs snapshots, and the keys of others."""

import os
import sys
from pathlib import Path


def config_folder() -> Path:
    """Return the folder, which may not exist: below XDG_CONFIG_HOME, or below the system's folder of configurations."""
    if named := os.environ.get("XDG_CONFIG_HOME"):
        base = Path(named)
    elif sys.platform == "win32":
        base = Path(os.environ.get("APPDATA", Path.home()))
    else:
        base = Path.home() / ("Library/Application Support" if sys.platform == "darwin" else ".config")
    return base / "pixelmint"
