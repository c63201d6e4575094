"""``mint evaluate``: a report on a training, as a table and as JSON."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from mint.cli import main
from mint.evaluation.checkerboard import checkerboard_share
from mint.evaluation.classifier import train_classifier
from mint.evaluation.grid import grid_share
from mint.evaluation.report import EvaluationReport, evaluate
from mint.recipes import registry
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.session import Session
from mint.training.sprites import TrainingSprites, sprites_of
from tests.portraits import LABELS, portraits

CPU = torch.device("cpu")
SMALL = {"width": "8", "embedding_dim": "4", "batch_size": "8"}
HOLDOUT = 0.2


def trained(folder: Path, sprites: TrainingSprites, recipe: str, steps: int, **settings: str) -> Session:
    session = Session(folder, sprites, registry.recipe_from_text(recipe, SMALL | settings), CPU, 1, HOLDOUT)
    session.run(Limits(steps=steps), Control(), TrainingCallbacks(on_warning=pytest.fail))
    return session


def report_on(folder: Path, recipe: str, **settings: str) -> EvaluationReport:
    sprites = portraits(50)
    return evaluate(trained(folder, sprites, recipe, 12, **settings), sprites, lambda _: None)


def test_a_labelled_training_is_measured_on_its_held_out_sprites(tmp_path: Path) -> None:
    phases: list[str] = []
    sprites = portraits(50)
    session = trained(tmp_path, sprites, "cvae", 12, latent_dim="6")
    report = evaluate(session, sprites, phases.append)
    assert (report.recipe, report.step, report.images, report.held_out, report.count) == ("cvae", 12, 96, True, 10)
    assert 0 < report.reconstruction.floor < 1
    assert report.likelihood is not None
    assert report.likelihood.elbo_softmax is not None
    assert report.likelihood.elbo_bernoulli is not None
    assert report.likelihood.elbo_bernoulli < report.likelihood.elbo_softmax < -256 * report.likelihood.cross_entropy
    assert report.samples.off_palette == 0
    assert report.samples.distance_of_sprites is not None
    assert report.samples.checkerboard is not None
    assert report.samples.checkerboard_of_sprites == pytest.approx(checkerboard_share(sprites.pixels, np.array(sprites.palette)))
    assert report.samples.grids is report.samples.grids_of_sprites is None  # of pictures of 16 x 16 pixels
    assert [row.label for row in report.labels] == list(LABELS)
    assert all(row.real_with is not None and 0 <= row.asked <= 1 for row in report.labels)
    assert len(phases) == 4


def test_colors_are_measured_before_the_palette_replaces_them(tmp_path: Path) -> None:
    report = report_on(tmp_path, "autoencoder", color="rgba", latent_dim="6")
    assert report.likelihood is None
    assert report.samples.off_palette > 0.9
    assert report.samples.colors > report.samples.colors_of_sprites
    assert report.labels == ()


def test_without_a_posterior_there_is_no_bound(tmp_path: Path) -> None:
    report = report_on(tmp_path, "autoencoder", latent_dim="6")
    assert report.likelihood is not None
    assert report.likelihood.cross_entropy > 0
    assert report.likelihood.elbo_softmax is None


def test_the_classifier_finds_labels_in_real_sprites() -> None:
    sprites = portraits(300)
    assert sprites.sprite_labels is not None
    pixels, labels = torch.from_numpy(sprites.pixels), torch.from_numpy(sprites.sprite_labels)
    before = torch.random.get_rng_state()
    classifier = train_classifier(pixels[:250], labels[:250], sprites.num_colors, seed=1)
    assert (classifier.predict(pixels[250:]) == labels[250:]).float().mean() > 0.95
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = mint_token(parse_hash("a measured token"), tmp_path_factory.mktemp("tokens"))
    record = json.loads((folder / "token.json").read_text())
    record["labels"] = ["odd", "first"]
    for number, sprite in enumerate(record["sprites"]):
        sprite["labels"] = [label for label, has in (("odd", number % 2), ("first", number == 0)) if has]
    (folder / "token.json").write_text(json.dumps(record))
    return folder


def test_labels_of_a_token_are_read(token: Path) -> None:
    sprites = sprites_of(read_token(token))
    assert sprites.labels == ("odd", "first")
    assert sprites.sprite_labels is not None
    assert np.array_equal(sprites.sprite_labels, [[number % 2 == 1, number == 0] for number in range(9)])
    assert sprites.canvas.num_labels == 2
    assert len(sprites.palette) == sprites.num_colors


@pytest.mark.integration
def test_the_command_prints_a_table_or_json(token: Path) -> None:
    trained(token / "training", sprites_of(read_token(token)), "cvae", 2, latent_dim="4", num_dreams="2")
    printed = CliRunner().invoke(main, ["evaluate", str(token), "--device", "cpu"])
    assert printed.exit_code == 0, printed.output
    for part in (
        "cvae at step 2, measured on 2 held-out sprites",
        "cross-entropy",
        "ELBO",
        "off the palette",
        "2x2 patterns",
        "dreams with 8x8 grids",
        "in dreams with it",
    ):
        assert part in printed.stdout
    as_json = CliRunner().invoke(main, ["evaluate", str(token), "--json", "--device", "cpu"])
    document = json.loads(as_json.stdout)
    assert document["recipe"] == "cvae"
    drawn = read_token(token)
    assert document["samples"]["grids_of_sprites"] == grid_share(drawn.pixels, drawn.rgba)
    assert 0 <= document["samples"]["grids"] <= 1
    assert [row["label"] for row in document["labels"]] == ["odd", "first"]


def test_a_token_without_a_training_is_refused(tmp_path: Path) -> None:
    folder = mint_token(parse_hash("not trained"), tmp_path)
    result = CliRunner().invoke(main, ["evaluate", str(folder)])
    assert result.exit_code == 1
    assert "has no training yet; train it with: mint train" in result.output


@pytest.mark.parametrize(
    ("labels", "of_first", "sentence"),
    [
        (["a", "a"], [], "it lists a label twice"),
        (["a"], ["b"], "a sprite has the label 'b', which the token does not list"),
        (["a\x1b"], [], "is not printable text"),
        (3, [], "cannot be read"),
    ],
)
def test_malformed_labels_are_refused(tmp_path: Path, labels: object, of_first: list[str], sentence: str) -> None:
    folder = mint_token(parse_hash("wrong labels"), tmp_path)
    record = json.loads((folder / "token.json").read_text())
    record["labels"], record["sprites"][0]["labels"] = labels, of_first
    (folder / "token.json").write_text(json.dumps(record))
    result = CliRunner().invoke(main, ["show", str(folder)])
    assert result.exit_code == 1
    assert sentence in result.output
