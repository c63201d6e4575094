"""``mint train`` and ``mint export`` as a user runs them: real processes, real signals, real files."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.runner import run_mint

MINT = (sys.executable, "-m", "mint")
VIEWER = (sys.executable, "-m", "viewer")
FILES = ["discriminator.onnx", "encoder.onnx", "generator.onnx", "manifest.json"]
# Another thread count is another order of sums: bit for bit needs the same.
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "200"}


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(part) for part in arguments]
    return subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a token trained for a few steps."""
    folder = tmp_path_factory.mktemp("workplace")
    done = run(*MINT, "train", "the first token", "--headless", "--steps", "22", "--seed", "3", "--device", "cpu", cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "stdout").write_text(done.stdout)
    (folder / "stderr").write_text(done.stderr)
    return folder


def token(workplace: Path) -> Path:
    return next((workplace / "tokens").iterdir())


def checkpoint(folder: Path, step: int) -> bytes:
    return (folder / "training" / "checkpoints" / f"step-{step:09d}" / "state.safetensors").read_bytes()


def test_a_new_hash_is_drawn_trained_saved_and_exported(workplace: Path) -> None:
    folder = token(workplace)
    assert (workplace / "stdout").read_text() == f"{folder.relative_to(workplace) / 'models'}\n"
    assert sorted(path.name for path in (folder / "models").iterdir()) == FILES
    manifest = json.loads((folder / "models" / "manifest.json").read_text())
    assert (manifest["step"], manifest["images_seen"], manifest["seed"]) == (22, 22 * 9, 3)
    assert manifest["token"] == {"hash": "the first token", "name": folder.name}
    assert [json.loads(line)["step"] for line in (folder / "training" / "stats.jsonl").read_text().splitlines()] == [20]
    assert json.loads((folder / "training" / "config.json").read_text())["seed"] == 3


def test_progress_has_step_rate_accuracy_losses_and_time(workplace: Path) -> None:
    text = (workplace / "stderr").read_text()
    assert f"{token(workplace).name} on CPU, seed 3" in text
    for part in ("step 22", "steps/s", "% right", "recon", "kl", "g_loss", "d_loss"):
        assert part in text
    assert re.search(r" \d+:\d\d  ", text)


def test_the_export_is_drawn_as_a_mosaic(workplace: Path) -> None:
    done = run(*VIEWER, "snapshot", token(workplace), "-o", "dreams.png", "--tiles", "9", "--seed", "1", cwd=workplace)
    assert (done.returncode, done.stdout) == (0, "dreams.png\n")
    with Image.open(workplace / "dreams.png") as image:
        assert image.mode == "P"
        assert image.info["pixelmint:token"] == "the first token"
        assert len(np.unique(np.asarray(image))) > 1


def test_export_writes_the_same_files_again(workplace: Path) -> None:
    done = run(*MINT, "export", "the first token", "--to", "elsewhere", cwd=workplace)
    assert (done.returncode, done.stdout, done.stderr) == (0, "elsewhere\n", "exported step 22\n")
    for file in FILES:
        assert (workplace / "elsewhere" / file).read_bytes() == (token(workplace) / "models" / file).read_bytes()


@pytest.mark.integration
def test_a_killed_training_resumes_bit_for_bit(workplace: Path, tmp_path: Path) -> None:
    # A process is killed between checkpoints, and the next one repeats what was lost.
    folder = tmp_path / "tokens" / token(workplace).name
    shutil.copytree(token(workplace), folder)
    process = subprocess.Popen(
        [*MINT, "train", "the first token", "--headless"], cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.DEVNULL
    )
    lines = (folder / "training" / "stats.jsonl").read_text().splitlines()
    wait_for(lambda: len((folder / "training" / "stats.jsonl").read_text().splitlines()) > len(lines))
    process.kill()
    process.wait()
    for cwd in (tmp_path, workplace):
        done = run(*MINT, "train", "the first token", "--headless", "--steps", "40", cwd=cwd)
        assert done.returncode == 0, done.stderr
    assert checkpoint(folder, 62) == checkpoint(token(workplace), 62)


