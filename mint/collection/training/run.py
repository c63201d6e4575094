"""The training of a collection: which tokens are trained now, what becomes of each attempt, and how far the run has come.

training/lock             held while a run trains the collection
training/failures.jsonl   see ``failure_log``
training/tokens/          the checkpoints of tokens that are being trained on this machine, removed when the token is trained
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mint.collection.folder import CollectionFolder
from mint.collection.training.failure_log import MAX_FAILURES, FailureLog
from mint.collection.training.job import FailedAttempt, Job, Outcome, TokenTraining
from mint.collection.training.publication import is_trained, publish_token
from mint.collection.training.scheduler import Scheduler, run_jobs
from mint.errors import CollectionError, ExportError
from mint.recipes import registry
from mint.training.saving.disk import find_write_problem
from viewer.exported.manifest import Origin

# A token whose processes or machines ended this often is taken to be the reason, and has failed.
MAX_DEATHS: Final = 10
# A run whose first attempts all fail has settings that cannot work.
MAX_FIRST_FAILURES: Final = 10
# Space for the export and the checkpoint of a token.
MIN_FREE_BYTES: Final = 32 << 20


@dataclass(frozen=True, kw_only=True)
class RunProgress:
    """How far a run has come: tokens trained now and before, tokens set aside, and the seconds since the run began."""

    num_tokens: int
    num_trained_before: int
    num_trained: int = 0  # by this run
    num_set_aside: int = 0
    seconds: float = 0.0

    @property
    def num_left(self) -> int:
        """How many tokens are still to be trained."""
        return self.num_tokens - self.num_trained_before - self.num_trained - self.num_set_aside

    @property
    def tokens_per_hour(self) -> float:
        """The rate of this run so far."""
        return 3600 * self.num_trained / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at this rate, None before the first token is trained."""
        return self.seconds / self.num_trained * self.num_left if self.num_trained else None


def _ignore(*_: object) -> None:
    """Do nothing."""


@dataclass(frozen=True, kw_only=True)
class RunCallbacks:
    """Functions that a run calls, in its own thread; each should return quickly.

    ``on_trained`` gets a token's place in the collection, where its export comes from, and its dreams (n, H, W) uint8.
    ``on_failure`` gets the number of a token whose attempt failed, the reason, and whether the token is set aside now. ``on_tick``
    gets the progress, several times a second.
    """

    on_trained: Callable[[int, Origin, NDArray[np.uint8]], None] = _ignore
    on_failure: Callable[[int, str, bool], None] = _ignore
    on_tick: Callable[[RunProgress], None] = _ignore


