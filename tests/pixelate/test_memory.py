"""The memory that very large pictures take, of which a small file can hold many."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

NUM_PICTURES = 4
SIDE = 13_000
MAX_BYTES = 1_600_000_000  # docs/art.md says 1.5 GB

PIXELATE = """
import resource, sys
from mint.cli import main
main(["pixelate", sys.argv[1], "-o", sys.argv[2], "--plain"], standalone_mode=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak is counted otherwise")
def test_very_large_pictures_are_decoded_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    Image.new("RGB", (SIDE, SIDE), "red").save(tmp_path / "pictures" / "0.png", compress_level=1)
    for number in range(1, NUM_PICTURES):
        shutil.copy(tmp_path / "pictures" / "0.png", tmp_path / "pictures" / f"{number}.png")
    command = [sys.executable, "-c", PIXELATE, str(tmp_path / "pictures"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak = 1024 * int(done.stdout.splitlines()[-1])
    print(f"{NUM_PICTURES} pictures of {SIDE} x {SIDE}: {peak / 1e9:.2f} GB")
    assert len(list((tmp_path / "out").iterdir())) == NUM_PICTURES
    assert peak < MAX_BYTES
