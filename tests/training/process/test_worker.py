"""A worker: a session that trains, and handles the commands of a pipe."""

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
from mint.training.process.worker import ExportNetworks, Worker
from mint.training.progress import TrainingProgress
from mint.training.session import Session
from mint.training.sprites import TrainingSprites
from mint.training.stats import Stats
from tests.fake_device import DeviceSession, FakeDevice, touch

CONFIG = VaeGanConfig(latent_dim=4, encoder_widths=(8, 8, 8), generator_widths=(8, 8, 8), discriminator_width=8)
PIXELS = np.kron(np.arange(36).reshape(9, 2, 2) % 3, np.ones((8, 8))).astype(np.uint8)
SPRITES = TrainingSprites(pixels=PIXELS, num_colors=3)
CPU = torch.device("cpu")
WAIT_S = 60


@dataclass
class RunningWorker:
    """A worker in a thread, and the other end of its pipe."""

    session: Session
    connection: "Connection[WorkerCommand, WorkerReport]"
    tiles: SharedTiles
    thread: threading.Thread
    exported: list[int] = field(default_factory=list)
    stats: list[Stats] = field(default_factory=list)

    def send(self, *commands: WorkerCommand) -> None:
        for command in commands:
            self.connection.send(command)

    def receive(self, kind: type[WorkerReport]) -> WorkerReport:
        """Wait for a report of this kind; only statistics may come before it, and are kept."""
        while True:
            assert self.connection.poll(WAIT_S), f"no {kind.__name__} was received"
            report = self.connection.recv()
            if isinstance(report, kind):
                return report
            assert isinstance(report, Stats), report
            self.stats.append(report)

    def request(self, command: WorkerCommand, kind: type[WorkerReport]) -> WorkerReport:
        self.send(command)
        return self.receive(kind)

    def wait(self) -> None:
        self.thread.join(WAIT_S)
        assert not self.thread.is_alive()


StartWorker = Callable[..., RunningWorker]


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[StartWorker]:
    """Return a function that runs a worker on a session in tmp_path; at the end its connection is closed."""
    with ExitStack() as stack:

        def start(
            limits: Limits | None = None, export: ExportNetworks | None = None, kind: type[Session] = Session
        ) -> RunningWorker:
            session = kind(tmp_path, SPRITES, VaeGan(CONFIG), CPU, None)
            context = multiprocessing.get_context("spawn")
            connection, worker_connection = context.Pipe()
            tiles = SharedTiles(context, PIXELS.shape)
            exported: list[int] = []

            def record_export(networks: Networks, progress: TrainingProgress) -> None:
                exported.append(progress.step)

            worker = Worker(session, SPRITES, worker_connection, tiles, export or record_export)
            thread = threading.Thread(target=worker.run, args=(limits or Limits(),))
            thread.start()
            running = RunningWorker(session, connection, tiles, thread, exported)
            stack.callback(running.wait)
            stack.callback(connection.close)
            started = running.receive(StartReport)
            assert isinstance(started, StartReport)
            assert (started.device, started.gpu, started.recipe, started.latent_dim) == ("CPU", "", "vaegan 3", session.latent_dim)
            return running

        yield start


def get_progress(worker: RunningWorker) -> ProgressReport:
    report = worker.request(ProgressCommand(), ProgressReport)
    assert isinstance(report, ProgressReport)
    return report


def wait_for_step(worker: RunningWorker, step: int) -> ProgressReport:
    while (report := get_progress(worker)).progress.step < step:
        pass
    return report


def saved_steps(folder: Path) -> list[int]:
    return sorted(int(path.name.removeprefix("step-")) for path in (folder / "checkpoints").glob("step-*"))


def test_it_runs_and_pauses_on_command(start_worker: StartWorker) -> None:
    worker = start_worker()
    assert get_progress(worker).progress.step == 0
    worker.send(RunCommand(True))
    wait_for_step(worker, 3)
    worker.send(RunCommand(False))
    paused = get_progress(worker).progress
    assert get_progress(worker).progress == paused
    worker.send(RunCommand(True))
    wait_for_step(worker, paused.step + 2)


@pytest.mark.parametrize("running", [False, True])
def test_it_draws_with_the_averaged_networks(start_worker: StartWorker, running: bool) -> None:
    worker = start_worker()
    worker.send(RunCommand(True))
    wait_for_step(worker, 5)
    worker.send(RunCommand(running))
    z = np.random.default_rng(1).standard_normal((64, worker.session.latent_dim), np.float32)
    assert worker.request(DreamCommand(z), DreamReport) == DreamReport(64)
    assert worker.request(ReconstructCommand(), ReconstructionReport)
    if not running:
        networks = worker.session.networks
        with torch.inference_mode():
            assert np.array_equal(worker.tiles.dreams, networks.generator(torch.from_numpy(z)).numpy())
            mu, _ = networks.encoder(torch.from_numpy(PIXELS))
            assert np.array_equal(worker.tiles.reconstructions, networks.generator(mu).numpy())
    assert worker.request(DreamCommand(z[:1] + 1), DreamReport) == DreamReport(1)