class CollectionRun:
    """One run of the training of a collection. The caller holds the lock of ``training_folder``."""

    def __init__(
        self, folder: CollectionFolder, training: TokenTraining, *, keeps_checkpoints: bool, retries: bool = False
    ) -> None:
        """Look which tokens are trained, and remove what a killed run left half-written.

        ``keeps_checkpoints`` is for workers on this machine, which can go on with an attempt that was interrupted. ``retries``
        forgets earlier failures. Raises CollectionError where the folder cannot be written, or a token's folder is missing, and
        TrainingError where the recipe or a setting of it cannot be used.
        """
        self._folder = folder
        self._training = training
        self._training_folder = training_folder(folder)
        self._keeps_checkpoints = keeps_checkpoints
        _check_recipe(training)
        self._require_space()
        self._log = FailureLog(self._training_folder)
        if retries:
            self._log.clear()
        tokens = folder.collection.tokens
        self.trained: Final = np.zeros(len(tokens), bool)  # by place in the collection, before this run
        self._set_aside = np.array([self._log.of(token.hash).is_set_aside for token in tokens], bool)
        for place, token in enumerate(tokens):
            self.trained[place] = self._clean(folder.token_path(token.number))
        self._set_aside &= ~self.trained
        self._remove_checkpoints_of_trained()
        self._first_number = tokens[0].number
        self._num_failures = 0
        self._started_s = time.monotonic()
        self._progress = RunProgress(
            num_tokens=len(tokens), num_trained_before=int(self.trained.sum()), num_set_aside=int(self._set_aside.sum())
        )

    @property
    def progress(self) -> RunProgress:
        """How far the run has come."""
        return replace(self._progress, seconds=time.monotonic() - self._started_s)

    def raise_set_aside(self) -> None:
        """Raise CollectionError where tokens are set aside, with the number and the reason of the first."""
        set_aside = [
            (token.number, self._log.of(token.hash).reason)
            for token in self._folder.collection.tokens
            if self._log.of(token.hash).is_set_aside and not is_trained(self._folder.token_path(token.number))
        ]
        if set_aside:
            number, reason = set_aside[0]
            count = "1 token is" if len(set_aside) == 1 else f"{len(set_aside)} tokens are"
            raise CollectionError(
                f"{count} set aside after {MAX_FAILURES} failures, token {number} because of this: {reason}; try again with --retry"
            )

    def run(self, scheduler: Scheduler, callbacks: RunCallbacks, should_stop: Callable[[], bool] = lambda: False) -> RunProgress:
        """Train every token that is neither trained nor set aside, and return how far that came.

        Raises CollectionError where a token cannot be written, the first attempts all fail, or the scheduler can run nothing more.
        """
        run_jobs(
            scheduler,
            self._jobs(),
            lambda outcome: self._finish(outcome, callbacks),
            should_stop=should_stop,
            on_tick=lambda: callbacks.on_tick(self.progress),
        )
        with suppress(OSError):  # it holds what a stopped run will go on with
            (self._training_folder / "tokens").rmdir()
        return self.progress

    def _jobs(self) -> Iterator[Job]:
        for place, token in enumerate(self._folder.collection.tokens):
            if not self.trained[place] and not self._set_aside[place]:
                num_failures = self._log.of(token.hash).count
                yield self._job(Job(number=token.number, hash=token.hash, training=self._training, num_failures=num_failures))

    def _job(self, job: Job) -> Job:
        """Return the job with the folder of its checkpoints: another one for other settings and after each failure."""
        if not self._keeps_checkpoints:
            return job
        return replace(job, checkpoints=self._checkpoints(job.number) / f"{job.training.digest}-{job.num_failures}")

    def _checkpoints(self, number: int) -> Path:
        return self._training_folder / "tokens" / f"{number:0{self._folder.num_digits}}"

    def _finish(self, outcome: Outcome, callbacks: RunCallbacks) -> Job | None:
        """Publish what was trained; return the job again where it is to be tried again."""
        job, result = outcome.job, outcome.result
        if isinstance(result, FailedAttempt):
            if result.kind == "stopped":
                return None
            if result.kind == "died" and job.num_deaths + 1 < MAX_DEATHS:
                return replace(job, num_deaths=job.num_deaths + 1)
            return self._fail(job, result.reason, callbacks)
        try:
            origin = publish_token(self._folder.token_path(job.number), job, result)
        except ExportError as error:
            return self._fail(job, str(error), callbacks)
        shutil.rmtree(self._checkpoints(job.number), ignore_errors=True)
        self._progress = replace(self._progress, num_trained=self._progress.num_trained + 1)
        callbacks.on_trained(job.number - self._first_number, origin, result.dreams)
        return None

    def _fail(self, job: Job, reason: str, callbacks: RunCallbacks) -> Job | None:
        # Where the disk is full, all that follow would fail, too.
        self._require_space()
        shutil.rmtree(self._checkpoints(job.number), ignore_errors=True)
        failures = self._log.add(job, reason)
        callbacks.on_failure(job.number, reason, failures.is_set_aside)
        self._num_failures += 1
        if self._num_failures == MAX_FIRST_FAILURES and not self._progress.num_trained:
            raise CollectionError(
                f"the first {MAX_FIRST_FAILURES} attempts have all failed, the last because of this: {reason}; "
                "change what is wrong, and run the command again with --retry"
            )
        if failures.is_set_aside:
            self._progress = replace(self._progress, num_set_aside=self._progress.num_set_aside + 1)
            return None
        return self._job(replace(job, num_failures=failures.count, num_deaths=0))

    def _require_space(self) -> None:
        problem = find_write_problem(self._training_folder, MIN_FREE_BYTES)
        if problem is not None:
            raise CollectionError(f"the collection cannot be trained: {problem}; make room, and run the command again")

    def _clean(self, token_folder: Path) -> bool:
        """Remove what a killed run left half-written beside the export, and return whether the token is trained."""
        try:
            names = os.listdir(token_folder)
        except OSError as error:
            raise CollectionError(
                f"{token_folder} cannot be read: {error.strerror}; draw the collection again: what is there is kept"
            ) from error
        for name in names:
            path = token_folder / name
            if name.startswith(".") and name.endswith(".tmp"):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
        return "models" in names and is_trained(token_folder)

    def _remove_checkpoints_of_trained(self) -> None:
        with suppress(OSError):
            numbers = {
                token.number for token, trained in zip(self._folder.collection.tokens, self.trained, strict=True) if not trained
            }
            for path in (self._training_folder / "tokens").iterdir():
                if not path.name.isdecimal() or int(path.name) not in numbers:
                    shutil.rmtree(path, ignore_errors=True)


def _check_recipe(training: TokenTraining) -> None:
    """Refuse what would fail for each token. Raises CollectionError and TrainingError."""
    name = training.recipe or registry.NAMES[0]
    needs = registry.requirements_of(name)
    missing = "photographs" if needs.pictures else "labels" if needs.labels else ""
    if missing:
        raise CollectionError(f"the recipe {name} needs {missing}, which tokens of a hash do not have; give another --recipe")
    registry.recipe_from_text(name, training.settings)


def training_folder(folder: CollectionFolder) -> Path:
    """Return the folder of what a training of the collection needs besides its tokens."""
    return folder.path / "training"
