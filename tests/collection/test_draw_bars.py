"""Ten thousand tokens of forty thousand candidates: exact, twice the same, and resumed after kills. Prints time and memory."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

import mint
from mint.collection.folder import read_collection
from mint.collection.rules.rule_counts import count_rules
from mint.collection.rules.rules_file import read_rules
from tests.child_environment import unmeasured_environment

NUM_KILLS = 3
MAX_MEMORY = 1 << 30
RULES = """\
name = "Ten thousand"
size = 10000
seed = "ten thousand"
unique = ["Palette", "Rarest", "Town", "Text"]
[quota."Palette tier"]
legendary = 1000
epic = { min = 5000, max = 6000 }
[quota."Rarest tier"]
legendary = 2000
[quota.Symmetry]
none = 2000
kaleidoscope = { max = 2000 }
[quota.Difficulty]
fierce = 1000
gentle = 3000
[quota.Town]
0 = 500
5 = 1000
[quota.Mix]
1 = 3000
[[forbid]]
Palette = "green phosphor"
"Rarest tier" = "legendary"
[[forbid]]
Town = 0
Text = { max = 2 }
[[forbid]]
Colors = 2
Symmetry = "kaleidoscope"
"""

pytestmark = pytest.mark.slow


def draw(folder: Path, lifetime_s: float | None = None) -> tuple[int, float, int]:
    """Draw, or kill the draw after a time; return its exit code, its seconds, and the most bytes that all its processes held."""
    command = [sys.executable, "-m", "mint", "collection", "draw", str(folder.parent / "rules.toml"), "-o", str(folder)]
    environment = unmeasured_environment(PYTHONPATH=str(Path(mint.__file__).parents[1]))
    start, most = time.monotonic(), 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            time.sleep(0.5)
            most = max(most, _memory(process.pid))
            if lifetime_s is not None and time.monotonic() > start + lifetime_s:
                process.send_signal(signal.SIGKILL)
    return process.returncode, time.monotonic() - start, most


def _memory(pid: int) -> int:
    """Return the resident bytes of a process and of those that it has started."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if pid in (int(folder.name), parent):
                total += int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            pass  # it has ended
    return total


def digest(folder: Path) -> str:
    """Return the SHA-256 of all files and their paths."""
    total = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(folder)}\0".encode() + sha256(path.read_bytes()).digest())
    return total.hexdigest()


def test_ten_thousand_tokens(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    code, seconds, most = draw(tmp_path / "whole")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert code == 0
    print(f"\n10,000 of 40,000 in {seconds:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of CPU time, {most / 1e6:.0f} MB")
    rules = read_rules(tmp_path / "rules.toml")
    tokens = read_collection(tmp_path / "whole").collection.tokens
    counts = count_rules(rules, [token.traits for token in tokens], [token.hash for token in tokens])
    assert [count for count in counts if not count.is_kept] == []
    assert most <= MAX_MEMORY
    chance = random.Random(7)
    for _ in range(NUM_KILLS):
        code, _, _ = draw(tmp_path / "killed", lifetime_s=seconds * chance.uniform(0.1, 0.5))
        assert code in (0, -signal.SIGKILL)
    assert draw(tmp_path / "killed")[0] == 0
    assert digest(tmp_path / "killed") == digest(tmp_path / "whole")
