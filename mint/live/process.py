"""What runs in the trainer's process: builds the session and puts a worker to it."""

import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from mint.errors import PixelmintError
from mint.training.orders import Failed, Order, Report, Tiles

if TYPE_CHECKING:
    from mint.recipes.recipe import Recipe
    from mint.token.folder import TokenFolder


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """What is to be trained, where, and for how long."""

    token: Path  # the token's folder
    device: str = "auto"
    seed: int | None = None
    threads: int | None = None  # None: tuned while training
    steps: int | None = None
    seconds: float | None = None
    recipe: "Recipe | None" = None  # None: the default


def work(assignment: Assignment, connection: "Connection[Report, Order]", tiles: Tiles) -> None:
    """Train as assigned, doing what is asked for through the connection; a foreseen failure is told there, too."""
    # Ctrl-C reaches every process of the terminal, but it is for the one that has started this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from mint.token.folder import read_token
    from mint.training.lock import training_lock
    from mint.training.memory import keep_freed_memory

    keep_freed_memory()
    try:
        token = read_token(assignment.token)
        with training_lock(token.training):
            _train(token, assignment, connection, tiles)
    except PixelmintError as error:
        connection.send(Failed(str(error)))


def _train(token: "TokenFolder", assignment: Assignment, connection: "Connection[Report, Order]", tiles: Tiles) -> None:
    from mint.export.publisher import Publisher
    from mint.recipes.vaegan import VaeGan
    from mint.training.device import choose_device
    from mint.training.loop import Limits
    from mint.training.session import Session, Sprites
    from mint.training.threads import fixed_threads
    from mint.training.worker import Worker

    recipe = assignment.recipe or VaeGan()
    sprites = Sprites(pixels=token.pixels, num_colors=len(token.rgba))
    session = Session(token.training, sprites, recipe, choose_device(assignment.device), assignment.seed)
    session.tune(assignment.threads or fixed_threads())
    publisher = Publisher(token, recipe, session.latent_dim, session.seed, token.models)
    worker = Worker(session, token.pixels, connection, tiles, publisher.publish)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    publisher.prepare_beside(session.networks, worker.say)
    worker.run(Limits(steps=assignment.steps, seconds=assignment.seconds))
