"""Readers of strangers' files, with bytes that nobody wrote by hand: only foreseen errors.

``pytest -s -m slow tests/fuzzing/test_targets.py`` fuzzes each target with atheris, for two minutes unless PIXELMINT_FUZZING_S says
otherwise.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.fuzzing.targets import TARGETS, run, seeds

ROUNDS = 150
SECONDS = int(os.environ.get("PIXELMINT_FUZZING_S", "120"))
TOKENS = (
    *(b"0", b"-1", b"1e999", b"9" * 400, b"[", b"]", b"{", b"}", b"null", b"true", b'"'),
    *(b"\\ud800", b"\xff", b"\0", b"\n", b",", b"\t"),
)

# What fuzzing has found.
FOUND: dict[str, list[bytes]] = {}


def changed(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 6)):
        place, end = random.randint(0, len(changed)), random.randint(0, len(changed))
        match random.randrange(5):
            case 0:
                changed[place:place] = random.choice(TOKENS)
            case 1:
                del changed[place : place + random.randint(1, 9)]
            case 2:
                changed[place : place + 1] = bytes([random.randrange(256)])
            case 3:
                changed[place:place] = changed[min(place, end) : max(place, end)][:400]
            case 4:
                changed[place : place + random.randint(1, 9)] = random.choice(TOKENS)
    return bytes(changed)


@pytest.mark.parametrize("target", TARGETS)
def test_changed_bytes_are_read_or_refused(target: str) -> None:
    random = Random(1)
    for data in seeds(target):
        run(target, data)
        for _ in range(ROUNDS):
            run(target, changed(data, random))
    for data in FOUND.get(target, []):
        run(target, data)


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed: pip install -e '.[fuzzing]'")
@pytest.mark.parametrize("target", TARGETS)
def test_fuzzing_finds_nothing(target: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzzing.fuzz", target, str(SECONDS), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stderr.splitlines()[-1])
    assert done.returncode == 0, (done.stderr[-2000:], [path.read_bytes() for path in tmp_path.glob("found-*")])
