"""A ``mint train`` with its page in its own process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.browser.viewer_process import WAIT_S, ServerProcess, eventually

Train = Callable[..., "TrainingProcess"]


class TrainingProcess(ServerProcess):
    """A running ``mint train`` and its output."""

    def __init__(self, workplace: Path, *arguments: str, threads: str = "1") -> None:
        command = [sys.executable, "-m", "mint", "train", *arguments, "--no-browser"]
        environment = {**os.environ, "COLUMNS": "200"} | ({"OMP_NUM_THREADS": threads} if threads else {})
        process = subprocess.Popen(
            command, cwd=workplace, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        super().__init__("mint train", process)

    @property
    def trainer(self) -> int | None:
        """The id of the training process."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
        return next((child for child, line in lines.items() if b"spawn_main" in line), None)

    def wait(self) -> tuple[int, str]:
        """Wait for the end, and return the exit code and standard output."""
        code = self.process.wait(WAIT_S)
        self._reader.join()
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            return code, stdout.read()

    def end(self) -> None:
        """Kill it; its trainer then saves and ends by itself."""
        trainer = self.trainer if self.process.poll() is None else None
        super().end()
        assert self.process.stdout is not None
        self.process.stdout.close()
        eventually(lambda: trainer is None or not is_running(trainer))


def is_running(process: int) -> bool:
    """Whether a process is running; a zombie is not."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def manifest(token: Path) -> dict[str, object]:
    """Return the manifest of a token's exported models."""
    document: dict[str, object] = json.loads((token / "models" / "manifest.json").read_text())
    return document


def resident_memory(process: int) -> int:
    """Return the resident memory of a process, in bytes."""
    pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