@pytest.mark.parametrize("number", [pytest.param(signal.SIGINT, marks=pytest.mark.integration), signal.SIGTERM])
def test_a_signal_saves_and_ends(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [*MINT, "train", "b", "--headless"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: list(tmp_path.glob("tokens/*/training/history/000000008.npz")))
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 0, stderr
    assert stdout.endswith("models\n") or "there was no time to export it; run: mint export b" in stderr
    assert re.search(r"^saved (and exported )?step \d+$", stderr, re.MULTILINE)
    assert "Traceback" not in stderr
    assert list(tmp_path.glob("tokens/*/training/checkpoints/step-*/state.safetensors"))


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["train", "x", "--steps", "-1"], 2, "-1 is not in the range x>=1"),
        (["train", "x", "--seconds", "0"], 2, "0.0 is not in the range x>0"),
        (["train", "x", "--seconds", "nan"], 2, "nan is not a number"),
        (["train", "x", "--holdout", "nan"], 2, "nan is not a number"),
        (["train", "x", "--threads", "100000"], 2, "100000 is not in the range 1<=x<=1024"),
        (["timelapse", "x", "-o", "x.gif", "--seconds", "nan"], 2, "nan is not a number"),
        (["import", "x.png", "--scale", "nan"], 2, "nan is not a number"),
        (["train", "x", "--seed", "-4"], 2, "-4 is not in the range"),
        (["train", "x", "--device", "tpu"], 2, "'tpu' is not one of"),
        (["train", "x", "--headless", "--paused"], 2, "--headless has no page"),
        (["train", "x", "--headless", "--port", "0"], 2, "--headless has no page"),
        (["train", "../x"], 1, "neither a token folder nor a hash"),
        (["train", "0x12"], 1, "has 2 hexadecimal digits"),
        (["train", "."], 1, "is not a token folder: it has no token.json"),
        (["export", "never drawn"], 1, "draw it with: mint new 'never drawn'"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(work: Path, arguments: list[str], code: int, sentence: str) -> None:
    result = run_mint(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr
    assert not any(work.iterdir())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--headless", "--set", "nope=3"], "the recipe vaegan has no setting 'nope'"),
        (["--no-browser", "--set", "nope=3"], "the recipe vaegan has no setting 'nope'"),
        (["--headless", "--pictures", "nowhere", "--recipe", "cyclegan"], "nowhere does not exist"),
    ],
)
def test_a_training_that_is_refused_leaves_no_token_behind(work: Path, options: list[str], sentence: str) -> None:
    result = run_mint("train", "new one", "--steps", "1", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert not any(work.iterdir())


def test_a_training_that_is_refused_keeps_an_earlier_token(work: Path) -> None:
    folder = work / run_mint("new", "old one").stdout.strip()
    assert run_mint("train", "old one", "--headless", "--set", "nope=3").exit_code == 1
    assert (folder / "token.json").exists()


def test_too_many_threads_in_the_environment_are_one_sentence_and_write_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENVIRONMENT, "OMP_NUM_THREADS", "100000")
    done = run(*MINT, "train", "x", "--headless", "--steps", "1", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: OMP_NUM_THREADS is 100000, more than 1024; set it to fewer threads, or give --threads\n"
    assert not any(tmp_path.iterdir())


def test_a_token_without_training_is_not_exported(work: Path) -> None:
    run_mint("new", "untrained")
    result = run_mint("export", "untrained")
    assert result.exit_code == 1
    assert "has no training yet; train it with: mint train tokens/untrained" in result.stderr
    assert not list(work.glob("tokens/*/models"))


def test_damaged_checkpoints_are_an_error(workplace: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tokens" / token(workplace).name
    shutil.copytree(token(workplace), folder)
    for state in folder.glob("training/checkpoints/*/state.safetensors"):
        state.write_bytes(state.read_bytes()[:100])
    done = run(*MINT, "train", "the first token", "--headless", "--steps", "1", cwd=tmp_path)
    assert done.returncode == 1
    assert "no checkpoint in" in done.stderr
    assert "Traceback" not in done.stderr


def wait_for(condition: Callable[[], object], limit_s: float = 120) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        time.sleep(0.1)


@pytest.mark.integration
def test_a_second_training_of_a_token_is_refused_and_export_goes_on(workplace: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tokens" / token(workplace).name
    shutil.copytree(token(workplace), folder)
    process = subprocess.Popen(
        [*MINT, "train", "the first token", "--headless"], cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.DEVNULL
    )
    wait_for(
        lambda: (folder / "training" / "lock").exists() and (folder / "training" / "lock").read_text().startswith(f"{process.pid} ")
    )
    second = run(*MINT, "train", "the first token", "--headless", "--steps", "1", cwd=tmp_path)
    assert (second.returncode, second.stdout) == (1, "")
    assert f"Error: process {process.pid} trains {folder.name} since " in second.stderr
    assert run(*MINT, "export", "the first token", "--to", "beside", cwd=tmp_path).returncode == 0
    process.kill()
    process.wait()
    done = run(*MINT, "train", "the first token", "--headless", "--steps", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
