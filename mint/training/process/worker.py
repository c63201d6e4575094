"""The worker: a session that trains, and between two steps handles the commands that arrive through a pipe.

It uses no thread for that, and blocks only while it is paused. Drawing for others takes at most a fixed share of its time, whatever
they ask for. When the other end of the pipe is closed, it saves and ends.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection

import torch

from mint.errors import CheckpointError, PixelmintError
from mint.recipes.recipe import Networks
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.cpu_copy import networks_on_cpu
from mint.training.loop import Limits
from mint.training.process.deadline import export_before_deadline
from mint.training.process.dream_sampler import DreamSampler
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
    WarningReport,
    WorkerCommand,
    WorkerReport,
    shown_originals,
)
from mint.training.progress import TrainingProgress
from mint.training.session import Session
from mint.training.speed.device import device_name
from mint.training.sprites import TrainingSprites

# The share of a running training's time that drawing may take: however many tiles a page asks for, four fifths are steps.
DRAWING_SHARE = 0.2
# A step may take less time than polling the pipe.
_POLL_INTERVAL_S = 0.005
# While the training is paused, a signal is noticed after this time.
_PAUSED_POLL_S = 0.5

ExportNetworks = Callable[[Networks, TrainingProgress], None]


def start_report(session: Session) -> StartReport:
    """Return what a session reports before its first step."""
    device = session.device
    return StartReport(
        progress=session.progress,
        device=device_name(device),
        gpu=str(torch.cuda.get_device_properties(device).uuid) if device.type == "cuda" else "",
        recipe=session.recipe,
        seed=session.seed,
        latent_dim=session.latent_dim,
        labels=session.labels,
        skipped=tuple(session.skipped),
    )


class Worker(Control):
    """Runs a session for the process at the other end of a pipe.

    ``export`` writes the exported files of networks; it is called in a thread, with a copy on the CPU, and raises PixelmintError
    where it cannot.
    """

    def __init__(
        self,
        session: Session,
        sprites: TrainingSprites,
        connection: "Connection[WorkerReport, WorkerCommand]",
        tiles: SharedTiles,
        export: ExportNetworks,
    ) -> None:
        super().__init__()
        self.pause()
        self._session = session
        shown = shown_originals(sprites.pixels)
        self._originals = [torch.from_numpy(sprites.pixels[shown].copy()).to(session.device)]
        if session.labels:
            assert sprites.sprite_labels is not None
            self._originals.append(torch.from_numpy(sprites.sprite_labels[shown].copy()).to(session.device).float())
        self._connection = connection
        self._tiles = tiles
        self._export = export
        self._exporting = threading.Lock()
        self._sending = threading.Lock()
        self._sampler = DreamSampler(session.device)
        self._queue: deque[DreamCommand | ReconstructCommand] = deque()
        self._drawing: DreamCommand | ReconstructCommand | None = None
        self._polled_s = 0.0
        self._next_drawing_s = 0.0
        self._is_disconnected = False
        self._exports_at_end = True

    def run(self, limits: Limits) -> None:
        """Wait for ``RunCommand``, train until the limits are reached or a stop is commanded, save, export and report the end.

        Raises TrainingError, CheckpointError and ExportError.
        """
        session = self._session
        self._send(start_report(session))
        callbacks = TrainingCallbacks(
            on_step=lambda _: self._between_steps(),
            on_stats=self._send,
            on_snapshot=lambda *_: self._export_beside(),
            on_warning=self.warn,
            on_out_of_memory=self._sampler.halve_batch_size,
        )
        session.run(limits, self, callbacks)
        # Without the other process the end is urgent; what is saved can be exported at any time.
        exported = self._exports_at_end and not self._is_disconnected and self._export_last()
        self._send(EndReport(session.progress, exported=exported))

    def warn(self, text: str) -> None:
        """Send a sentence about something that failed; from any thread."""
        self._send(WarningReport(text))

    def _export_last(self) -> bool:
        networks, progress = networks_on_cpu(self._session.networks), self._session.progress

        def export() -> None:
            with self._exporting:
                self._export(networks, progress)

        return export_before_deadline(export, self.stop_requested_s)

    def wait_while_paused(self) -> None:
        """Handle commands until training is resumed or stopped."""
        while self.paused:
            if self._drawing is None and not self._queue:
                self._connection.poll(_PAUSED_POLL_S)
            self._handle_all()
            self._draw(is_paused=True)

    def _between_steps(self) -> None:
        now = time.monotonic()
        if now - self._polled_s >= _POLL_INTERVAL_S:
            self._polled_s = now
            self._handle_all()
        self._draw(is_paused=False)

    def _handle_all(self) -> None:
        try:
            while not self._is_disconnected and self._connection.poll():
                self._handle(self._connection.recv())
        except (EOFError, OSError):
            self._is_disconnected = True
            self.stop()

    def _handle(self, command: WorkerCommand) -> None:
        match command:
            case RunCommand(running=True):
                self.resume()
            case RunCommand():
                self.pause()
            case StopCommand():
                self._exports_at_end = command.export
                self.stop()
            case ProgressCommand():
                saved = self._session.saved_step
                self._send(ProgressReport(progress=self._session.progress, saved_step=saved, cpu_seconds=time.process_time()))
            case DreamCommand() | ReconstructCommand():
                self._queue.append(command)
            case ExportCommand():
                self._export_beside(is_commanded=True)

    # Drawing.

    def _draw(self, *, is_paused: bool) -> None:
        if self._drawing is None:
            if not self._queue or not (is_paused or time.monotonic() >= self._next_drawing_s):
                return
            started = time.monotonic()
            self._drawing = self._queue.popleft()
            try:
                self._begin_drawing(self._drawing)
            except (MemoryError, RuntimeError):  # the session goes on with less memory, and so does the drawing
                self._queue.appendleft(self._drawing)
                self._drawing = None
                raise
            self._finish_drawing()
            took_s = time.monotonic() - started
            self._next_drawing_s = time.monotonic() + took_s * (1 / DRAWING_SHARE - 1)
        else:
            self._finish_drawing()

    @torch.inference_mode()
    def _begin_drawing(self, command: DreamCommand | ReconstructCommand) -> None:
        networks, num_labels = self._session.networks, len(self._session.labels)
        if isinstance(command, DreamCommand):
            labels = command.labels or None
            self._sampler.begin(lambda z: networks.dream(z, num_labels, labels), torch.from_numpy(command.z))
        else:
            self._sampler.begin(networks.reconstruct, *self._originals)

    def _finish_drawing(self) -> None:
        pixels = self._sampler.fetch()
        if pixels is None:
            return
        if isinstance(self._drawing, DreamCommand):
            self._tiles.dreams[: len(pixels)] = pixels
            self._send(DreamReport(len(pixels)))
        else:
            self._tiles.reconstructions[:] = pixels
            self._send(ReconstructionReport())
        self._drawing = None

    # Exporting.

    def _export_beside(self, *, is_commanded: bool = False) -> None:
        """Save, and export a copy in a thread.

        While another export is under way, a commanded one waits for it, and any other one is skipped.
        """
        if self._exporting.locked() and not is_commanded:
            return

        def send_failure(error: PixelmintError) -> None:
            self._send(ExportFailure(str(error)) if is_commanded else WarningReport(str(error)))

        try:
            # So the export is what ``mint export`` writes.
            self._session.save()
        except CheckpointError as error:
            send_failure(error)
            return
        networks, progress = networks_on_cpu(self._session.networks), self._session.progress

        def export() -> None:
            try:
                with self._exporting:
                    self._export(networks, progress)
            except PixelmintError as error:
                send_failure(error)
            else:
                if is_commanded:
                    self._send(ExportReport(progress.step))

        threading.Thread(target=export, name="exporter", daemon=True).start()

    def _send(self, report: WorkerReport) -> None:
        try:
            with self._sending:
                self._connection.send(report)
        except OSError:
            pass  # the other process has ended, which the next poll notices
