"""A ``mint train`` with its page in a process of its own."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from shown import START_WITHIN_S, WAIT_S

_ADDRESS = re.compile(r"Open (http://\S+)")
_ANOTHER = re.compile(r"For another browser: (http://\S+)")

Train = Callable[..., "Trained"]


class Trained:
    """A running ``mint train``; ``url`` is the address it printed, with the token that only works once."""

    def __init__(self, workplace: Path, *arguments: str, threads: str = "1") -> None:
        command = [sys.executable, "-m", "mint", "train", *arguments, "--no-browser"]
        environment = {**os.environ, "OMP_NUM_THREADS": threads, "COLUMNS": "200"}
        self.process = subprocess.Popen(
            command, cwd=workplace, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []
        self.url = ""
        self.another_url = ""
        self._address_known = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        if not self._address_known.wait(START_WITHIN_S) or not self.url:
            self.end()
            raise AssertionError("mint train printed no address: " + "".join(self.lines))

    @property
    def base(self) -> str:
        """The address without the token, for a browser that has the cookie."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/"

    @property
    def trainer(self) -> int:
        """The id of the process that trains."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
        return next(child for child, line in lines.items() if b"spawn_main" in line)

    def wait(self) -> tuple[int, str]:
        """Wait for the end, and return the exit code and standard output."""
        code = self.process.wait(WAIT_S)
        self._reader.join()
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            return code, stdout.read()

    def end(self) -> None:
        """End it as a person would; harder if that does not help."""
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.lines.append(line)
                if address := _ANOTHER.search(line):
                    self.another_url = address[1]
                if not self.url and (address := _ADDRESS.search(line)):
                    self.url = address[1]
                    self._address_known.set()
        self._address_known.set()


def manifest(token: Path) -> dict[str, object]:
    """Return what the exported models of a token say of themselves."""
    document: dict[str, object] = json.loads((token / "models" / "manifest.json").read_text())
    return document
