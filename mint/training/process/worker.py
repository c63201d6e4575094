"""The worker: a session that trains, and between two steps does what is asked for through a pipe.

It has no thread of its own for that, and waits for nobody but while it is paused. Drawing for others takes at most a fixed share of
its time, whatever they ask for. When nobody is left at the other end, it saves and ends.
"""

import copy
import threading
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection

import torch

from mint.errors import CheckpointError, PixelmintError
from mint.recipes.recipe import Networks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.process.deadline import EXPORT_WITHIN_S, finish_within
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
from mint.training.progress import Progress
from mint.training.session import Session, TrainingCallbacks
from mint.training.speed.device import device_name
from mint.training.sprites import TrainingSprites

# Of a running training's time, what drawing may take: however many tiles a page asks for, four fifths are steps.
DRAWING_SHARE = 0.2
# A step may take less than asking the pipe does.
_LOOK_EVERY_S = 0.005

# While it rests, a signal is noticed after so long.
_NAP_S = 0.5

PublishNetworks = Callable[[Networks, Progress], None]


class Worker(Control):
    """A session at work for whoever holds the other end of a pipe.

    ``publish`` exports networks; it is called in a thread, with a copy, and raises PixelmintError where it cannot.
    """

    def __init__(
        self,
        session: Session,
        sprites: TrainingSprites,
        connection: "Connection[WorkerReport, WorkerCommand]",
        tiles: SharedTiles,
        publish: PublishNetworks,
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
        self._publish = publish
        self._publishing = threading.Lock()
        self._sending = threading.Lock()
        self._easel = DreamSampler(session.device)
        self._drawings: deque[DreamCommand | ReconstructCommand] = deque()
        self._under_way: DreamCommand | ReconstructCommand | None = None
        self._looked_s = 0.0
        self._next_drawing_s = 0.0
        self._is_alone = False
        self._is_publishing_last = True

    def run(self, limits: Limits) -> None:
        """Rest until it is told to run, train until the limits are reached or a stop is ordered, save, publish and tell the end.

        Raises TrainingError, CheckpointError and ExportError.
        """
        session = self._session
        self._tell(
            StartReport(
                position=session.position,
                device=device_name(session.device),
                gpu=_uuid(session.device),
                recipe=session.recipe,
                seed=session.seed,
                latent_dim=session.latent_dim,
                labels=session.labels,
                skipped=tuple(session.skipped),
            )
        )
        session.run(
            limits,
            self,
            TrainingCallbacks(
                on_stats=self._tell,
                on_step=lambda _: self._between_steps(),
                on_snapshot=lambda _, position: self._publish_beside(),
                on_trouble=self.say,
                on_shortage=self._easel.spare,
            ),
        )
        # Where nobody is there any more there is haste; what is saved can be exported any time.
        is_publishing = self._is_publishing_last and not self._is_alone
        self._tell(EndReport(session.position, exported=is_publishing and self._publish_last()))

    def say(self, text: str) -> None:
        """Tell of trouble, in a sentence; from any thread."""
        self._tell(WarningReport(text))

    def _publish_last(self) -> bool:
        """Publish the last state; who asked for a stop is not kept waiting for long, and False says that it was not done."""
        networks, position = self._session.networks, self._session.position

        def publish() -> None:
            with self._publishing:
                self._publish(networks, position)

        return finish_within(publish, None if self.stopped_s is None else self.stopped_s + EXPORT_WITHIN_S - time.monotonic())

    def wait_while_paused(self) -> None:
        """Serve until training goes on or stops."""
        while self.paused:
            if self._under_way is None and not self._drawings:
                self._connection.poll(_NAP_S)
            self._look()
            self._draw(is_free=True)

    def _between_steps(self) -> None:
        now = time.monotonic()
        if now - self._looked_s >= _LOOK_EVERY_S:
            self._looked_s = now
            self._look()
        self._draw(is_free=False)

    def _look(self) -> None:
        try:
            while not self._is_alone and self._connection.poll():
                self._obey(self._connection.recv())
        except (EOFError, OSError):
            self._is_alone = True
            self.stop()

    def _obey(self, order: WorkerCommand) -> None:
        match order:
            case RunCommand(running=True):
                self.resume()
            case RunCommand():
                self.pause()
            case StopCommand():
                self._is_publishing_last = order.publish
                self.stop()
            case ProgressCommand():
                saved = self._session.saved_step
                self._tell(ProgressReport(position=self._session.position, saved_step=saved, cpu_seconds=time.process_time()))
            case DreamCommand() | ReconstructCommand():
                self._drawings.append(order)
            case ExportCommand():
                self._publish_beside(is_ordered=True)

    # Drawing.

    def _draw(self, *, is_free: bool) -> None:
        if self._under_way is None:
            if not self._drawings or not (is_free or time.monotonic() >= self._next_drawing_s):
                return
            started = time.monotonic()
            self._under_way = self._drawings.popleft()
            try:
                self._begin(self._under_way)
            except (MemoryError, RuntimeError):  # the session goes on with less, and so does the drawing
                self._drawings.appendleft(self._under_way)
                self._under_way = None
                raise
            self._finish()
            took = time.monotonic() - started
            self._next_drawing_s = time.monotonic() + took * (1 / DRAWING_SHARE - 1)
        else:
            self._finish()

    @torch.inference_mode()
    def _begin(self, drawing: DreamCommand | ReconstructCommand) -> None:
        networks, num_labels = self._session.networks, len(self._session.labels)
        if isinstance(drawing, DreamCommand):
            asked = drawing.asked or None
            self._easel.begin(lambda z: networks.dream(z, num_labels, asked), torch.from_numpy(drawing.z))
        else:
            self._easel.begin(networks.reconstruct, *self._originals)

    def _finish(self) -> None:
        pixels = self._easel.take()
        if pixels is None:
            return
        if isinstance(self._under_way, DreamCommand):
            self._tiles.dreams[: len(pixels)] = pixels
            self._tell(DreamReport(len(pixels)))
        else:
            self._tiles.reconstructions[:] = pixels
            self._tell(ReconstructionReport())
        self._under_way = None

    # Publishing.

    def _publish_beside(self, *, is_ordered: bool = False) -> None:
        """Save, and publish a copy in a thread; while one is under way an order waits for it, and anything else is left out."""
        if self._publishing.locked() and not is_ordered:
            return
        try:
            # What is published is what ``mint export`` would find.
            self._session.save()
        except CheckpointError as error:
            self._tell(ExportFailure(str(error)) if is_ordered else WarningReport(str(error)))
            return
        networks, position = copy.deepcopy(self._session.networks), self._session.position

        def work() -> None:
            try:
                with self._publishing:
                    self._publish(networks, position)
            except PixelmintError as error:
                self._tell(ExportFailure(str(error)) if is_ordered else WarningReport(str(error)))
            else:
                if is_ordered:
                    self._tell(ExportReport(position.step))

        threading.Thread(target=work, name="publisher", daemon=True).start()

    def _tell(self, report: WorkerReport) -> None:
        try:
            with self._sending:
                self._connection.send(report)
        except OSError:
            pass  # nobody is there any more, which the next look will find


def _uuid(device: torch.device) -> str:
    return str(torch.cuda.get_device_properties(device).uuid) if device.type == "cuda" else ""
