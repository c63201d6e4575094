"""Programs in JavaScript, run by Node.js."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mint.browser.drawing import drawing_module

RunNode = Callable[..., Any]


@pytest.fixture(scope="session")
def run_node(tmp_path_factory: pytest.TempPathFactory) -> RunNode:
    """Return a function that runs a script with the path of a module and a JSON value, and returns the JSON value it answers."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js found: apt-get install nodejs")

    def run(module: str, script: Path, value: object = None) -> Any:
        path = tmp_path_factory.mktemp("module") / "module.mjs"
        path.write_text(module, encoding="utf-8")
        # Characters outside ASCII are escaped, so that half a surrogate pair passes, too.
        done = subprocess.run([node, str(script), str(path)], input=json.dumps(value), capture_output=True, text=True, check=False)
        assert not done.returncode, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def drawing() -> str:
    """The module that draws tokens."""
    return drawing_module()
