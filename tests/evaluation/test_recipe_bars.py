"""What recipes must achieve: reconstructions of icons that people drew, and dreams with the requested labels.

The figures are printed by ``pytest -m slow -s tests/evaluation``.
"""

from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from mint.cli import main
from mint.evaluation.report import EvaluationReport, evaluate
from mint.recipes import registry
from mint.token.folder import read_token
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.session import Session
from mint.training.sprites import TrainingSprites, sprites_of
from tests.icon_sets import FUGUE, NotFetchedError, fetch, fugue_sheet
from tests.portraits import portraits

pytestmark = pytest.mark.slow


def report_on(folder: Path, sprites: TrainingSprites, recipe: str, steps: int, **settings: str) -> EvaluationReport:
    """Train with a tenth held out, the same one for every recipe, and measure."""
    torch.set_num_threads(1)
    session = Session(folder, sprites, registry.recipe_from_text(recipe, settings), torch.device("cpu"), 7, 0.1)
    session.tune(1)
    session.run(Limits(steps=steps), Control(), TrainingCallbacks(on_warning=pytest.fail))
    report = evaluate(session, sprites, lambda _: None)
    print(f"\n{recipe} {settings} {report.reconstruction} {report.samples}")
    for row in report.labels:
        print(row)
    return report


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> TrainingSprites:
    """The 3,570 icons of Fugue, 16 x 16 pixels, reduced to 64 colours."""
    try:
        sheet = fugue_sheet(fetch(FUGUE, tmp_path_factory.mktemp("fugue")))
    except NotFetchedError as error:
        pytest.skip(str(error))
    tokens = tmp_path_factory.mktemp("tokens")
    options = ["--cell", "16x16", "--scale", "1", "--colors", "64", "--name", "fugue", "--tokens-dir", str(tokens)]
    result = CliRunner().invoke(main, ["import", str(sheet), *options])
    assert result.exit_code == 0, result.output
    return sprites_of(read_token(tokens / "fugue"))


def test_indices_are_learned_better_than_colors(icons: TrainingSprites, tmp_path: Path) -> None:
    indices = report_on(tmp_path / "indices", icons, "autoencoder", 1500, latent_dim="64")
    colors = report_on(tmp_path / "colors", icons, "autoencoder", 1500, latent_dim="64", color="rgba")
    assert indices.reconstruction.pixels > colors.reconstruction.pixels > indices.reconstruction.floor
    assert indices.reconstruction.exactly_right > colors.reconstruction.exactly_right
    assert indices.samples.off_palette == 0
    assert indices.samples.colors == pytest.approx(indices.samples.colors_of_sprites, rel=0.2)


@pytest.mark.parametrize(("recipe", "settings"), [("cvae", {}), ("vaegan", {"batch_size": "18"})])
def test_dreams_have_the_requested_labels(recipe: str, settings: dict[str, str], tmp_path: Path) -> None:
    report = report_on(tmp_path, portraits(600), recipe, 600, **settings)
    assert len(report.labels) == 4
    for row in report.labels:
        assert row.asked >= 0.9, row
        assert row.switched_off <= 0.2, row
        assert row.real_with is not None
        assert row.real_without is not None
        assert row.real_with > 0.95
        assert row.real_without < 0.05
