"""The publisher: exports during a training."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from mint.export.exporter import MAX_DIFFERING_PIXELS
from mint.export.publisher import Publisher
from mint.live.headless import run_headless
from mint.live.run_config import RunConfig
from mint.recipes.recipe import Networks
from mint.recipes.vaegan import VaeGan
from mint.token.folder import TokenFolder, mint_token, read_token
from mint.token.hash import parse_hash
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.progress import TrainingProgress
from mint.training.recorder import RecordingIntervals
from mint.training.session import Session
from mint.training.sprites import TrainingSprites
from tests.fake_device import DeviceSession, FakeDevice, touch
from viewer.exported.folder import read_export
from viewer.exported.model import load_model
from viewer.latents.seeds import latents

RECIPE = VaeGan()  # whose graphs other tests have traced as well
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

    def export(networks: object, progress: TrainingProgress) -> None:
        nonlocal exported_step
        if exported_step == 0:
            exported_step = progress.step
            publisher.publish_in_background(session.networks, progress, errors.append)

    def stop_when_published(progress: TrainingProgress) -> None:
        time.sleep(0.05)  # leaves the processor to the process that traces
        if (token.models / "manifest.json").exists() or errors:
            control.stop()

    callbacks = TrainingCallbacks(on_step=stop_when_published, on_snapshot=export, on_warning=errors.append)
    session.run(Limits(), control, callbacks, RecordingIntervals(snapshot_s=0.5))
    origin = read_export(token.path).manifest.origin
    assert errors == []
    assert origin.step == exported_step < session.progress.step
    assert (origin.seed, origin.token.hash, origin.recipe.name) == (4, "a token", "vaegan")
    assert origin.palette == tuple(f"#{bytes(color).hex()}" for color in token.rgba)


def test_the_published_generator_equals_the_network(token: TokenFolder, session: Session, publisher: Publisher) -> None:
    publisher.publish(session.networks, session.progress)
    z = latents(3, 64, session.latent_dim)
    with torch.inference_mode():
        expected = session.networks.generator(torch.from_numpy(z)).numpy()
    assert np.mean(load_model(token.path, "cpu").generate(z) != expected) <= MAX_DIFFERING_PIXELS


def test_the_background_touches_no_device(token: TokenFolder, session: Session, publisher: Publisher) -> None:
    """A graph is captured in the training's thread, so the publisher's thread gets copies on the CPU."""
    errors: list[str] = []
    device = FakeDevice()
    for start in (
        publisher.prepare_in_background,
        lambda *args: publisher.publish_in_background(args[0], session.progress, args[1]),
    ):
        start(device.networks(session.networks), errors.append)
        while publisher.is_busy:
            time.sleep(0.01)
    assert (errors, device.strangers) == ([], [])
    assert device.num_transfers > 0
    assert read_export(token.path).manifest.origin.step == session.progress.step


def test_a_headless_training_exports_copies(token: TokenFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    device, touched, control = FakeDevice(), list[str](), Control()
    monkeypatch.setattr(DeviceSession, "fake_device", device)
    monkeypatch.setattr("mint.training.session.Session", DeviceSession)

    def record(publisher: Publisher, networks: Networks, *_: object) -> None:
        touch(networks)
        touched.append(threading.current_thread().name)

    monkeypatch.setattr(Publisher, "_prepare", record)
    monkeypatch.setattr(Publisher, "publish", record)
    other = read_token(mint_token(parse_hash("a headless token"), tmp_path))
    small = {"latent_dim": "4", "encoder_widths": "8,8,8", "generator_widths": "8,8,8", "discriminator_width": "8"}
    callbacks = TrainingCallbacks(on_step=lambda _: control.stop(), on_warning=pytest.fail)
    run_headless(RunConfig(token=other.path, settings=small, threads=1, device="cpu"), other, control, lambda _: callbacks)
    assert sorted(touched) == ["last export", "publisher"]
    assert device.strangers == []


def test_an_error_in_the_background_is_reported(token: TokenFolder, session: Session, tmp_path: Path) -> None:
    target = tmp_path / "models"
    target.write_text("a file where the folder should be")
    reported = threading.Event()
    errors: list[str] = []

    def report(message: str) -> None:
        errors.append(message)
        reported.set()

    Publisher(token, RECIPE, session.latent_dim, 4, target).publish_in_background(session.networks, session.progress, report)
    assert reported.wait(600)
    assert len(errors) == 1
    assert "is not a folder; export to another one" in errors[0]
