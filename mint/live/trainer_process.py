"""What runs in the trainer's process: builds the session and puts a worker to it."""

import os
import signal
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from mint.errors import PixelmintError
from mint.live.run_config import RunConfig, open_run
from mint.training.process.messages import FailureReport, SharedTiles, WorkerCommand, WorkerReport

if TYPE_CHECKING:
    from mint.token.folder import TokenFolder


def run_trainer(assignment: RunConfig, connection: "Connection[WorkerReport, WorkerCommand]", tiles: SharedTiles) -> None:
    """Train as assigned, doing what is asked for through the connection; a foreseen failure is told there, too."""
    # Ctrl-C reaches every process of the terminal, but it is for the one that has started this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from mint.token.folder import read_token
    from mint.training.saving.lock import training_lock

    try:
        token = read_token(assignment.token)
        with training_lock(token.training):
            _train(token, assignment, connection, tiles)
    except PixelmintError as error:
        connection.send(FailureReport(str(error)))
    # At once: an export that is still computed in a thread would take the ending interpreter down with an abort.
    connection.close()
    os._exit(0)


def _train(
    token: "TokenFolder", assignment: RunConfig, connection: "Connection[WorkerReport, WorkerCommand]", tiles: SharedTiles
) -> None:
    from mint.training.loop import Limits
    from mint.training.process.worker import Worker
    from mint.training.sprites import sprites_of

    session, publisher = open_run(assignment, token)
    worker = Worker(session, sprites_of(token), connection, tiles, publisher.publish)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    publisher.prepare_in_background(session.networks, worker.say)
    worker.run(Limits(steps=assignment.steps, seconds=assignment.seconds))
