"""The public names of ``import viewer``: they load lazily, their examples work, and they agree with the command line."""

import doctest
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import viewer
import viewer.model
from tests.small_model import small_origin, write_models
from viewer.cli import main

REPOSITORY = Path(__file__).parents[2]
TOKEN = REPOSITORY / "tokens" / "moonrise-533a084b8750"


@pytest.mark.parametrize("module", [viewer, viewer.model], ids=lambda module: module.__name__)
def test_the_examples_work(module: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tokens").symlink_to(REPOSITORY / "tokens")
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 3
    assert result.failed == 0
    assert (tmp_path / "dreams.png").exists()


def test_there_are_at_most_five_public_names_all_documented() -> None:
    assert sorted(viewer.__all__) == ["Model", "Mosaic", "ViewerError", "load"]
    assert set(viewer.__all__) <= set(dir(viewer))
    for name in viewer.__all__:
        assert getattr(viewer, name).__doc__
    unknown = "train"
    with pytest.raises(AttributeError, match="module 'viewer' has no attribute 'train'"):
        getattr(viewer, unknown)


def test_importing_it_imports_no_library() -> None:
    code = "import sys, viewer; assert not {'numpy', 'onnxruntime', 'PIL', 'click'} & set(sys.modules); viewer.load"
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True)


def test_dreams_are_those_of_a_snapshot(tmp_path: Path) -> None:
    model = viewer.load(TOKEN, device="cpu")
    dreams = model.dream(64, seed=3)
    assert dreams.shape == (64, 32, 32)
    assert dreams.dtype == np.uint8
    assert model.dream(0).shape == (0, 32, 32)
    with pytest.raises(ValueError, match="n is -1; give 0 or more"):
        model.dream(-1)
    output = tmp_path / "dreams.png"
    arguments = ["snapshot", str(TOKEN), "-o", str(output), "--seed", "3", "--device", "cpu"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    mosaic = model.image(dreams)
    with Image.open(output) as snapshot, Image.open(io.BytesIO(mosaic._repr_png_())) as displayed:
        assert np.array_equal(np.asarray(snapshot), np.asarray(displayed))
        assert snapshot.getpalette() == displayed.getpalette()
    assert model.palette[dreams].shape == (64, 32, 32, 4)


def test_a_film_is_that_of_record(tmp_path: Path) -> None:
    token = write_models(tmp_path / "token", small_origin())
    viewer.load(token, device="cpu").film(tmp_path / "film.gif", seconds=1, fps=5, tiles=4, seed=2)
    options = ["--seconds", "1", "--fps", "5", "--tiles", "4", "--seed", "2", "--device", "cpu"]
    assert CliRunner().invoke(main, ["record", str(token), "-o", str(tmp_path / "record.gif"), *options]).exit_code == 0
    assert (tmp_path / "film.gif").read_bytes() == (tmp_path / "record.gif").read_bytes()
    with pytest.raises(viewer.ViewerError, match=r"film\.avi does not end in \.gif, \.webp, \.mp4; name a film that does"):
        viewer.load(token, device="cpu").film(tmp_path / "film.avi")


def test_labels_are_requested_by_name(tmp_path: Path) -> None:
    token = write_models(tmp_path / "token", small_origin(labels=("tall hat", "beard")))
    model = viewer.load(token, device="cpu")
    assert model.labels == ("tall hat", "beard")
    assert (model.dream(9, labels={"beard": 1}) != model.dream(9)).any()
    with pytest.raises(viewer.ViewerError, match="does not know the label 'hat'; it knows 'tall hat', 'beard'"):
        model.dream(9, labels={"hat": 1})
