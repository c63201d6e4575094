"""Altered snapshot files: each is refused for what it is, in little memory, before onnxruntime, and nothing is written anywhere.

``pytest -s -m slow tests/viewer/snapshot_file`` alters 2,000, and prints how long the slowest took and the memory of the reader.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.child_environment import unmeasured_environment
from tests.small_snapshot import snapshot_parts, write_small_snapshot
from tests.viewer.snapshot_file.alterations import ALTERATIONS, remanifested
from viewer.snapshot_file.members import MAX_SNAPSHOT_BYTES

MAX_MIB = 128
ROOT = Path(__file__).parents[3]

# A process that only reads: an audit hook notes each file that is opened for writing, and what is loaded is told at the end.
READER = """
import json, os, sys, time
written = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        written.append(str(arguments[0]))
    if event in ("os.mkdir", "os.rename", "os.remove", "os.symlink", "os.link", "subprocess.Popen", "os.exec", "socket.connect"):
        written.append(event)
sys.addaudithook(watch)
from pathlib import Path
from viewer.errors import SnapshotError
from viewer.snapshot_file.snapshot import read_snapshot
told, slowest = [], 0.0
for number in range(int(sys.argv[1])):
    since = time.perf_counter()
    try:
        read_snapshot(Path(sys.argv[2], f"{number}.pixelmint"))
        told.append("")
    except SnapshotError as error:
        told.append(str(error))
    slowest = max(slowest, time.perf_counter() - since)
heavy = sorted({"numpy", "PIL", "onnx", "onnxruntime"} & set(sys.modules))
# Linux counts the memory of the parent in ru_maxrss.
status = Path("/proc/self/status")
peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) if status.exists() else 0
print(json.dumps({"told": told, "written": written, "heavy": heavy, "peak_kib": peak, "slowest_s": slowest}))
"""


def altered(count: int) -> Iterator[tuple[str, bytes, str]]:
    """Yield kinds in turn, each with the altered file and what has to be said of it."""
    names = list(ALTERATIONS)
    for number in range(count):
        name = names[number % len(names)]
        yield name, *ALTERATIONS[name](Random(number))


def attack(count: int, folder: Path) -> None:
    expected: list[tuple[str, str]] = []
    for number, (name, data, sentence) in enumerate(altered(count)):
        (folder / f"{number}.pixelmint").write_bytes(data)
        expected.append((name, sentence))
    write_small_snapshot(folder / f"{count}.pixelmint")
    largest = {**snapshot_parts()[1], "models/encoder.onnx": bytes(MAX_SNAPSHOT_BYTES - (1 << 17))}
    (folder / f"{count + 1}.pixelmint").write_bytes(remanifested(largest, key=1))
    command = [sys.executable, "-P", "-B", "-c", READER, str(count + 2), str(folder)]
    environment = unmeasured_environment(PYTHONPATH=str(ROOT), HOME=str(folder), XDG_CONFIG_HOME=str(folder))
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout)
    *told, of_the_whole, of_the_largest = result["told"]
    assert (of_the_whole, of_the_largest) == ("", "")
    pairs = list(zip(expected, told, strict=True))
    assert [(name, sentence, text) for (name, sentence), text in pairs if not re.search(sentence, text)] == []
    assert all(text.isprintable() and len(text) < 400 for text in told)
    assert result["written"] == []
    assert result["heavy"] == []
    print(f"{count} altered snapshots: the slowest {result['slowest_s']:.3f} s, at most {result['peak_kib'] / 1024:.0f} MiB")
    assert result["peak_kib"] < MAX_MIB << 10
    assert len({path.name for path in folder.iterdir()}) == count + 2


def test_altered_snapshots_are_told_for_what_they_are(tmp_path: Path) -> None:
    attack(6 * len(ALTERATIONS), tmp_path)


@pytest.mark.slow
def test_two_thousand_altered_snapshots_are_told_for_what_they_are(tmp_path: Path) -> None:
    attack(2000, tmp_path)
