"""A training session: the folder of one training, from resuming to the last checkpoint.

The folder holds ``config.json`` (what trains), ``stats.jsonl``, ``checkpoints/`` and ``history/``.
"""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from mint.atomic_write import write_bytes
from mint.checksummed_json import dump_checksummed
from mint.errors import CheckpointError, DivergenceError, TrainingError
from mint.recipes.recipe import Adjustment, Arithmetic, Learner, Networks, Recipe
from mint.training import stats
from mint.training.control import Control
from mint.training.loop import Limits, train
from mint.training.progress import Progress
from mint.training.recorder import Recorder
from mint.training.saving import checkpoint, divergence
from mint.training.saving.checkpoint import Checkpoint
from mint.training.saving.history import History, past_latents
from mint.training.saving.recovery import Recovery, after_divergence, after_shortage, free_memory, is_out_of_memory
from mint.training.speed import arithmetic
from mint.training.speed.thread_tuner import ThreadSearch, ThreadTuner, thread_choices
from mint.training.sprites import TrainingSprites, held_out
from mint.training.stats import Stats

MAX_SEED = 2**53  # what every JSON reader keeps exactly


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
    ) -> None:
        """Build the networks and load the newest checkpoint that verifies.

        ``holdout`` is the share of the sprites that is not learnt; None is none, or that with which the training began. Raises
        CheckpointError if none of the checkpoints can be used, and TrainingError if the training in the folder began with another
        seed, recipe or share.
        """
        self.folder = folder
        self.history = History(folder / "history")
        self.device = device
        self._recipe = {"name": recipe.name, "version": recipe.version, "config": recipe.config()}
        saved, self.skipped = checkpoint.load_newest(folder / "checkpoints")
        self.position = saved.position if saved else Progress()
        self.seed = self._settle_seed(saved, seed)
        self.holdout = _settle_holdout(folder, saved, holdout)
        self.held_out = held_out(sprites.pixels, self.holdout, self.seed)
        learnt = ~self.held_out
        self._sprites = torch.from_numpy(sprites.pixels[learnt]).to(device)
        self._new_learner: Callable[[], Learner] = lambda: recipe.learner(
            sprites.canvas, len(self._sprites), device, torch.Generator().manual_seed(self.seed)
        )
        self._learner = self._new_learner()
        self._label_names = sprites.labels
        self._labels = None
        if self._learner.num_labels:
            assert sprites.sprite_labels is not None
            self._labels = torch.from_numpy(sprites.sprite_labels[learnt]).to(device)
        self._saved_at = self.position if saved else None
        self._adjustment = saved.adjustment if saved else Adjustment()
        self._rescue = Recovery()
        self._arithmetic = Arithmetic.CONVOLUTION
        self._metronome: ThreadTuner | None = None
        if saved:
            self._load(saved)

    @property
    def networks(self) -> Networks:
        """The networks with averaged weights, as they are now."""
        return self._learner.snapshot()

    @property
    def recipe_name(self) -> str:
        """What learns, by name."""
        return str(self._recipe["name"])

    @property
    def recipe(self) -> str:
        """The name and version of what learns."""
        return f"{self._recipe['name']} {self._recipe['version']}"

    @property
    def learner(self) -> Learner:
        """What learns."""
        return self._learner

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the labels that the networks take."""
        return self._label_names if self._learner.num_labels else ()

    @property
    def saved_step(self) -> int | None:
        """The step of the newest checkpoint, None without any."""
        return self._saved_at.step if self._saved_at else None

    @property
    def latent_dim(self) -> int:
        """How many numbers a latent has."""
        return self._learner.latent_dim

    def tune(self, threads: int | None) -> None:
        """Let the next run be as fast as the processor allows, computed by so many threads, or by as many as is fastest.

        The arithmetic is decided by measuring, once for a folder and processor. With a fixed number of threads a training then
        repeats itself bit for bit; without one it is free to follow what else the machine does.
        """
        if self.device.type == "cpu":
            if threads is not None:
                torch.set_num_threads(threads)
            self._metronome = ThreadTuner(
                ThreadSearch([threads] if threads is not None else thread_choices(torch.get_num_threads()))
            )
        processor = arithmetic.processor_of(self.device)
        settled, choices = arithmetic.settled(self.folder / "config.json", processor), arithmetic.candidates(self.device)
        if settled is not None:
            self._arithmetic = settled
        elif len(choices) > 1:
            self._arithmetic = arithmetic.fastest(arithmetic.measure(self._new_learner(), self._sprites, choices, self._labels))
        self._learner.set_arithmetic(self._arithmetic)

    def run(self, limits: Limits, control: Control, follower: "TrainingCallbacks") -> None:
        """Train until the limits are reached or a stop is asked for, and save.

        A training that diverges or has too little memory goes back to its last good state, and on with smaller steps. Raises
        TrainingError where that does not help any more, and CheckpointError where it cannot be saved in the end.
        """
        self._begin()
        first = self.position
        self._rescue = Recovery()
        self.keep()
        while (trouble := self._train(first, limits, control, follower)) is not None:
            # Not while the error is handled, which would hold the memory of the step that failed.
            self._go_back(*trouble, follower)
        self.save()

    def _train(
        self, first: Progress, limits: Limits, control: Control, follower: "TrainingCallbacks"
    ) -> tuple[Callable[[Adjustment, str], tuple[Adjustment, str]], str] | None:
        """Train; return None at the end, and else how to adjust the training and the reason, if it may go on then."""
        try:
            self.position = train(
                self._learner,
                self._sprites,
                self._labels,
                seed=self.seed,
                position=self.position,
                first=first,
                limits=limits,
                control=control,
                observer=Recorder(self, follower),
                metronome=self._metronome,
            )
        except DivergenceError as error:
            return after_divergence, str(error)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            return after_shortage, f"memory did not suffice for step {self.position.step + 1}"
        return None

    def _go_back(
        self, adjust: Callable[[Adjustment, str], tuple[Adjustment, str]], reason: str, follower: "TrainingCallbacks"
    ) -> None:
        free_memory()
        if adjust is after_shortage:
            follower.on_shortage()
        seconds = self.position.seconds
        # First of all back, so that whatever is saved from here on is good.
        self.position = replace(self._rescue.restore(self._learner), seconds=seconds)
        self._saved_at = None
        try:
            self._adjustment, sentence = adjust(self._adjustment, reason)
        except TrainingError:
            self._settle(follower)
            raise
        self._learner.adjust(self._adjustment)
        self._settle(follower)
        follower.on_trouble(sentence.format(step=self.position.step))

    def _settle(self, follower: "TrainingCallbacks") -> None:
        """Make the folder what it is at the present position."""
        step = self.position.step
        try:
            self.save()
            checkpoint.drop_after(self.folder / "checkpoints", step)
            self._write_config()
            stats.cut(self.folder / "stats.jsonl", step)
            self.history.cut(step)
        except (CheckpointError, OSError) as error:
            follower.on_trouble(str(error))

    def keep(self) -> None:
        """Copy the present state into memory, to go back to. Raises DivergenceError where it is not finite."""
        divergence.require_finite(self._learner, self.position.step)
        self._rescue.keep(self._learner, self.position)

    def save(self) -> None:
        """Write a checkpoint of this moment, unless it is written already. Raises CheckpointError."""
        if self._saved_at is None or self._saved_at.step != self.position.step:
            state = self._learner.state()
            checkpoint.save(
                self.folder / "checkpoints",
                Checkpoint(
                    position=self.position,
                    seed=self.seed,
                    recipe=self._recipe,
                    state=state,
                    adjustment=self._adjustment,
                    holdout=self.holdout,
                ),
            )
            self._saved_at = self.position

    def remember(self) -> None:
        """Add this moment to the history, if its step belongs there and is not kept yet. Raises HistoryError."""
        step = self.position.step
        ends_epoch = self.history.is_epoch_due(self.position.images, self._learner.images_per_step, len(self._sprites))
        if (ends_epoch or self.history.is_due(step)) and step not in self.history.steps:
            z = torch.from_numpy(past_latents(self.latent_dim)).to(self.device)
            with torch.no_grad():
                self.history.record(step, self.networks.dream(z, self._learner.num_labels).cpu().numpy())

    def _settle_seed(self, saved: Checkpoint | None, seed: int | None) -> int:
        if saved is None:
            return secrets.randbelow(MAX_SEED) if seed is None else seed
        if saved.recipe != self._recipe:
            raise TrainingError(
                f"{self.folder} was trained with another recipe or configuration ({saved.recipe.get('name')} "
                f"version {saved.recipe.get('version')}); move the folder away to begin anew"
            )
        if seed is not None and seed != saved.seed:
            raise TrainingError(
                f"this training began with seed {saved.seed}, not {seed}; "
                f"leave --seed out, or move {self.folder} away to begin anew"
            )
        return saved.seed

    def _load(self, saved: Checkpoint) -> None:
        try:
            self._learner.load_state(saved.state)
            self._learner.adjust(saved.adjustment)
        except (KeyError, ValueError) as error:
            raise CheckpointError(
                f"the checkpoint of step {saved.position.step} does not fit the sprites: {error}; move {self.folder} away"
            ) from error

    def _begin(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write_config()
            stats.cut(self.folder / "stats.jsonl", self.position.step)
            self.history.cut(self.position.step)
        except OSError as error:
            raise CheckpointError(
                f"nothing can be written in {self.folder}: {error.strerror}; give the token a folder with room and write permission"
            ) from error
        checkpoint.sweep(self.folder / "checkpoints")

    def _write_config(self) -> None:
        config = {
            "recipe": self._recipe,
            "adjustment": asdict(self._adjustment),
            "images_per_step": self._learner.images_per_step,
            "seed": self.seed,
            "holdout": self.holdout,
            "device": str(self.device),
            "threads": torch.get_num_threads(),
            "arithmetic": self._arithmetic.value,
            "processor": arithmetic.processor_of(self.device),
            "torch": torch.__version__,
        }
        write_bytes(self.folder / "config.json", dump_checksummed(config))


def _settle_holdout(folder: Path, saved: Checkpoint | None, holdout: float | None) -> float:
    if saved is None:
        return holdout or 0.0
    if holdout is not None and holdout != saved.holdout:
        raise TrainingError(
            f"this training began with --holdout {saved.holdout:g}, not {holdout:g}; "
            f"leave --holdout out, or move {folder} away to begin anew"
        )
    return saved.holdout


@dataclass(frozen=True, kw_only=True)
class TrainingCallbacks:
    """What a session tells the outside, and how often it saves and shows its state.

    ``on_snapshot`` gets the averaged networks every ``snapshot_interval_s`` seconds of training; it must copy what it keeps.
    ``on_shortage`` is told where memory did not suffice: who draws beside the training should draw less at once.
    """

    on_stats: Callable[[Stats], None]
    on_step: Callable[[Progress], None]
    on_snapshot: Callable[[Networks, Progress], None]
    on_trouble: Callable[[str], None]
    on_shortage: Callable[[], None] = lambda: None
    checkpoint_interval_s: float = 30.0
    snapshot_interval_s: float = 300.0
