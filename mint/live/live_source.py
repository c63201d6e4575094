"""A running training as a source of tiles: its dreams, its history, its originals and its statistics."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.errors import HistoryError
from mint.live.photographs import TrainingPhotographs
from mint.live.processor_usage import ProcessorUsage
from mint.live.trainer_client import TrainerClient, TrainerDied
from mint.token.folder import TokenFolder
from mint.training import stats
from mint.training.callbacks import TrainingCallbacks
from mint.training.learning_curves import learning_curves
from mint.training.process import messages
from mint.training.process.messages import (
    EndReport,
    FailureReport,
    ProgressCommand,
    ProgressReport,
    StartReport,
    StopCommand,
    WarningReport,
    WorkerReport,
)
from mint.training.progress import TrainingProgress
from mint.training.saving.history import SEEDS, History
from viewer.exported.labels import UNSPECIFIED
from viewer.latents.modes import Mode
from viewer.latents.walk import walk_latents
from viewer.web import protocol
from viewer.web.frames import ORIGINALS, RECONSTRUCTIONS
from viewer.web.protocol import (
    MAX_POINTS,
    MAX_VALUES,
    Ability,
    CompareMessage,
    ModelMessage,
    ProblemMessage,
    RunMessage,
    SetLabelMessage,
    ShowStepMessage,
)
from viewer.web.tile_source import FixedSeeds, SourceCommand, SourceEvent, SourceStatus, SpriteImages, TileBatch

_PROGRESS_INTERVAL_S = 0.5  # between requests for the progress, each reply to which every page draws
_REFRESH_INTERVAL_S = 1.0  # of the reconstructions and of the list of recorded steps

_STOPPING_TEXT = "Stopping: the training is being saved and exported."
_PAUSED_TEXT = "Press Space or the play button to begin."


class LiveSource:
    """Shows a training, and passes on what people want.

    ``callbacks`` follow the training beside its pages: ``on_step``, now and then, and ``on_stats`` are called.
    """

    abilities: Final[tuple[Ability, ...]] = ("loss", "gpu", "originals", "history", "export")
    modes: Final[tuple[Mode, ...]] = ("refresh",)

    def __init__(
        self,
        trainer: TrainerClient,
        started: StartReport,
        token: TokenFolder,
        photographs: TrainingPhotographs | None = None,
        *,
        paused: bool,
    ) -> None:
        """Begin to show a training; ``photographs``, where given, are its originals."""
        self._trainer = trainer
        self._started = started
        self._token = token
        self._photographs = photographs
        self.callbacks = TrainingCallbacks()
        self._history = History(token.training / "history")
        self._events: asyncio.Queue[SourceEvent] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._progress = started.progress
        self._saved_step: int | None = None
        self._is_paused = paused
        self.is_stopping = False  # whether stop was called
        self._is_comparing = False
        self._label_values = [UNSPECIFIED] * len(started.labels)
        self._is_progress_requested = False
        self._next_refresh_s = 0.0
        self._recorded_steps: tuple[int, ...] = ()
        self._chosen_step: int | None = None  # the recorded step that a person chose
        self._shown_step: tuple[int, NDArray[np.uint8]] | None = None  # the recorded step that is shown, and its tiles
        self._is_reconstructing = False
        self._lines = stats.read(token.training / "stats.jsonl")  # their number grows with the logarithm of the steps
        self._usage = ProcessorUsage(started.gpu, MAX_VALUES)
        trainer.on_report = self._handle

    async def run(self) -> EndReport | FailureReport | TrainerDied:
        """Follow the training until its end, and return how it ended."""
        ended = self._trainer.ended
        while not ended.done():
            now = time.monotonic()
            if not self._is_progress_requested:
                self._is_progress_requested = True
                self._trainer.send(ProgressCommand())
            if now >= self._next_refresh_s:
                self._next_refresh_s = now + _REFRESH_INTERVAL_S
                self._refresh()
            await asyncio.wait([ended], timeout=_PROGRESS_INTERVAL_S)
        last = ended.result()
        if isinstance(last, EndReport):
            self._progress = last.progress
            self._events.put_nowait(self._status())
        # So that a message about the end comes after all other events.
        await self._events.join()
        return last

    def stop(self) -> None:
        """Have the training saved, exported and ended."""
        self.is_stopping = True
        self._trainer.send(StopCommand())
        self._events.put_nowait(self._status())

    @property
    def progress(self) -> TrainingProgress:
        """The last known progress of the training."""
        return self._progress

    @property
    def saved_step(self) -> int | None:
        """The step of the newest known checkpoint, None without any."""
        return self._saved_step

    async def events(self) -> AsyncIterator[SourceEvent]:
        """Yield the token, then everything that changes; see ``TileSource``."""
        yield self._model_message()
        yield self._status()
        sprites = self._token.pixels
        shown = self._photographs.pixels if self._photographs else sprites[messages.shown_originals(sprites)]
        yield SpriteImages(kind=ORIGINALS, pixels=shown)
        if self._lines:
            yield self._curves_message()
        while True:
            yield await self._events.get()
            self._events.task_done()  # the next one is requested, so this one was handled

    async def draw(self, seeds: Sequence[int], positions: NDArray[np.float64]) -> TileBatch | None:
        """Draw present dreams, or return those of the recorded step that is shown; see ``TileSource``."""
        if self._shown_step is not None:
            _, tiles = self._shown_step
            return TileBatch(generation=0, pixels=tiles[[(seed - SEEDS[0]) % len(tiles) for seed in seeds]])
        pixels = await self._trainer.draw(walk_latents(seeds, positions, self._started.latent_dim), tuple(self._label_values))
        return None if pixels is None else TileBatch(generation=0, pixels=pixels)

    def handle(self, command: SourceCommand) -> None:
        """Do what a person asks for: run or pause, show a recorded step, set a label, show the originals."""
        match command:
            case RunMessage() if not self.is_stopping:
                self._is_paused = not command.running
                self._trainer.send(messages.RunCommand(command.running))
                # Before the trainer has done it, because a pause should stop everything at once.
                self._events.put_nowait(self._status())
            case ShowStepMessage():
                self._chosen_step = command.step
                self._run_task(self._show_step(command.step))
            case SetLabelMessage() if 0 <= command.label < len(self._label_values):
                self._label_values[command.label] = min(1.0, max(0.0, command.value))
                self._events.put_nowait(self._model_message())
            case CompareMessage():
                self._is_comparing = command.compare
                self._next_refresh_s = 0.0

    # Reports of the trainer.

    def _handle(self, report: WorkerReport) -> None:
        match report:
            case ProgressReport():
                self._is_progress_requested = False
                before = self._status()
                self._progress = report.progress
                self._saved_step = report.saved_step
                self.callbacks.on_step(report.progress)
                if self._status() != before:
                    self._events.put_nowait(self._status())
                self._usage.measure(report.cpu_seconds)
                self._events.put_nowait(self._stats_message())
            case stats.Stats():
                # A training that went back to an earlier step measures the steps after it again.
                self._lines = [line for line in self._lines if line.step < report.step] + [report]
                self._events.put_nowait(self._curves_message())
                self.callbacks.on_stats(report)
            case WarningReport():
                self._events.put_nowait(ProblemMessage(text=report.text))

    def _stats_message(self) -> protocol.StatsMessage:
        gpu, cpu = (tuple(round(value, 1) for value in series) for series in (self._usage.gpu, self._usage.cpu))
        return protocol.StatsMessage(interval_s=_PROGRESS_INTERVAL_S, gpu=gpu, cpu=cpu)

    def _curves_message(self) -> protocol.LearningCurvesMessage:
        curves = learning_curves(self._lines, MAX_POINTS)
        return protocol.LearningCurvesMessage(
            steps=curves.steps,
            seconds=curves.seconds,
            accuracy=tuple(_rounded(share) for share in curves.accuracy),
            losses={
                name: tuple(None if loss is None else _rounded(loss) for loss in curve) for name, curve in curves.losses.items()
            },
        )

    def _refresh(self) -> None:
        steps = self._history.steps
        if steps != self._recorded_steps:
            self._recorded_steps = steps
            self._events.put_nowait(self._history_message())
        if self._is_comparing and not self._is_reconstructing:
            self._is_reconstructing = True
            self._run_task(self._show_reconstructions())

    async def _show_reconstructions(self) -> None:
        photographs = self._photographs
        pixels = await (self._trainer.draw(photographs.latents) if photographs else self._trainer.reconstruct())
        self._is_reconstructing = False
        if pixels is not None:
            self._events.put_nowait(SpriteImages(kind=RECONSTRUCTIONS, pixels=pixels))

    # Recorded steps.

    async def _show_step(self, step: int | None) -> None:
        try:
            shown = None if step is None else (step, await asyncio.to_thread(self._history.read, step))
        except HistoryError as error:
            self._events.put_nowait(ProblemMessage(text=str(error)))
            self._chosen_step = self._shown_step[0] if self._shown_step else None
        else:
            if step != self._chosen_step:
                return  # another step was chosen meanwhile
            self._shown_step = shown
            self._events.put_nowait(FixedSeeds(seeds=tuple(SEEDS) if shown else ()))
            self._events.put_nowait(self._model_message())
        self._events.put_nowait(self._history_message())

    def _history_message(self) -> protocol.HistoryMessage:
        return protocol.HistoryMessage(steps=self._recorded_steps, chosen=self._chosen_step)

    # Messages to the pages.

    def _status(self) -> SourceStatus:
        step = self._progress.step
        if self.is_stopping:
            return SourceStatus(state="paused" if self._is_paused else "running", step=step, text=_STOPPING_TEXT)
        if self._is_paused:
            return SourceStatus(state="paused", step=step, text="" if self._has_trained else _PAUSED_TEXT)
        return SourceStatus(state="running" if self._has_trained else "waiting", step=step)

    @property
    def _has_trained(self) -> bool:
        return self._progress.step > self._started.progress.step

    def _model_message(self) -> ModelMessage:
        token = self._token
        _, height, width = token.pixels.shape
        return ModelMessage(
            generation=0,
            name=token.path.name,
            token=token.hash.text,
            features={name: str(value) for name, value in token.features.items()},
            recipe=self._started.recipe,
            step=self._shown_step[0] if self._shown_step else self._progress.step,
            palette=tuple(f"#{bytes(color).hex()}" for color in token.rgba),
            size=(height, width),
            device=self._started.device,
            note="",
            position=0,
            count=1,
            labels=self._started.labels,
            asked=tuple(self._label_values),
            photographs=self._photographs.format if self._photographs else None,
        )

    def _run_task(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the event loop keeps only weak references to tasks
        task.add_done_callback(self._tasks.discard)


def _rounded(value: float) -> float:
    """Return a number with the five significant digits that a chart can show."""
    return float(f"{value:.5g}")
