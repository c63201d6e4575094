"""A training that is running as a source of tiles: its dreams, its past, its originals and its numbers."""

import asyncio
import math
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from mint.errors import HistoryError
from mint.live.gpu import busy_share_of
from mint.live.photographs import TrainingPhotographs
from mint.live.trainer_client import TrainerClient, TrainerDied
from mint.token.folder import TokenFolder
from mint.training import stats
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
from mint.training.progress import Progress
from mint.training.saving.history import SEEDS, History
from viewer.exported.labels import UNSPECIFIED
from viewer.latents.modes import Mode
from viewer.latents.walk import walk_latents
from viewer.web import protocol
from viewer.web.frames import ORIGINALS, RECONSTRUCTIONS
from viewer.web.protocol import (
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

_ASK_EVERY_S = 0.5  # how far it is; each answer is drawn by every page
_LOOK_EVERY_S = 1.0  # at reconstructions, and for new steps of the past

_STOPPING = "Stopping: the training is being saved and exported."
_PRESS = "Press Space or the play button to begin."


class Terminal(Protocol):
    """Who follows a training beside its pages."""

    def on_step(self, position: Progress) -> None:
        """Take note of finished steps."""

    def on_stats(self, stats: stats.Stats) -> None:
        """Take note of new statistics."""

    def say(self, sentence: str) -> None:
        """Show a sentence that stays."""


class LiveSource:
    """Shows a training, and hands it what people want."""

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
        """Begin to show it; where there are photographs, these are the originals."""
        self._trainer = trainer
        self._started = started
        self._token = token
        self._photographs = photographs
        self.terminal: Terminal | None = None  # as soon as there is one
        self._history = History(token.training / "history")
        self._news: asyncio.Queue[SourceEvent] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._position = started.position
        self._saved_step: int | None = None  # as far as it is known
        self._is_paused = paused
        self.is_stopping = False  # stop was called
        self._is_comparing = False
        self._asked = [UNSPECIFIED] * len(started.labels)
        self._is_asked = False  # how far it is
        self._next_look_s = 0.0
        self._steps: tuple[int, ...] = ()
        self._chosen: int | None = None  # the step of the past that somebody wants to see
        self._past: tuple[int, NDArray[np.uint8]] | None = None  # the one that is seen, and its tiles
        self._is_reconstructing = False
        self._loss: deque[float] = deque(_losses(token), MAX_VALUES)
        self._gpu: deque[float] = deque(maxlen=MAX_VALUES)
        self._cpu: deque[float] = deque(maxlen=MAX_VALUES)
        self._cpu_time: tuple[float, float] | None = None  # seconds of all threads, and when
        self._gpu_busy = busy_share_of(started.gpu) if started.gpu else lambda: None
        trainer.on_report = self._hear

    async def run(self) -> EndReport | FailureReport | TrainerDied:
        """Follow the training until it has ended, and return how."""
        ended = self._trainer.ended
        while not ended.done():
            now = time.monotonic()
            if not self._is_asked:
                self._is_asked = True
                self._trainer.order(ProgressCommand())
            if now >= self._next_look_s:
                self._next_look_s = now + _LOOK_EVERY_S
                self._look_around()
            await asyncio.wait([ended], timeout=_ASK_EVERY_S)
        last = ended.result()
        if isinstance(last, EndReport):
            self._position = last.position
            self._news.put_nowait(self._status())
        # Whoever says farewell now says it after all that there was to tell.
        await self._news.join()
        return last

    def stop(self) -> None:
        """Have the training saved, exported and ended."""
        self.is_stopping = True
        self._trainer.order(StopCommand())
        self._news.put_nowait(self._status())

    @property
    def position(self) -> Progress:
        """How far the training is known to be."""
        return self._position

    @property
    def saved_step(self) -> int | None:
        """The step up to which all is known to be saved, None where nothing is."""
        return self._saved_step

    async def events(self) -> AsyncIterator[SourceEvent]:
        """Tell the token, then all that changes; see ``TileSource``."""
        yield self._model()
        yield self._status()
        sprites = self._token.pixels
        shown = self._photographs.pixels if self._photographs else sprites[messages.shown_originals(sprites)]
        yield SpriteImages(kind=ORIGINALS, pixels=shown)
        if self._loss:
            yield self._values()
        while True:
            yield await self._news.get()
            self._news.task_done()  # it has been heard: another one is asked for

    async def draw(self, seeds: Sequence[int], positions: NDArray[np.float64]) -> TileBatch | None:
        """Draw dreams of now, or show those of the step of the past that is looked at; see ``TileSource``."""
        if self._past is not None:
            _, tiles = self._past
            return TileBatch(generation=0, pixels=tiles[[(seed - SEEDS[0]) % len(tiles) for seed in seeds]])
        pixels = await self._trainer.draw(walk_latents(seeds, positions, self._started.latent_dim), tuple(self._asked))
        return None if pixels is None else TileBatch(generation=0, pixels=pixels)

    def handle(self, command: SourceCommand) -> None:
        """Take what a person wants: start or pause, a step of the past, the originals."""
        match command:
            case RunMessage() if not self.is_stopping:
                self._is_paused = not command.running
                self._trainer.order(messages.RunCommand(command.running))
                # Told before it is so: who pauses wants everything to stand still at once.
                self._news.put_nowait(self._status())
            case ShowStepMessage():
                self._chosen = command.step
                self._begin(self._show_past(command.step))
            case SetLabelMessage() if 0 <= command.label < len(self._asked):
                self._asked[command.label] = min(1.0, max(0.0, command.value))
                self._news.put_nowait(self._model())
            case CompareMessage():
                self._is_comparing = command.compare
                self._next_look_s = 0.0

    # What the trainer tells.

    def _hear(self, report: WorkerReport) -> None:
        match report:
            case ProgressReport():
                self._is_asked = False
                before = self._status()
                self._position = report.position
                self._saved_step = report.saved_step
                if self.terminal:
                    self.terminal.on_step(report.position)
                if self._status() != before:
                    self._news.put_nowait(self._status())
                self._measure(report.cpu_seconds)
            case stats.Stats():
                self._loss.extend(_loss(report.losses))
                if self.terminal:
                    self.terminal.on_stats(report)
            case WarningReport():
                self._news.put_nowait(ProblemMessage(text=report.text))

    def _measure(self, cpu_seconds: float) -> None:
        now = time.monotonic()
        if (busy := self._gpu_busy()) is not None:
            self._gpu.append(busy)
        elif self._cpu_time is not None:
            spent_s, since_s = self._cpu_time
            share = (cpu_seconds - spent_s) / (now - since_s) / (os.cpu_count() or 1)
            self._cpu.append(100 * min(1.0, max(0.0, share)))
        self._cpu_time = cpu_seconds, now
        self._news.put_nowait(self._values())

    def _values(self) -> protocol.StatsMessage:
        loss, gpu, cpu = (tuple(round(value, 4) for value in series) for series in (self._loss, self._gpu, self._cpu))
        return protocol.StatsMessage(loss=loss, gpu=gpu, cpu=cpu)

    def _look_around(self) -> None:
        steps = self._history.steps
        if steps != self._steps:
            self._steps = steps
            self._news.put_nowait(self._told_history())
        if self._is_comparing and not self._is_reconstructing:
            self._is_reconstructing = True
            self._begin(self._show_reconstructions())

    async def _show_reconstructions(self) -> None:
        shown = self._photographs
        pixels = await (self._trainer.draw(shown.latents) if shown else self._trainer.reconstruct())
        self._is_reconstructing = False
        if pixels is not None:
            self._news.put_nowait(SpriteImages(kind=RECONSTRUCTIONS, pixels=pixels))

    # The past.

    async def _show_past(self, step: int | None) -> None:
        try:
            past = None if step is None else (step, await asyncio.to_thread(self._history.read, step))
        except HistoryError as error:
            self._news.put_nowait(ProblemMessage(text=str(error)))
            self._chosen = self._past[0] if self._past else None
        else:
            if step != self._chosen:
                return  # while it was read, another was chosen
            self._past = past
            self._news.put_nowait(FixedSeeds(seeds=tuple(SEEDS) if past else ()))
            self._news.put_nowait(self._model())
        self._news.put_nowait(self._told_history())

    def _told_history(self) -> protocol.HistoryMessage:
        return protocol.HistoryMessage(steps=self._steps, chosen=self._chosen)

    # What is told.

    def _status(self) -> SourceStatus:
        step = self._position.step
        if self.is_stopping:
            return SourceStatus(state="paused" if self._is_paused else "running", step=step, text=_STOPPING)
        if self._is_paused:
            return SourceStatus(state="paused", step=step, text="" if self._has_begun else _PRESS)
        return SourceStatus(state="running" if self._has_begun else "waiting", step=step)

    @property
    def _has_begun(self) -> bool:
        return self._position.step > self._started.position.step

    def _model(self) -> ModelMessage:
        token = self._token
        _, height, width = token.pixels.shape
        return ModelMessage(
            generation=0,
            name=token.path.name,
            token=token.hash.text,
            features={name: str(value) for name, value in token.features.items()},
            recipe=self._started.recipe,
            step=self._past[0] if self._past else self._position.step,
            palette=tuple(f"#{bytes(color).hex()}" for color in token.rgba),
            size=(height, width),
            device=self._started.device,
            note="",
            position=0,
            count=1,
            labels=self._started.labels,
            asked=tuple(self._asked),
            photographs=self._photographs.told if self._photographs else None,
        )

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop itself holds no task for good
        task.add_done_callback(self._tasks.discard)


def _losses(token: TokenFolder) -> list[float]:
    """Return the losses of earlier runs, oldest first."""
    lines = stats.read(token.training / "stats.jsonl")[-MAX_VALUES:]
    return [loss for line in lines if isinstance(line.get("losses"), dict) for loss in _loss(line["losses"])]


def _loss(losses: object) -> list[float]:
    """Return the first of the losses, which a recipe names first because it matters most, as far as it is a number."""
    assert isinstance(losses, dict)
    first = next(iter(losses.values()), None)
    return [float(first)] if isinstance(first, int | float) and math.isfinite(first) else []