def test_many_drawings_do_not_stop_the_training(start_worker: StartWorker) -> None:
    worker = start_worker()
    worker.send(RunCommand(True))
    z = np.zeros((64, worker.session.latent_dim), np.float32)
    first = get_progress(worker).progress.step
    for _ in range(8):
        worker.request(DreamCommand(z), DreamReport)
    assert get_progress(worker).progress.step > first


def test_a_limit_ends_it_saved_and_exported(start_worker: StartWorker, tmp_path: Path) -> None:
    worker = start_worker(Limits(steps=21))
    worker.send(RunCommand(True))
    ended = worker.receive(EndReport)
    assert isinstance(ended, EndReport)
    assert ended.progress.step == 21
    assert saved_steps(tmp_path) == [21]
    assert worker.exported == [21]
    assert [line.step for line in worker.stats] == [20]


@pytest.mark.parametrize("running", [False, True])
@pytest.mark.parametrize("export", [False, True])
def test_a_stop_ends_it_saved(start_worker: StartWorker, tmp_path: Path, running: bool, export: bool) -> None:
    worker = start_worker()
    worker.send(RunCommand(True))
    wait_for_step(worker, 2)
    worker.send(RunCommand(running), StopCommand(export))
    ended = worker.receive(EndReport)
    assert isinstance(ended, EndReport)
    assert saved_steps(tmp_path) == [ended.progress.step]
    assert worker.exported == ([ended.progress.step] if export else [])


@pytest.mark.parametrize("running", [False, True])
def test_without_a_connection_it_saves_and_ends(start_worker: StartWorker, tmp_path: Path, running: bool) -> None:
    worker = start_worker()
    worker.send(RunCommand(True))
    step = wait_for_step(worker, 2).progress.step
    worker.send(RunCommand(running))
    worker.connection.close()
    worker.wait()
    assert saved_steps(tmp_path)[-1] >= step
    assert worker.exported == []


def test_what_is_exported_is_saved(start_worker: StartWorker, tmp_path: Path) -> None:
    worker = start_worker()
    worker.send(RunCommand(True))
    wait_for_step(worker, 2)
    report = worker.request(ExportCommand(), ExportReport)
    assert isinstance(report, ExportReport)
    assert worker.exported == [report.step]
    assert report.step in saved_steps(tmp_path)
    record = json.loads((tmp_path / "checkpoints" / f"step-{report.step:09d}" / "checkpoint.json").read_text())
    assert record["position"]["step"] == report.step
    assert get_progress(worker).saved_step == report.step


@pytest.mark.parametrize("stops", [False, True])
def test_an_export_touches_no_device(start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch, stops: bool) -> None:
    """A graph is captured in the training's thread, so exports in other threads get copies on the CPU."""
    device = FakeDevice()
    monkeypatch.setattr(DeviceSession, "fake_device", device)
    exported: list[str] = []

    def export(networks: Networks, progress: TrainingProgress) -> None:
        touch(networks)
        exported.append(threading.current_thread().name)

    worker = start_worker(export=export, kind=DeviceSession)
    assert worker.thread.ident is not None
    device.owner = worker.thread.ident
    worker.send(RunCommand(True))
    if stops:
        worker.request(StopCommand(), EndReport)
    else:
        worker.request(ExportCommand(), ExportReport)
    assert exported == ["last export" if stops else "exporter"]
    assert device.strangers == []
    assert device.num_transfers > 0


def test_a_failed_export_is_reported_and_training_goes_on(start_worker: StartWorker, tmp_path: Path) -> None:
    attempts = []

    def export(networks: Networks, progress: TrainingProgress) -> None:
        attempts.append(progress.step)
        if len(attempts) == 1:
            raise ExportError("the disk is full; make room")

    worker = start_worker(export=export)
    worker.send(RunCommand(True))
    assert worker.request(ExportCommand(), ExportFailure) == ExportFailure("the disk is full; make room")
    step = get_progress(worker).progress.step
    wait_for_step(worker, step + 1)


def test_a_state_that_cannot_be_saved_is_not_exported(start_worker: StartWorker, tmp_path: Path) -> None:
    worker = start_worker()
    wait_for_step(worker, 0)
    (tmp_path / "checkpoints").write_text("a file where the folder should be")
    failure = worker.request(ExportCommand(), ExportFailure)
    assert isinstance(failure, ExportFailure)
    assert "step 0 could not be saved" in failure.text
    assert worker.exported == []
    (tmp_path / "checkpoints").unlink()
