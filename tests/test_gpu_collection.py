"""``pytest -m gpu`` needs no more than torch, ONNX and pytest besides the program, and says why it skips."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
# What the other tests need.
ABSENT = ("playwright", "jsonschema", "hypothesis", "scipy", "av", "mmh3", "pytiled_parser", "grimp", "ray")


@pytest.mark.skipif(sys.platform == "win32", reason="PYTHONPATH is written for POSIX")
def test_the_tests_of_the_gpu_need_little(tmp_path: Path) -> None:
    blocker = "import sys\n" + "".join(f"sys.modules[{name!r}] = None\n" for name in ABSENT)
    (tmp_path / "without_extras.py").write_text(blocker)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-m",
        "gpu",
        "-p",
        "without_extras",
        "-p",
        "no:xdist",
        "-p",
        "no:hypothesispytest",
        "-q",
    ]
    path = f"{tmp_path}:{REPOSITORY}"
    done = subprocess.run(
        [*command, "--collect-only"],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={"PYTHONPATH": path, "PATH": ""},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    files = {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}
    assert files == {"tests/training/test_cuda.py", "tests/recipes/test_exports.py", "tests/viewer/exported/test_model.py"}
