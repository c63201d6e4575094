"""The publisher: exports beside a training that goes on."""

import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from mint.export.exporter import MAX_OTHER
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


def test_a_training_leaves_exports_as_it_goes(token: TokenFolder, session: Session, publisher: Publisher) -> None:
    troubles: list[str] = []
    control, first_export = Control(), 0

    def export_once(networks: object, position: Progress) -> None:
        nonlocal first_export
        first_export = first_export or position.step
        publisher.publish_beside(session.networks, position, troubles.append)

    def stop_when_published(position: Progress) -> None:
        if (token.models / "manifest.json").exists() or position.step > 20_000:
            control.stop()

    follower = TrainingCallbacks(
        on_stats=lambda _: None,
        on_step=stop_when_published,
        on_snapshot=export_once,
        on_trouble=troubles.append,
        snapshot_interval_s=0.5,
    )
    session.run(Limits(), control, follower)
    origin = read_export(token.path).manifest.origin
    assert troubles == []
    assert origin.step == first_export < session.position.step
    assert (origin.seed, origin.token.hash, origin.recipe.name) == (4, "a token", "vaegan")
    assert origin.palette == tuple(f"#{bytes(color).hex()}" for color in token.rgba)


def test_what_is_published_is_what_the_networks_draw(token: TokenFolder, session: Session, publisher: Publisher) -> None:
    publisher.publish(session.networks, session.position)
    z = latents(3, 64, session.latent_dim)
    with torch.inference_mode():
        wanted = session.networks.generator(torch.from_numpy(z)).numpy()
    assert np.mean(load_model(token.path, "cpu").generate(z) != wanted) <= MAX_OTHER


def test_trouble_is_told_and_harms_nobody(token: TokenFolder, session: Session, tmp_path: Path) -> None:
    target = tmp_path / "models"
    target.write_text("a file where the folder should be")
    told = threading.Event()
    sentences: list[str] = []

    def tell(sentence: str) -> None:
        sentences.append(sentence)
        told.set()

    Publisher(token, RECIPE, session.latent_dim, 4, target).publish_beside(session.networks, session.position, tell)
    assert told.wait(60)
    assert len(sentences) == 1
    assert "is not a folder; name another one to export to" in sentences[0]
