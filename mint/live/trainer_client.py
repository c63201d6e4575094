"""The client of the trainer in the page's process: sends commands, receives reports, and requests pictures one at a time."""

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

_Request = DreamCommand | ReconstructCommand | ExportCommand  # the commands that have a reply


@dataclass(frozen=True)
class TrainerDied:
    """The trainer's process died: its exit code, or the negative number of a signal."""

    code: int | None


class TrainerClient:
    """A training in a process of its own. All calls belong in one event loop.

    ``on_report`` gets the reports that are no reply to a method of this class; ``ended`` is done when the process has ended.
    """

    def __init__(self, config: RunConfig, shape: tuple[int, int, int]) -> None:
        """Prepare for originals of this shape (n, H, W); ``start`` starts the process."""
        context = multiprocessing.get_context("spawn")
        self._loop = asyncio.get_running_loop()
        self._tiles = SharedTiles(context, shape)
        self._connection, child_connection = context.Pipe()
        self._child_connection: Connection[WorkerReport, WorkerCommand] | None = child_connection
        self._process = context.Process(target=run_trainer, args=(config, child_connection, self._tiles), name="trainer")
        self._reader = threading.Thread(target=self._read, name="trainer reports", daemon=True)
        self._started: asyncio.Future[StartReport | None] = self._loop.create_future()
        self._replies: dict[type[_Request], asyncio.Future[WorkerReport | None]] = {}
        self._locks = {kind: asyncio.Lock() for kind in (DreamCommand, ReconstructCommand, ExportCommand)}
        self.ended: asyncio.Future[EndReport | FailureReport | TrainerDied] = self._loop.create_future()
        self.on_report: Callable[[WorkerReport], None] = lambda report: None

    async def start(self) -> StartReport:
        """Start the process and return its first report. Raises TrainingError where it cannot start."""
        with _blocking_interrupts():  # Ctrl-C and hanging up reach all processes of a terminal, but only this one handles it
            self._process.start()
        assert self._child_connection is not None
        self._child_connection.close()  # else the pipe would not be closed when the process ends
        self._child_connection = None
        self._reader.start()
        started = await self._started
        if started is None:
            last = self.ended.result()
            raise TrainingError(
                last.text
                if isinstance(last, FailureReport)
                else f"the training ended before it began: {describe_end(last)}; try again"
            )
        return started

    def send(self, command: WorkerCommand) -> None:
        """Send a command; nothing happens where the trainer has ended."""
        with suppress(OSError):  # ``ended`` reports it
            self._connection.send(command)

    async def draw(self, z: NDArray[np.float32], labels: tuple[float, ...] = ()) -> NDArray[np.uint8] | None:
        """Draw latents (n, L) with the training's present averaged weights: (n, H, W) uint8, or None where it has ended.

        ``labels`` has a value for each label, as ``DreamCommand`` has.
        """
        pictures = []
        for start in range(0, len(z), MAX_DREAMS):
            async with self._locks[DreamCommand]:
                reply = await self._request(DreamCommand(z[start : start + MAX_DREAMS], labels))
                if not isinstance(reply, DreamReport):
                    return None
                pictures.append(self._tiles.dreams[: reply.count].copy())
        return np.concatenate(pictures)

    async def reconstruct(self) -> NDArray[np.uint8] | None:
        """Draw the present reconstructions of the shown sprites: (n, H, W) uint8, or None where the training has ended."""
        async with self._locks[ReconstructCommand]:
            reply = await self._request(ReconstructCommand())
            return self._tiles.reconstructions.copy() if isinstance(reply, ReconstructionReport) else None

    async def export(self) -> int:
        """Save and export the present state, and return its step. Raises ExportError."""
        async with self._locks[ExportCommand]:
            match await self._request(ExportCommand()):
                case ExportReport() as report:
                    return report.step
                case ExportFailure() as failure:
                    raise ExportError(failure.text)
                case _:
                    raise ExportError("the training has ended meanwhile; its files are in the token's folder")

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def close(self) -> None:
        """Have a trainer that still runs save and end, and wait for it."""
        if self._started.cancelled():
            self._process.kill()  # nothing has been trained yet
        elif self._process.is_alive():
            self.send(StopCommand(export=False))
            self._process.join(_EXIT_WITHIN_S)
            self._process.terminate()

    async def _request(self, request: _Request) -> WorkerReport | None:
        if self.ended.done():
            return None
        reply: asyncio.Future[WorkerReport | None] = self._loop.create_future()
        self._replies[type(request)] = reply
        self.send(request)
        return await reply

    # Reports arrive in a thread and are handled in the event loop.

    def _read(self) -> None:
        last: EndReport | FailureReport | None = None
        try:
            while True:
                report = self._connection.recv()
                if isinstance(report, EndReport | FailureReport):
                    last = report
                else:
                    self._loop.call_soon_threadsafe(self._handle, report)
        except (EOFError, OSError):
            pass
        self._process.join(_EXIT_WITHIN_S)
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._handle_end, last or TrainerDied(self._process.exitcode))

    def _handle(self, report: WorkerReport) -> None:
        match report:
            case StartReport():
                if not self._started.done():  # it may have been cancelled
                    self._started.set_result(report)
            case DreamReport():
                self._set_reply(DreamCommand, report)
            case ReconstructionReport():
                self._set_reply(ReconstructCommand, report)
            case ExportReport() | ExportFailure():
                self._set_reply(ExportCommand, report)
            case _:
                self.on_report(report)

    def _handle_end(self, last: EndReport | FailureReport | TrainerDied) -> None:
        self.ended.set_result(last)
        if not self._started.done():
            self._started.set_result(None)
        for kind in tuple(self._replies):
            self._set_reply(kind, None)

    def _set_reply(self, kind: type[_Request], report: WorkerReport | None) -> None:
        reply = self._replies.pop(kind, None)
        if reply is not None and not reply.done():  # it may have been cancelled
            reply.set_result(report)


def describe_end(last: EndReport | TrainerDied) -> str:
    """Return how a process ended, as a part of a sentence."""
    if isinstance(last, EndReport):
        return "it was stopped"
    if last.code is not None and last.code < 0:
        return f"its process was killed by {signal.Signals(-last.code).name}"
    return f"its process failed with exit code {last.code}"


@contextmanager
def _blocking_interrupts() -> Generator[None, None, None]:
    """Block SIGINT and SIGHUP while open; a process that is started meanwhile inherits that, and never receives one."""
    if not hasattr(signal, "pthread_sigmask"):  # elsewhere the process ignores it as soon as it runs
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
