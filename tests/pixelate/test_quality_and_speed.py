"""The required quality, speed and memory of ``mint pixelate`` and its training, measured on real photographs.

Run with ``pytest -m slow -s tests/pixelate/test_quality_and_speed.py``. It writes a sheet of ten pictures to tests/pixelate/report.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from tests.pixelate.photographs import PhotographsNotFetchedError, fetch_photographs

pytestmark = pytest.mark.slow

REPORT = Path(__file__).parent / "report"
TRAINING_S = 1200
PRINT_PEAK_MEMORY = "import resource, sys; from mint.cli import main; code = 0\ntry: main()\nfinally: print('peak', " + (
    "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
)


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return fetch_photographs(tmp_path_factory.mktemp("package"))
    except PhotographsNotFetchedError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def token(photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a token that was trained on the photographs for twenty minutes."""
    token = mint_token(parse_hash("moonrise"), tmp_path_factory.mktemp("tokens"))
    arguments = ["train", str(token), "--headless", "--recipe", "cyclegan", "--pictures", str(photographs)]
    subprocess.run([sys.executable, "-m", "mint", *arguments, "--seconds", str(TRAINING_S)], check=True)
    return token


def run_pixelate(arguments: list[str]) -> int:
    """Run ``mint pixelate`` in a process of its own and return its peak memory in KiB."""
    command = [sys.executable, "-c", PRINT_PEAK_MEMORY, "pixelate", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(result.stderr.split("peak ")[-1])


def test_the_cycle_loss_falls_by_half(token: Path) -> None:
    lines = [json.loads(line) for line in (token / "training" / "stats.jsonl").read_text().splitlines()]
    for name in ("cycle", "recon"):
        first, last = lines[0]["losses"][name], np.mean([line["losses"][name] for line in lines[-3:]])
        print(f"{name}: {first:.3f} after {lines[0]['step']} steps, {last:.3f} after {lines[-1]['step']}")
        assert last < first / 2


def test_ten_photographs_become_palette_colours_on_the_grid(token: Path, photographs: Path, tmp_path: Path) -> None:
    REPORT.mkdir(exist_ok=True)
    run_pixelate(
        [str(photographs), "-o", str(tmp_path), "--model", str(token), "--scale", "4", "--sheet", str(REPORT / "sheet.png")]
    )
    palette = {tuple(color) for color in read_token(token).rgba[:, :3].tolist()}
    results = sorted(tmp_path.glob("*.png"))
    assert len(results) == 10
    for path in results:
        with Image.open(path) as image:
            rgb = np.asarray(image.convert("RGB"))
        assert max(rgb.shape[:2]) == 4 * 64
        assert np.array_equal(rgb[::4, ::4].repeat(4, 0).repeat(4, 1), rgb)
        assert {tuple(color) for color in rgb.reshape(-1, 3).tolist()} <= palette


@pytest.mark.parametrize("renderer", ["rules", "model"])
def test_speed_and_memory(token: Path, photographs: Path, tmp_path: Path, renderer: str) -> None:
    """At least 20 pictures of 512x512 a second, including startup; 1000 pictures need no more memory than 100."""
    arguments = ["--plain"] if renderer == "rules" else ["--model", str(token)]
    peaks = []
    for count in (100, 1000):
        folder = tmp_path / str(count)
        folder.mkdir()
        pictures = [Image.open(path).convert("RGB").resize((512, 512)) for path in sorted(photographs.iterdir())]
        for number in range(count):
            pictures[number % len(pictures)].save(folder / f"{number}.png", compress_level=1)
        started = time.perf_counter()
        peaks.append(run_pixelate([str(folder), "-o", str(tmp_path / f"out-{count}"), *arguments]))
        rate = count / (time.perf_counter() - started)
        print(f"{renderer}: {count} pictures, {rate:.1f} a second, {peaks[-1] >> 10} MiB")
    assert peaks[1] < peaks[0] + (32 << 10)
    assert rate >= 20
