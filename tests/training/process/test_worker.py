"""A worker: a session that trains, and does what is asked for through a pipe."""

import json
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
import torch

from mint.errors import ExportError
from mint.recipes.recipe import Networks
from mint.recipes.vaegan import VaeGan, VaeGanConfig
from mint.training.loop import Limits
from mint.training.process.messages import (
    DreamCommand,
    DreamReport,
    EndReport,
    ExportCommand,
    ExportFailure,
    ExportReport,
    ProgressCommand,
    ProgressReport,
    ReconstructCommand,
    ReconstructionReport,
    RunCommand,
    SharedTiles,
    StartReport,
    StopCommand,
    WorkerCommand,
    WorkerReport,
)
from mint.training.process.worker import Worker
from mint.training.progress import Progress
from mint.training.session import Session
from mint.training.sprites import TrainingSprites
from mint.training.stats import Stats

CONFIG = VaeGanConfig(latent_dim=4, encoder_widths=(8, 8, 8), generator_widths=(8, 8, 8), discriminator_width=8)
PIXELS = np.kron(np.arange(36).reshape(9, 2, 2) % 3, np.ones((8, 8))).astype(np.uint8)
SPRITES = TrainingSprites(pixels=PIXELS, num_colors=3)
CPU = torch.device("cpu")
WAIT_S = 60


@dataclass
class Office:
    """A worker in a thread, and the other end of its pipe."""

    session: Session
    connection: "Connection[WorkerCommand, WorkerReport]"
    tiles: SharedTiles
    thread: threading.Thread
    published: list[int] = field(default_factory=list)
    stats: list[Stats] = field(default_factory=list)

    def order(self, *orders: WorkerCommand) -> None:
        for order in orders:
            self.connection.send(order)

    def hear(self, kind: type[WorkerReport]) -> WorkerReport:
        """Wait for a report of this kind; statistics are kept, and nothing else may come before it."""
        while True:
            assert self.connection.poll(WAIT_S), f"{kind.__name__} did not come"
            report = self.connection.recv()
            if isinstance(report, kind):
                return report
            assert isinstance(report, Stats), report
            self.stats.append(report)

    def ask(self, order: WorkerCommand, kind: type[WorkerReport]) -> WorkerReport:
        self.order(order)
        return self.hear(kind)

    def wait(self) -> None:
        self.thread.join(WAIT_S)
        assert not self.thread.is_alive()


Open = Callable[..., Office]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Open]:
    """Return a function that puts a worker to a session in tmp_path; at the end it is left alone."""
    with ExitStack() as stack:

        def start(limits: Limits | None = None, publish: Callable[[Networks, Progress], None] | None = None) -> Office:
            session = Session(tmp_path, SPRITES, VaeGan(CONFIG), CPU, None)
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            tiles = SharedTiles(context, PIXELS.shape)
            published: list[int] = []

            def note(networks: Networks, position: Progress) -> None:
                published.append(position.step)

            worker = Worker(session, SPRITES, theirs, tiles, publish or note)
            thread = threading.Thread(target=worker.run, args=(limits or Limits(),))
            thread.start()
            opened = Office(session, ours, tiles, thread, published)
            stack.callback(opened.wait)
            stack.callback(ours.close)
            started = opened.hear(StartReport)
            assert isinstance(started, StartReport)
            assert (started.device, started.gpu, started.recipe, started.latent_dim) == ("CPU", "", "vaegan 2", 4)
            return opened

        yield start


def now(office: Office) -> ProgressReport:
    report = office.ask(ProgressCommand(), ProgressReport)
    assert isinstance(report, ProgressReport)
    return report


def until_step(office: Office, step: int) -> ProgressReport:
    while (report := now(office)).position.step < step:
        pass
    return report


def saved(folder: Path) -> list[int]:
    return sorted(int(path.name.removeprefix("step-")) for path in (folder / "checkpoints").glob("step-*"))


def test_it_rests_until_it_is_told_to_run_and_whenever_it_is_told_to(office: Open) -> None:
    one = office()
    assert now(one).position.step == 0
    one.order(RunCommand(True))
    until_step(one, 3)
    one.order(RunCommand(False))
    rested = now(one).position
    assert now(one).position == rested
    one.order(RunCommand(True))
    until_step(one, rested.step + 2)


