"""A pool of processes on this machine; a process that dies costs its job's attempt, and is replaced.

``concurrent.futures`` gives a whole pool up when one of its processes dies, so this is a pool of our own.
"""

import multiprocessing
import multiprocessing.connection
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal

from mint.collection.training.job import FailedAttempt, Job, Outcome
from mint.collection.training.pool_worker import FromWorker, StopWorker, ToWorker, WorkerReady, run_worker
from mint.errors import CollectionError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

# A process that ends by itself before it is ready will do so each time.
_MAX_STARTS_IN_VAIN: Final = 3
# Exit codes of a process that someone or the system has ended, for instance because memory ran out; others are crashes.
_ENDED_FROM_OUTSIDE: Final = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP} if sys.platform != "win32" else {1}
# After a stop: how long a step and a checkpoint may take before a process is killed.
_STOP_TIMEOUT_S: Final = 20.0


class ProcessPool:
    """A scheduler (see ``Scheduler``) on this machine, with one process for each of the environments."""

    def __init__(self, environments: Sequence[Mapping[str, str]]) -> None:
        self._workers = [_Worker(environment) for environment in environments]
        self._stopped_s: float | None = None
        self._num_starts_in_vain = 0

    def __enter__(self) -> "ProcessPool":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self._workers:
            worker.kill() if error is not None else worker.send_stop()
        for worker in self._workers:
            worker.end()

    @property
    def window(self) -> int:
        """One job for each process."""
        return len(self._workers)

    @property
    def process_ids(self) -> list[int]:
        """The processes that run now."""
        return [worker.process.pid for worker in self._workers if worker.process is not None and worker.process.pid is not None]

    def submit(self, job: Job) -> None:
        """Hand a job to a process that has none, which is started if it does not run."""
        next(worker for worker in self._workers if worker.job is None).begin(job)

    def wait(self, timeout_s: float) -> list[Outcome]:
        """Return the jobs that have ended; see ``Scheduler``."""
        if self._stopped_s is not None and time.monotonic() > self._stopped_s + _STOP_TIMEOUT_S:
            for worker in self._workers:
                worker.kill()
        busy = {worker.connection: worker for worker in self._workers if worker.connection is not None}
        outcomes = []
        for ready in multiprocessing.connection.wait(list(busy), timeout_s):
            outcome = self._receive(next(worker for connection, worker in busy.items() if connection is ready))
            if outcome is not None:
                outcomes.append(outcome)
        return outcomes

    def stop(self) -> None:
        """Let every process save and end."""
        self._stopped_s = time.monotonic()
        for worker in self._workers:
            worker.send_stop()

    def _receive(self, worker: "_Worker") -> Outcome | None:
        message = worker.receive()
        match message:
            case WorkerReady():
                worker.is_ready = True
                self._num_starts_in_vain = 0
                return None
            case Outcome():
                worker.job = None
                return message
        exit_code, was_ready, job = worker.collect()
        if not was_ready and exit_code > 0 and self._stopped_s is None:
            self._num_starts_in_vain += 1
            if self._num_starts_in_vain >= _MAX_STARTS_IN_VAIN:
                raise CollectionError(
                    f"the processes that train end before they begin, with exit code {exit_code}; see their messages above"
                )
        if job is None:
            return None
        if self._stopped_s is not None:
            return Outcome(job, FailedAttempt(kind="stopped", reason="it was stopped"))
        kind: Literal["failed", "died"] = "died" if exit_code in _ENDED_FROM_OUTSIDE or not was_ready else "failed"
        return Outcome(job, FailedAttempt(kind=kind, reason=f"its process {_describe_exit(exit_code)}"))


class _Worker:
    """One place of the pool: its process, if that runs, and the job that it has, if any."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.process: SpawnProcess | None = None
        self.connection: Connection[ToWorker, FromWorker] | None = None
        self.job: Job | None = None
        self.is_ready = False

    def begin(self, job: Job) -> None:
        self.job = job
        if self.process is None:
            self._start()
        assert self.connection is not None
        with suppress(OSError):  # it has died; the next wait notices
            self.connection.send(job)

    def receive(self) -> FromWorker | None:
        """Return the next message, None where the process has died."""
        assert self.connection is not None
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return None

    def collect(self) -> tuple[int, bool, Job | None]:
        """Forget a process that has died; return its exit code, whether it was ready, and its job."""
        assert self.process is not None
        assert self.connection is not None
        self.connection.close()
        self.process.join()
        collected = self.process.exitcode or 0, self.is_ready, self.job
        self.process = self.connection = self.job = None
        return collected

    def send_stop(self) -> None:
        if self.connection is not None:
            with suppress(OSError):
                self.connection.send(StopWorker())

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()

    def end(self) -> None:
        """Wait for the end of the process, which was told to end, and kill it where that takes too long."""
        if self.process is not None:
            self.process.join(_STOP_TIMEOUT_S)
            self.kill()
            self.collect()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, child = context.Pipe()
        self.process = context.Process(target=run_worker, args=(child, self._environment), daemon=True)
        self.is_ready = False
        self.process.start()
        child.close()


def _describe_exit(exit_code: int) -> str:
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    try:
        return f"was ended by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"was ended by signal {-exit_code}"
