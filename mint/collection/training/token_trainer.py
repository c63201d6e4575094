"""Trains tokens one after another in one process: from a hash to the bytes of an export. The only file here that loads torch.

It needs neither the collection nor a shared file system: the token is drawn from its hash into the folder of checkpoints.
"""

import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import torch

from mint.cache_folder import cache_folder
from mint.collection.training.job import FailedAttempt, Job, TrainedToken
from mint.errors import PixelmintError, TrainingError
from mint.export.exporter import Exporter
from mint.export.graph_cache import GraphCache
from mint.export.publisher import Publisher
from mint.live.run_config import find_recipe
from mint.recipes.recipe import Arithmetic, Canvas
from mint.token.folder import TokenFolder, mint_token, read_token
from mint.token.hash import parse_hash
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.saving.checkpoint import recorded_recipe
from mint.training.saving.lock import training_lock
from mint.training.session import Session
from mint.training.speed.device import choose_device
from mint.training.speed.memory import keep_freed_memory
from mint.training.sprites import sprites_of
from viewer.latents.seeds import latents

NUM_DREAMS: Final = 16
# A worker of a run that was killed a moment ago may still be ending.
_LOCK_TIMEOUT_S: Final = 15.0


class TokenTrainer:
    """Trains tokens, with one thread each; what can serve all of them is kept from one to the next."""

    def __init__(self) -> None:
        keep_freed_memory()
        torch.set_num_threads(1)
        self._device = choose_device("auto")
        self._arithmetic: Arithmetic | None = None
        # By settings and shapes: an exporter verifies a graph fully only once.
        self._exporters: dict[tuple[str, Canvas], Exporter] = {}

    def attempt(self, job: Job, control: Control) -> TrainedToken | FailedAttempt:
        """Train the token of a job, and return its export, or why there is none; raises nothing that a training may raise."""
        try:
            with _checkpoint_folder(job) as folder:
                token = read_token(mint_token(parse_hash(job.hash), folder))
                with _lock(token.training):
                    return self._train(token, job, control)
        except PixelmintError as error:
            return FailedAttempt(kind="failed", reason=str(error))
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            text = str(error).strip().split("\n", maxsplit=1)[0]
            return FailedAttempt(
                kind="failed", reason=f"{type(error).__name__} in {Path(place.filename).name} line {place.lineno}: {text}"
            )

    def _train(self, token: TokenFolder, job: Job, control: Control) -> TrainedToken | FailedAttempt:
        training = job.training
        recipe = find_recipe(token.training, training.recipe, training.settings)
        session = Session(token.training, sprites_of(token), recipe, self._device, _seed(token, job))
        session.tune(1, self._arithmetic)
        self._arithmetic = session.arithmetic
        done = session.progress
        steps = None if training.steps is None else max(0, training.steps - done.step)
        seconds = None if training.seconds is None else max(0.0, training.seconds - done.seconds)
        _, height, width = token.pixels.shape
        shapes = training.digest, Canvas(height, width, len(token.rgba))
        exporter = self._exporters.get(shapes)
        is_new = exporter is None
        if exporter is None:
            exporter = Exporter(shapes[1], session.latent_dim, len(session.labels), GraphCache(cache_folder("graphs")))
        publisher = Publisher(token, recipe, session.latent_dim, session.seed, token.models, session.labels, exporter)
        if is_new:
            # Tracing takes as long as a short training. Where it fails, so does the export below, which tells why.
            publisher.prepare_in_background(session.networks, on_error=lambda _: None)
        session.run(Limits(steps=steps, seconds=seconds), control, TrainingCallbacks())
        if control.stopping:
            return FailedAttempt(kind="stopped", reason="it was stopped")
        files = publisher.export(session.networks, session.progress)
        # Only now: after a training that failed, the publisher's thread may still use it.
        self._exporters[shapes] = exporter
        z = torch.from_numpy(latents(0, NUM_DREAMS, session.latent_dim)).to(session.device)
        with torch.inference_mode():
            dreams = session.networks.dream(z, len(session.labels)).cpu().numpy()
        return TrainedToken(files=files, dreams=dreams)


@contextmanager
def _checkpoint_folder(job: Job) -> Iterator[Path]:
    """Yield the folder in which the token is drawn and trained; a temporary one is removed afterwards."""
    if job.checkpoints is None:
        with tempfile.TemporaryDirectory(prefix="pixelmint-") as folder:
            yield Path(folder)
    else:
        yield job.checkpoints


def _seed(token: TokenFolder, job: Job) -> int | None:
    """Return the seed to begin with, None where there is a checkpoint, which has its own."""
    return job.seed if recorded_recipe(token.training) is None else None


@contextmanager
def _lock(training: Path) -> Iterator[None]:
    """Hold the lock of a training's folder; wait a while for the process that may still be ending. Raises TrainingError."""
    deadline_s = time.monotonic() + _LOCK_TIMEOUT_S
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(training_lock(training))
                break
            except TrainingError:
                if time.monotonic() > deadline_s:
                    raise
                time.sleep(0.1)
        yield
