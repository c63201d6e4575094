"""Functions of JavaScript modules, called in one process of Node.js."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]


@contextmanager
def node_functions(program: Path) -> Iterator[Call]:
    """Yield a function that calls a function of a program by name and returns its answer; paths are passed as texts."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js found: apt-get install nodejs")
    with subprocess.Popen([node, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def call(function: str, **arguments: object) -> Any:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{json.dumps({'function': function, **arguments}, default=str)}\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            assert answer, f"{function} failed"
            return json.loads(answer)

        yield call
