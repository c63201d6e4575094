"""The trainer as the page's process knows it: orders go in, reports come out, and pictures are asked for one at a time."""

import asyncio
import multiprocessing
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from mint.errors import ExportError, TrainingError
from mint.live.run_config import RunConfig
from mint.live.trainer_process import run_trainer
from mint.training.process.messages import (
    MAX_DREAMS,
    DreamCommand,
    DreamReport,
    EndReport,
    ExportCommand,
    ExportFailure,
    ExportReport,
    FailureReport,
    ReconstructCommand,
    ReconstructionReport,
    SharedTiles,
    StartReport,
    StopCommand,
    WorkerCommand,
    WorkerReport,
)

_EXIT_WITHIN_S = 10.0


@dataclass(frozen=True)
class TrainerDied:
    """The trainer's process died, and how: its exit code, negative the number of a signal."""

    code: int | None


class TrainerClient:
    """A training in a process of its own. Everything here belongs into one event loop.

    ``on_report`` is told what the trainer says and nobody has asked for; ``ended`` is done when its process has ended.
    """

    def __init__(self, assignment: RunConfig, shape: tuple[int, int, int]) -> None:
        """Prepare for originals of this shape (n, H, W); ``start`` starts the process."""
        context = multiprocessing.get_context("spawn")
        self._loop = asyncio.get_running_loop()
        self._tiles = SharedTiles(context, shape)
        self._connection, theirs = context.Pipe()
        self._theirs: Connection[WorkerReport, WorkerCommand] | None = theirs
        self._process = context.Process(target=run_trainer, args=(assignment, theirs, self._tiles), name="trainer")
        self._reader = threading.Thread(target=self._read, name="trainer's reports", daemon=True)
        self._begun: asyncio.Future[StartReport | None] = self._loop.create_future()
        self._answers: dict[type[DreamCommand | ReconstructCommand | ExportCommand], asyncio.Future[WorkerReport | None]] = {}
        self._turns = {kind: asyncio.Lock() for kind in (DreamCommand, ReconstructCommand, ExportCommand)}
        self.ended: asyncio.Future[EndReport | FailureReport | TrainerDied] = self._loop.create_future()
        self.on_report: Callable[[WorkerReport], None] = lambda report: None

    async def start(self) -> StartReport:
        """Start the process and return what stands there. Raises TrainingError where it cannot begin."""
        with _blocking_interrupts():  # Ctrl-C reaches all processes of a terminal, but is for this one alone
            self._process.start()
        assert self._theirs is not None
        self._theirs.close()  # else its end would not be the pipe's
        self._theirs = None
        self._reader.start()
        started = await self._begun
        if started is None:
            last = self.ended.result()
            raise TrainingError(
                last.text if isinstance(last, FailureReport) else f"the training ended before it began: {how(last)}; try again"
            )
        return started

    def order(self, order: WorkerCommand) -> None:
        """Have something done; nothing happens where the trainer has ended."""
        with suppress(OSError):  # ``ended`` tells
            self._connection.send(order)

    async def draw(self, z: NDArray[np.float32], asked: tuple[float, ...] = ()) -> NDArray[np.uint8] | None:
        """Draw latents (n, L) with the training's present averaged weights: (n, H, W) uint8, or None where it has ended.

        ``asked`` is what is asked of each label.
        """
        pictures = []
        for start in range(0, len(z), MAX_DREAMS):
            async with self._turns[DreamCommand]:
                answer = await self._ask(DreamCommand(z[start : start + MAX_DREAMS], asked))
                if not isinstance(answer, DreamReport):
                    return None
                pictures.append(self._tiles.dreams[: answer.count].copy())
        return np.concatenate(pictures)

    async def reconstruct(self) -> NDArray[np.uint8] | None:
        """Draw what the shown sprites are understood as now: (n, H, W) uint8, or None where the training has ended."""
        async with self._turns[ReconstructCommand]:
            answer = await self._ask(ReconstructCommand())
            return self._tiles.reconstructions.copy() if isinstance(answer, ReconstructionReport) else None

    async def publish(self) -> int:
        """Save and publish the present state, and return its step. Raises ExportError."""
        async with self._turns[ExportCommand]:
            match await self._ask(ExportCommand()):
                case ExportReport() as published:
                    return published.step
                case ExportFailure() as reason:
                    raise ExportError(reason.text)
                case _:
                    raise ExportError("the training has ended meanwhile; its files are in the token's folder")

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def close(self) -> None:
        """Let go of the trainer: one that still runs finds itself alone, saves and ends."""
        if self._begun.cancelled():
            self._process.kill()  # nothing has been trained yet
        elif self._process.is_alive():
            self.order(StopCommand(publish=False))
            self._process.join(_EXIT_WITHIN_S)
            self._process.terminate()

    async def _ask(self, order: DreamCommand | ReconstructCommand | ExportCommand) -> WorkerReport | None:
        if self.ended.done():
            return None
        answer: asyncio.Future[WorkerReport | None] = self._loop.create_future()
        self._answers[type(order)] = answer
        self.order(order)
        return await answer

    # Reports arrive in a thread and are heard in the event loop.

    def _read(self) -> None:
        last: EndReport | FailureReport | None = None
        try:
            while True:
                report = self._connection.recv()
                if isinstance(report, EndReport | FailureReport):
                    last = report
                else:
                    self._loop.call_soon_threadsafe(self._hear, report)
        except (EOFError, OSError):
            pass
        self._process.join(_EXIT_WITHIN_S)
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self._hear_last, last or TrainerDied(self._process.exitcode))

    def _hear(self, report: WorkerReport) -> None:
        match report:
            case StartReport():
                if not self._begun.done():  # who waited may have been interrupted
                    self._begun.set_result(report)
            case DreamReport():
                self._answer(DreamCommand, report)
            case ReconstructionReport():
                self._answer(ReconstructCommand, report)
            case ExportReport() | ExportFailure():
                self._answer(ExportCommand, report)
            case _:
                self.on_report(report)

    def _hear_last(self, last: EndReport | FailureReport | TrainerDied) -> None:
        self.ended.set_result(last)
        if not self._begun.done():
            self._begun.set_result(None)
        for kind in tuple(self._answers):
            self._answer(kind, None)

    def _answer(self, kind: type[DreamCommand | ReconstructCommand | ExportCommand], report: WorkerReport | None) -> None:
        answer = self._answers.pop(kind, None)
        if answer is not None and not answer.done():  # who asked may be gone
            answer.set_result(report)


def how(last: EndReport | TrainerDied) -> str:
    """Say how a process ended."""
    if isinstance(last, EndReport):
        return "it was stopped"
    if last.code is not None and last.code < 0:
        return f"its process was killed by {signal.Signals(-last.code).name}"
    return f"its process failed with exit code {last.code}"


@contextmanager
def _blocking_interrupts() -> Generator[None, None, None]:
    """Keep SIGINT waiting; a process that is started meanwhile inherits that, and never sees one."""
    if not hasattr(signal, "pthread_sigmask"):  # elsewhere the process looks after itself
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