@pytest.mark.parametrize("running", [False, True])
def test_it_draws_what_the_averaged_networks_dream(office: Open, running: bool) -> None:
    one = office()
    one.order(RunCommand(True))
    until_step(one, 5)
    one.order(RunCommand(running))
    z = np.random.default_rng(1).standard_normal((64, 4), np.float32)
    assert one.ask(DreamCommand(z), DreamReport) == DreamReport(64)
    assert one.ask(ReconstructCommand(), ReconstructionReport)
    if not running:
        networks = one.session.networks
        with torch.inference_mode():
            assert np.array_equal(one.tiles.dreams, networks.generator(torch.from_numpy(z)).numpy())
            mu, _ = networks.encoder(torch.from_numpy(PIXELS))
            assert np.array_equal(one.tiles.reconstructions, networks.generator(mu).numpy())
    assert one.ask(DreamCommand(z[:1] + 1), DreamReport) == DreamReport(1)


def test_whoever_asks_for_too_much_does_not_stop_it(office: Open) -> None:
    one = office()
    one.order(RunCommand(True))
    z = np.zeros((64, 4), np.float32)
    first = now(one).position.step
    for _ in range(8):
        one.ask(DreamCommand(z), DreamReport)
    assert now(one).position.step > first


def test_a_limit_ends_it_saved_and_published(office: Open, tmp_path: Path) -> None:
    one = office(Limits(steps=21))
    one.order(RunCommand(True))
    ended = one.hear(EndReport)
    assert isinstance(ended, EndReport)
    assert ended.position.step == 21
    assert saved(tmp_path) == [21]
    assert one.published == [21]
    assert [line.step for line in one.stats] == [20]


@pytest.mark.parametrize("running", [False, True])
@pytest.mark.parametrize("publish", [False, True])
def test_a_stop_ends_it_saved(office: Open, tmp_path: Path, running: bool, publish: bool) -> None:
    one = office()
    one.order(RunCommand(True))
    until_step(one, 2)
    one.order(RunCommand(running), StopCommand(publish))
    ended = one.hear(EndReport)
    assert isinstance(ended, EndReport)
    assert saved(tmp_path) == [ended.position.step]
    assert one.published == ([ended.position.step] if publish else [])


@pytest.mark.parametrize("running", [False, True])
def test_left_alone_it_saves_and_ends(office: Open, tmp_path: Path, running: bool) -> None:
    one = office()
    one.order(RunCommand(True))
    step = until_step(one, 2).position.step
    one.order(RunCommand(running))
    one.connection.close()
    one.wait()
    assert saved(tmp_path)[-1] >= step
    assert one.published == []


def test_what_is_published_is_saved(office: Open, tmp_path: Path) -> None:
    one = office()
    one.order(RunCommand(True))
    until_step(one, 2)
    published = one.ask(ExportCommand(), ExportReport)
    assert isinstance(published, ExportReport)
    assert one.published == [published.step]
    assert published.step in saved(tmp_path)
    record = json.loads((tmp_path / "checkpoints" / f"step-{published.step:09d}" / "checkpoint.json").read_text())
    assert record["position"]["step"] == published.step
    assert now(one).saved_step == published.step


def test_an_export_that_fails_is_told_and_training_goes_on(office: Open, tmp_path: Path) -> None:
    attempts = []

    def publish(networks: Networks, position: Progress) -> None:
        attempts.append(position.step)
        if len(attempts) == 1:
            raise ExportError("the disk is full; make room")

    one = office(publish=publish)
    one.order(RunCommand(True))
    assert one.ask(ExportCommand(), ExportFailure) == ExportFailure("the disk is full; make room")
    step = now(one).position.step
    until_step(one, step + 1)


def test_a_state_that_cannot_be_saved_is_not_published(office: Open, tmp_path: Path) -> None:
    one = office()
    until_step(one, 0)
    (tmp_path / "checkpoints").write_text("a file where the folder should be")
    refused = one.ask(ExportCommand(), ExportFailure)
    assert isinstance(refused, ExportFailure)
    assert "step 0 could not be saved" in refused.text
    assert one.published == []
    (tmp_path / "checkpoints").unlink()
