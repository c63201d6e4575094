"""What version 0.1.0 wrote is still read, shown, replayed and resumed.

``pixelmint-0.1.0.zip`` holds small trainings that version 0.1.0 made, one for each recipe. ``tokens/RECIPE`` is a token after six
steps, with its export and history. ``expected`` is what that version showed of them: mosaics, films, pixelated photographs, and the
mean and standard deviation of every tensor after four more steps. The checkpoint of ``cvae`` is left out, as it is large.
"""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image, ImageSequence
from safetensors.numpy import load_file

from mint.cli import main as mint
from mint.export.publisher import Publisher
from viewer.cli import main as viewer

ARCHIVE = Path(__file__).parent / "pixelmint-0.1.0.zip"
RECIPES = ("vaegan", "dcgan", "cyclegan", "autoencoder", "vae", "cvae", "gumbel")
RESUMABLE = tuple(
    pytest.param(name, marks=() if name == "vaegan" else pytest.mark.integration) for name in RECIPES if name != "cvae"
)
# Biases of ``vaegan`` before a norm, which here has one channel a group and takes them away again. Their gradient is nothing but
# rounding errors, whose signs Adam follows.
WITHOUT_EFFECT = ("encoder.conv2.bias", "encoder.conv3.bias", "generator.up1.bias", "generator.up2.bias")
DREAMING = tuple(name for name in RECIPES if name != "cyclegan")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("version-0.1.0")
    with zipfile.ZipFile(ARCHIVE) as file:
        file.extractall(folder)
    return folder


def run(group: object, *arguments: object) -> str:
    result = CliRunner().invoke(group, [str(argument) for argument in arguments])  # type: ignore[arg-type]
    assert result.exit_code == 0, result.output
    return result.stdout


def frames(path: Path) -> list[np.ndarray]:
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]


def assert_same_pictures(path: Path, expected: Path) -> None:
    ours, theirs = frames(path), frames(expected)
    assert len(ours) == len(theirs) > 0
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("recipe", RECIPES)
def test_tokens_are_shown(archive: Path, recipe: str) -> None:
    assert "Colors" in run(mint, "show", archive / "tokens" / recipe)


@pytest.mark.parametrize("recipe", DREAMING)
def test_exports_give_the_same_dreams(archive: Path, recipe: str, tmp_path: Path) -> None:
    run(viewer, "snapshot", archive / "tokens" / recipe, "-o", tmp_path / "dreams.png", "--tiles", 16, "--seed", 3, "--scale", 1)
    assert_same_pictures(tmp_path / "dreams.png", archive / "expected" / f"{recipe}-snapshot.png")


def test_a_pixelation_model_gives_the_same_pictures(archive: Path, tmp_path: Path) -> None:
    run(mint, "pixelate", archive / "photos", "-o", tmp_path, "--model", archive / "tokens" / "cyclegan")
    for number in range(2):
        assert_same_pictures(tmp_path / f"{number}.png", archive / "expected" / "pixelated" / f"{number}.png")


@pytest.mark.parametrize("recipe", RECIPES)
def test_histories_give_the_same_films(archive: Path, recipe: str, tmp_path: Path) -> None:
    run(mint, "timelapse", archive / "tokens" / recipe, "-o", tmp_path / "film.gif")
    assert_same_pictures(tmp_path / "film.gif", archive / "expected" / f"{recipe}-timelapse.gif")


@pytest.mark.parametrize("recipe", RESUMABLE)
def test_trainings_go_on_as_they_would_have(archive: Path, recipe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("prepare_in_background", "publish"):  # an export takes longer than the steps, and has tests of its own
        monkeypatch.setattr(Publisher, name, lambda *_: None)
    folder = archive / "tokens" / recipe
    run(mint, "train", folder, "--headless", "--steps", 4, "--threads", 1, "--device", "cpu")
    state = load_file(folder / "training" / "checkpoints" / "step-000000010" / "state.safetensors")
    expected = json.loads((archive / "expected" / "resumed.json").read_text(encoding="utf-8"))[recipe]
    assert set(state) == set(expected)
    found = {name: [tensor.astype(np.float64).mean(), tensor.astype(np.float64).std()] for name, tensor in state.items()}
    # Other processors round differently.
    for name, figures in expected.items():
        if not name.endswith(WITHOUT_EFFECT):
            assert found[name] == pytest.approx(figures, rel=1e-3, abs=1e-5), name
