"""What runs in the trainer's process: opens the session and runs a worker on it."""

import signal
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from mint.errors import PixelmintError
from mint.live.run_config import RunConfig, open_run
from mint.training.process.deadline import exit_process
from mint.training.process.messages import FailureReport, SharedTiles, WorkerCommand, WorkerReport

if TYPE_CHECKING:
    from mint.token.folder import TokenFolder


def run_trainer(config: RunConfig, connection: "Connection[WorkerReport, WorkerCommand]", tiles: SharedTiles) -> None:
    """Train as configured, handling the commands of the connection; a foreseen failure is reported there, too."""
    # Ctrl-C reaches every process of the terminal, but only the one that started this process handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from mint.token.folder import read_token
    from mint.training.saving.lock import training_lock

    try:
        token = read_token(config.token)
        with training_lock(token.training):
            _train(token, config, connection, tiles)
    except PixelmintError as error:
        connection.send(FailureReport(str(error)))
    connection.close()
    exit_process()


def _train(
    token: "TokenFolder", config: RunConfig, connection: "Connection[WorkerReport, WorkerCommand]", tiles: SharedTiles
) -> None:
    from mint.training.loop import Limits
    from mint.training.process.worker import Worker
    from mint.training.sprites import sprites_of

    session, publisher = open_run(config, token)
    worker = Worker(session, sprites_of(token), connection, tiles, publisher.publish)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    publisher.prepare_in_background(session.networks, worker.warn)
    worker.run(Limits(steps=config.steps, seconds=config.seconds))
