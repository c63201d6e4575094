"""The publisher: exports during a training."""

import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from mint.export.exporter import MAX_DIFFERING_PIXELS
from mint.export.publisher import Publisher
from mint.recipes.vaegan import VaeGan, VaeGanConfig
from mint.token.folder import TokenFolder, mint_token, read_token
from mint.token.hash import parse_hash
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.progress import Progress
from mint.training.session import Session, TrainingCallbacks
from mint.training.sprites import TrainingSprites
from viewer.exported.folder import read_export
from viewer.exported.model import load_model
from viewer.latents.seeds import latents

RECIPE = VaeGan(VaeGanConfig(latent_dim=6, encoder_widths=(8, 8, 8), generator_widths=(8, 8, 8), discriminator_width=8))
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> TokenFolder:
    return read_token(mint_token(parse_hash("a token"), tmp_path_factory.mktemp("tokens")))


@pytest.fixture(scope="module")
def session(token: TokenFolder) -> Session:
    return Session(token.training, TrainingSprites(pixels=token.pixels, num_colors=len(token.rgba)), RECIPE, CPU, seed=4)


@pytest.fixture(scope="module")
def publisher(token: TokenFolder, session: Session) -> Publisher:
    return Publisher(token, RECIPE, session.latent_dim, session.seed, token.models)


def test_a_training_exports_while_it_runs(token: TokenFolder, session: Session, publisher: Publisher) -> None:
    errors: list[str] = []
    control, exported_step = Control(), 0

    def export(networks: object, progress: Progress) -> None:
        nonlocal exported_step
        if exported_step == 0:
            exported_step = progress.step
            publisher.publish_in_background(session.networks, progress, errors.append)

    def stop_when_published(progress: Progress) -> None:
        if (token.models / "manifest.json").exists() or errors:
            control.stop()

    callbacks = TrainingCallbacks(
        on_stats=lambda _: None,
        on_step=stop_when_published,
        on_snapshot=export,
        on_trouble=errors.append,
        snapshot_interval_s=0.5,
    )
    session.run(Limits(), control, callbacks)
    origin = read_export(token.path).manifest.origin
    assert errors == []
    assert origin.step == exported_step < session.position.step
    assert (origin.seed, origin.token.hash, origin.recipe.name) == (4, "a token", "vaegan")
    assert origin.palette == tuple(f"#{bytes(color).hex()}" for color in token.rgba)


def test_the_published_generator_equals_the_network(token: TokenFolder, session: Session, publisher: Publisher) -> None:
    publisher.publish(session.networks, session.position)
    z = latents(3, 64, session.latent_dim)
    with torch.inference_mode():
        expected = session.networks.generator(torch.from_numpy(z)).numpy()
    assert np.mean(load_model(token.path, "cpu").generate(z) != expected) <= MAX_DIFFERING_PIXELS


def test_an_error_in_the_background_is_reported(token: TokenFolder, session: Session, tmp_path: Path) -> None:
    target = tmp_path / "models"
    target.write_text("a file where the folder should be")
    reported = threading.Event()
    errors: list[str] = []

    def report(message: str) -> None:
        errors.append(message)
        reported.set()

    Publisher(token, RECIPE, session.latent_dim, 4, target).publish_in_background(session.networks, session.position, report)
    assert reported.wait(600)
    assert len(errors) == 1
    assert "is not a folder; export to another one" in errors[0]
