"""What runs in each process of the pool: it trains the jobs that come through a pipe, one after another.

A thread listens to the pipe, so that a stop is noticed during a training. When the other end is closed, because the process that
hands out jobs has ended, however it ended, the worker saves and ends, too. Loads torch only when it runs.
"""

import os
import queue
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from mint.collection.training.job import Job, Outcome
from mint.training.control import Control

# From the end of the other process on: how long a step and a checkpoint may take.
_END_WITHIN_S: Final = 10.0


@dataclass(frozen=True)
class WorkerReady:
    """Report that the worker has loaded what it needs."""


@dataclass(frozen=True)
class StopWorker:
    """Save and end."""


FromWorker = WorkerReady | Outcome
ToWorker = Job | StopWorker


def run_worker(connection: "Connection[FromWorker, ToWorker]", environment: Mapping[str, str]) -> None:
    """Train jobs until told to stop; ``environment`` holds variables that have to be set before torch is loaded."""
    os.environ.update(environment)
    # Ctrl-C reaches every process of the terminal, but only the one that started this process handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = Control()
    jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def stop() -> None:
        control.stop()
        jobs.put(None)

    signal.signal(signal.SIGTERM, lambda *_: stop())
    threading.Thread(target=_listen, args=(connection, jobs, stop), name="listener", daemon=True).start()
    from mint.collection.training.token_trainer import TokenTrainer

    trainer = TokenTrainer()
    try:
        connection.send(WorkerReady())
        while not control.stopping and (job := jobs.get()) is not None:
            connection.send(Outcome(job, trainer.attempt(job, control)))
    except OSError:
        pass  # the other process has ended


def _listen(
    connection: "Connection[FromWorker, ToWorker]", jobs: "queue.SimpleQueue[Job | None]", stop: Callable[[], None]
) -> None:
    try:
        while isinstance(message := connection.recv(), Job):
            jobs.put(message)
    except (EOFError, OSError):
        # Nobody waits for this process any more, and a new run may need its folder.
        timer = threading.Timer(_END_WITHIN_S, os._exit, (1,))
        timer.daemon = True
        timer.start()
    stop()
