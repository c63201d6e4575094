"""The public names of ``import mint``: they load lazily, their examples work, and they agree with the command line."""

import doctest
import io
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import mint
import mint.api
import viewer
from mint.cli import main

REPOSITORY = Path(__file__).parents[1]
STEPS = 2


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> mint.Training:
    return mint.train("a token", steps=STEPS, seed=1, threads=1, tokens_dir=tmp_path_factory.mktemp("tokens"))


@pytest.mark.parametrize(
    "module",
    [pytest.param(mint, marks=pytest.mark.integration), mint.api],  # of a hundred steps, and of two
    ids=lambda module: module.__name__,
)
def test_the_examples_work(module: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 3
    assert result.failed == 0


@pytest.mark.integration
def test_the_examples_of_the_documentation_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(REPOSITORY / "docs" / "python.md"), module_relative=False)
    assert result.attempted > 15
    assert result.failed == 0
    assert {"sprites.png", "dreams.png", "mosaic.png", "walk.webp"} <= {path.name for path in tmp_path.iterdir()}


def test_the_public_names_of_both_packages_are_ten_and_documented() -> None:
    names = [*((mint, name) for name in mint.__all__), *((viewer, name) for name in viewer.__all__)]
    assert len(names) == 10
    documentation = (REPOSITORY / "docs" / "python.md").read_text(encoding="utf-8")
    for package, name in names:
        assert getattr(package, name).__doc__
        assert f"`{package.__name__}.{name}" in documentation
        assert name in dir(package)
    unknown = "nothing"
    with pytest.raises(AttributeError, match="module 'mint' has no attribute 'nothing'"):
        getattr(mint, unknown)


def test_a_drawn_token_is_the_one_that_the_command_writes(tmp_path: Path) -> None:
    token = mint.draw("open sesame")
    assert CliRunner().invoke(main, ["new", "open sesame", "--tokens-dir", str(tmp_path)]).exit_code == 0
    folder = tmp_path / token.hash.folder_name
    with Image.open(folder / "preview.png") as preview, Image.open(io.BytesIO(token._repr_png_())) as shown:
        assert np.array_equal(np.asarray(preview.convert("RGBA")), np.asarray(shown))
    assert token.image(scale=1).size == (3 * 40 + 8, 3 * 40 + 8)


def test_a_token_object_a_hash_and_a_folder_train_the_same_token(training: mint.Training) -> None:
    tokens_dir = training.folder.parent
    assert training.step == STEPS
    assert mint.train(mint.draw("a token"), steps=1, tokens_dir=tokens_dir).step == STEPS + 1
    assert mint.train(training.folder, steps=1).step == STEPS + 2


def test_a_training_needs_an_end(tmp_path: Path) -> None:
    for limit in ({"steps": 0}, {"steps": -1}, {"seconds": 0.0}, {"seconds": float("nan")}):
        ((name, value),) = limit.items()
        with pytest.raises(ValueError, match=f"^{name} is {value}; give more than 0$"):
            mint.train("a token", tokens_dir=tmp_path, **limit)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="neither steps nor seconds are given; a training needs one of them to end"):
        mint.train("a token", tokens_dir=tmp_path)
    assert not any(tmp_path.iterdir())


def test_statistics_are_reported(tmp_path: Path) -> None:
    steps: list[int] = []
    mint.train("a token", steps=STEPS * 10, tokens_dir=tmp_path, on_stats=lambda stats: steps.append(stats.step))
    assert steps


def test_an_export_dreams_as_the_training_does(training: mint.Training, tmp_path: Path) -> None:
    fresh = mint.train("a third token", steps=STEPS, seed=1, tokens_dir=tmp_path / "tokens")
    models = fresh.export(tmp_path / "models")
    assert models == tmp_path / "models"
    assert np.mean(viewer.load(models, device="cpu").dream(16, seed=3) != fresh.dream(16, seed=3)) < 0.01
    again = mint.load(fresh.folder).export()
    assert again == fresh.folder / "models"
    assert (again / "generator.onnx").read_bytes() == (models / "generator.onnx").read_bytes()


def test_a_token_without_training_is_not_loaded(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["new", "untrained", "--tokens-dir", str(tmp_path)]).exit_code == 0
    (folder,) = tmp_path.iterdir()
    with pytest.raises(mint.PixelmintError, match="has no training yet; train it with: mint train"):
        mint.load(folder)


def test_a_training_shows_its_dreams(training: mint.Training) -> None:
    with Image.open(io.BytesIO(training._repr_png_())) as shown:
        assert shown.size == (4 * (6 * 34 + 2), 4 * (6 * 34 + 2))
    assert repr(training).startswith("<Training of atoken-")
