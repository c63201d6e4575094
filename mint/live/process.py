"""What runs in the trainer's process: builds the session and puts a worker to it."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from mint.errors import PixelmintError
from mint.training.orders import Failed, Order, Report, Tiles

if TYPE_CHECKING:
    from mint.export.publisher import Publisher
    from mint.recipes.recipe import Recipe
    from mint.token.folder import TokenFolder
    from mint.training.session import Session


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """What is to be trained, where, and for how long."""

    token: Path  # the token's folder
    device: str = "auto"
    seed: int | None = None
    steps: int | None = None
    seconds: float | None = None
    threads: int | None = None  # None: tuned while training
    recipe: "Recipe | None" = None  # None: by name, or that with which the training began
    recipe_name: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    holdout: float | None = None


def work(assignment: Assignment, connection: "Connection[Report, Order]", tiles: Tiles) -> None:
    """Train as assigned, doing what is asked for through the connection; a foreseen failure is told there, too."""
    # Ctrl-C reaches every process of the terminal, but it is for the one that has started this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from mint.token.folder import read_token
    from mint.training.lock import training_lock

    try:
        token = read_token(assignment.token)
        with training_lock(token.training):
            _train(token, assignment, connection, tiles)
    except PixelmintError as error:
        connection.send(Failed(str(error)))


def opened(token: "TokenFolder", assignment: Assignment) -> "tuple[Session, Publisher]":
    """Open the training that was assigned, tuned to this machine, and what publishes it."""
    from mint.training.memory import keep_freed_memory

    keep_freed_memory()
    from mint.export.publisher import Publisher
    from mint.recipes import book
    from mint.training.checkpoint import recorded_recipe
    from mint.training.device import choose_device
    from mint.training.session import Session
    from mint.training.sprites import sprites_of
    from mint.training.threads import fixed_threads

    recipe = assignment.recipe or book.chosen(recorded_recipe(token.training), assignment.recipe_name, assignment.settings)
    device = choose_device(assignment.device)
    session = Session(token.training, sprites_of(token), recipe, device, assignment.seed, assignment.holdout)
    session.tune(assignment.threads or fixed_threads())
    return session, Publisher(token, recipe, session.latent_dim, session.seed, token.models, session.labels)


def _train(token: "TokenFolder", assignment: Assignment, connection: "Connection[Report, Order]", tiles: Tiles) -> None:
    from mint.training.loop import Limits
    from mint.training.worker import Worker

    session, publisher = opened(token, assignment)
    worker = Worker(session, token.pixels, connection, tiles, publisher.publish)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run(Limits(steps=assignment.steps, seconds=assignment.seconds))
