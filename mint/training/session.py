"""A training session: one training in one folder, from resuming it to its last checkpoint."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import torch

from mint.device_errors import device_failures_as_sentences, is_out_of_memory
from mint.errors import CheckpointError, DivergenceError, TrainingError
from mint.recipes.recipe import Adjustment, Arithmetic, Learner, Networks, Recipe
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits, train
from mint.training.progress import TrainingProgress
from mint.training.recorder import DEFAULT_INTERVALS, Recorder, RecordingIntervals
from mint.training.saving.checkpoint import Checkpoint
from mint.training.saving.history import History
from mint.training.saving.recovery import Failure, Recovery, adjust_after, free_memory
from mint.training.speed import arithmetic
from mint.training.speed.thread_tuner import ThreadSearch, ThreadTuner, thread_choices
from mint.training.sprites import TrainingSprites, held_out
from mint.training.state import TrainingState
from mint.training.training_folder import TrainingFolder

MAX_SEED = 2**53  # every JSON reader keeps smaller integers exactly


class Session:
    """A training of one set of sprites in one folder, resumed where an earlier one stopped."""

    def __init__(
        self,
        folder: Path,
        sprites: TrainingSprites,
        recipe: Recipe,
        device: torch.device,
        seed: int | None,
        holdout: float | None = None,
        step: int | None = None,
    ) -> None:
        """Build the networks and load the newest checkpoint that verifies, or that of a step, to look at and not to train on.

        ``holdout`` is the share of the sprites that is not learned; None is none, or the share with which the training began.
        Raises CheckpointError if none of the checkpoints can be used, or that of the step, and TrainingError if the training in the
        folder began with another seed, recipe or share.
        """
        self.device = device
        self._folder = TrainingFolder(folder)
        saved, self.skipped = self._folder.load(step)
        record = {"name": recipe.name, "version": recipe.version, "config": recipe.config()}
        seed = _choose_seed(folder, saved, record, seed)
        holdout = _choose_holdout(folder, saved, holdout)
        self.held_out = held_out(sprites.pixels, holdout, seed)
        learned = ~self.held_out
        pixels = torch.from_numpy(sprites.pixels[learned]).to(device)
        self._new_learner: Callable[[], Learner] = lambda: recipe.learner(
            sprites.canvas, len(pixels), device, torch.Generator().manual_seed(seed)
        )
        learner = self._new_learner()
        self._label_names = sprites.labels
        labels = None
        if learner.num_labels:
            assert sprites.sprite_labels is not None
            labels = torch.from_numpy(sprites.sprite_labels[learned]).to(device)
        self.state = TrainingState(
            learner=learner,
            sprites=pixels,
            labels=labels,
            recipe=record,
            seed=seed,
            holdout=holdout,
            progress=saved.progress if saved else TrainingProgress(),
            adjustment=saved.adjustment if saved else Adjustment(),
        )
        self._arithmetic = Arithmetic.CONVOLUTION
        self._thread_tuner: ThreadTuner | None = None
        if saved:
            self._load(saved)

    @property
    def progress(self) -> TrainingProgress:
        """How far the training has come."""
        return self.state.progress

    @property
    def seed(self) -> int:
        """The seed from which, with the step, all randomness of the training comes."""
        return self.state.seed

    @property
    def holdout(self) -> float:
        """The share of the sprites that is not learned."""
        return self.state.holdout

    @property
    def learner(self) -> Learner:
        """What learns."""
        return self.state.learner

    @property
    def networks(self) -> Networks:
        """The networks with averaged weights, as they are now."""
        return self.learner.snapshot()

    @property
    def history(self) -> History:
        """What the same latents showed at earlier steps."""
        return self._folder.history

    @property
    def recipe_name(self) -> str:
        """The name of the recipe."""
        return str(self.state.recipe["name"])

    @property
    def recipe(self) -> str:
        """The name and version of the recipe."""
        return f"{self.state.recipe['name']} {self.state.recipe['version']}"

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the labels that the networks take."""
        return self._label_names if self.learner.num_labels else ()

    @property
    def saved_step(self) -> int | None:
        """The step of the newest checkpoint, None without any."""
        return self._folder.saved_step

    @property
    def latent_dim(self) -> int:
        """The number of components of a latent."""
        return self.learner.latent_dim

    @property
    def arithmetic(self) -> Arithmetic:
        """How the convolutions of the networks in training are computed."""
        return self._arithmetic

    def tune(self, threads: int | None, known: Arithmetic | None = None) -> None:
        """Make the next run as fast as the processor allows, with this many threads; None tunes their number while training.

        The arithmetic is chosen by measuring, once for a folder and processor; ``known`` is what another training on this processor
        has measured. With a fixed number of threads a training then repeats itself bit for bit; without one it adapts to what else
        the machine does.
        """
        if self.device.type == "cpu":
            if threads is not None:
                torch.set_num_threads(threads)
            self._thread_tuner = ThreadTuner(
                ThreadSearch([threads] if threads is not None else thread_choices(torch.get_num_threads()))
            )
        recorded = known or arithmetic.recorded(self._folder.config, arithmetic.processor_name(self.device))
        choices = arithmetic.candidates(self.device)
        if recorded is not None:
            self._arithmetic = recorded
        elif len(choices) > 1:
            seconds = arithmetic.measure(self._new_learner(), self.state.sprites, choices, self.state.labels)
            self._arithmetic = arithmetic.fastest(seconds)
        self.learner.set_arithmetic(self._arithmetic)

    def run(
        self,
        limits: Limits,
        control: Control,
        callbacks: TrainingCallbacks,
        intervals: RecordingIntervals = DEFAULT_INTERVALS,
    ) -> None:
        """Train until the limits are reached or a stop is requested, and save.

        A training that diverges or runs out of memory goes back to its last good state and continues with smaller steps. Raises
        TrainingError where that no longer helps or the GPU fails, and CheckpointError where it cannot be saved at the end.
        """
        self._folder.prepare(self.progress.step, self._config())
        first = self.progress
        recovery = Recovery()
        with device_failures_as_sentences("train again: it goes on from the last checkpoint; or use --device cpu"):
            recovery.back_up(self.learner, self.progress)
            while (failed := self._train(first, limits, control, callbacks, intervals, recovery)) is not None:
                # Not while the error is handled, which would hold the memory of the step that failed.
                self._recover(*failed, recovery, callbacks)
            try:
                self.save()
            except CheckpointError as error:
                before = "nothing was saved before" if self.saved_step is None else f"the newest save was of step {self.saved_step}"
                repair = "see that there is room and that the folder can be written, and train again"
                raise CheckpointError(f"{error} ({before}); {repair}") from error

    def save(self) -> None:
        """Write a checkpoint of the present step, unless there is one already. Raises CheckpointError."""
        self._folder.save(self.state)

    def _train(
        self,
        first: TrainingProgress,
        limits: Limits,
        control: Control,
        callbacks: TrainingCallbacks,
        intervals: RecordingIntervals,
        recovery: Recovery,
    ) -> tuple[Failure, str] | None:
        """Train; return None at the end, and else a failure after which the training may continue, and the reason."""
        state = self.state
        try:
            recorder = Recorder(self._folder, state, recovery, callbacks, intervals)

            def on_step(progress: TrainingProgress) -> None:
                state.progress = progress
                recorder.on_step(progress)

            state.progress = train(
                state.learner,
                state.sprites,
                state.labels,
                seed=state.seed,
                progress=state.progress,
                first=first,
                limits=limits,
                control=control,
                callbacks=replace(callbacks, on_step=on_step, on_stats=recorder.on_stats),
                thread_tuner=self._thread_tuner,
            )
            recorder.finish()
        except DivergenceError as error:
            return Failure.DIVERGENCE, str(error)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            return Failure.OUT_OF_MEMORY, f"memory ran out in step {state.progress.step + 1}"
        return None

    def _recover(self, failure: Failure, reason: str, recovery: Recovery, callbacks: TrainingCallbacks) -> None:
        """Go back to the last good state and adjust the training. Raises TrainingError where it was adjusted too often."""
        free_memory()
        if failure is Failure.OUT_OF_MEMORY:
            callbacks.on_out_of_memory()
        state, seconds = self.state, self.progress.seconds
        # Before anything else, so that whatever is saved from here on is good.
        state.progress = replace(recovery.restore(state.learner), seconds=seconds)
        try:
            state.adjustment, sentence = adjust_after(failure, state.adjustment, reason, state.progress.step)
        except TrainingError:
            self._write_back(callbacks)
            raise
        state.learner.adjust(state.adjustment)
        self._write_back(callbacks)
        callbacks.on_warning(sentence)

    def _write_back(self, callbacks: TrainingCallbacks) -> None:
        try:
            self._folder.go_back(self.state, self._config())
        except (CheckpointError, OSError) as error:
            callbacks.on_warning(str(error))

    def _load(self, saved: Checkpoint) -> None:
        try:
            self.learner.load_state(saved.state)
            self.learner.adjust(saved.adjustment)
        except ValueError as error:
            raise CheckpointError(
                f"the checkpoint of step {saved.progress.step} does not fit the sprites: {error}; move {self._folder.path} away"
            ) from error

    def _config(self) -> dict[str, object]:
        return {
            "recipe": self.state.recipe,
            "adjustment": asdict(self.state.adjustment),
            "images_per_step": self.learner.images_per_step,
            "seed": self.seed,
            "holdout": self.holdout,
            "device": str(self.device),
            "threads": torch.get_num_threads(),
            "arithmetic": self._arithmetic.value,
            "processor": arithmetic.processor_name(self.device),
            "torch": torch.__version__,
        }


def _choose_seed(folder: Path, saved: Checkpoint | None, recipe: dict[str, object], seed: int | None) -> int:
    if saved is None:
        return secrets.randbelow(MAX_SEED) if seed is None else seed
    if saved.recipe != recipe:
        raise TrainingError(
            f"{folder} was trained with another recipe or configuration ({saved.recipe.get('name')} "
            f"version {saved.recipe.get('version')}); move the folder away to start over"
        )
    if seed is not None and seed != saved.seed:
        raise TrainingError(
            f"this training began with seed {saved.seed}, not {seed}; leave --seed out, or move {folder} away to start over"
        )
    return saved.seed


def _choose_holdout(folder: Path, saved: Checkpoint | None, holdout: float | None) -> float:
    if saved is None:
        return holdout or 0.0
    if holdout is not None and holdout != saved.holdout:
        raise TrainingError(
            f"this training began with --holdout {saved.holdout:g}, not {holdout:g}; "
            f"leave --holdout out, or move {folder} away to start over"
        )
    return saved.holdout
