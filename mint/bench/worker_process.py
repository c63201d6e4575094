"""Worker processes of the benchmark: how they are started, and the JSON lines with which they are commanded.

A worker prints ``{}`` when it is ready. Then each line it reads is ``[command, arguments]``, and each line it prints the result.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from mint.errors import TrainingError

Result = dict[str, Any]


class WorkerProcess:
    """The benchmark's side of a running worker."""

    def __init__(self, module: str, process: subprocess.Popen[str]) -> None:
        """Wait until the worker is ready."""
        self._module = module
        self._process = process
        self._read_result()

    def call(self, command: str, **arguments: object) -> Result:
        """Run a command in the worker and return its result. Raises TrainingError where the worker has ended."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([command, arguments]) + "\n")
        self._process.stdin.flush()
        return self._read_result()

    def _read_result(self) -> Result:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise TrainingError(
                f"the benchmark's process {self._module} ended with exit code {self._process.wait()}; see its messages above"
            )
        result: Result = json.loads(line)
        return result


@contextmanager
def worker_process(module: str, *arguments: object) -> Iterator[WorkerProcess]:
    """Run a module of this package as a worker."""
    pipe = subprocess.PIPE
    with python_process("-m", f"mint.bench.{module}", *arguments, stdin=pipe, stdout=pipe) as process:
        yield WorkerProcess(module, process)


def serve(make_worker: Callable[[], object]) -> None:
    """Run commands from standard input as methods of a worker, in the worker's process; other prints go to standard error."""
    results = sys.stdout
    sys.stdout = sys.stderr
    worker = make_worker()
    _write_result(results, {})
    for line in sys.stdin:
        command, arguments = json.loads(line)
        _write_result(results, getattr(worker, command)(**arguments))


def _write_result(results: TextIO, result: Result) -> None:
    print(json.dumps(result), file=results, flush=True)


@contextmanager
def python_process(*arguments: object, stdin: int | None = None, stdout: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run Python as a subprocess, which is killed where the body raises.

    A terminal sends Ctrl-C to all its processes; the subprocess blocks it, so that only the benchmark reports it.
    """
    # A child inherits the blocked signals. A blocked signal is delivered here afterwards; an ignored one would be lost.
    _block_interrupts(True)
    try:
        process = subprocess.Popen([sys.executable, *map(str, arguments)], stdin=stdin, stdout=stdout, text=True)
    except BaseException:
        _block_interrupts(False)
        raise
    with process:
        try:
            _block_interrupts(False)
            yield process
        except BaseException:
            process.kill()
            raise


def _block_interrupts(block: bool) -> None:
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK if block else signal.SIG_UNBLOCK, {signal.SIGINT})


# Counts, and ends when the benchmark has ended.
_COUNT = """
import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(10**7):
        pass
"""


@contextmanager
def busy_core() -> Iterator[None]:
    """Keep one core busy with a subprocess."""
    with python_process("-c", _COUNT) as process:
        try:
            yield
        finally:
            process.kill()
