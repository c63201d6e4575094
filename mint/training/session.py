"""A training session: the folder of one training, from resuming to the last checkpoint.

The folder holds ``config.json`` (what trains), ``stats.jsonl`` and ``checkpoints/``.
"""

import copy
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from mint.durable import write_bytes
from mint.errors import CheckpointError, TrainingError
from mint.recipes.recipe import Arithmetic, Learner, Networks, Recipe
from mint.training import arithmetic, checkpoint, stats
from mint.training.checkpoint import Checkpoint, Position
from mint.training.control import Control
from mint.training.loop import Limits, train
from mint.training.pace import Metronome, Pace, thread_choices
from mint.training.sprites import Sprites, held_out
from mint.training.stats import Stats

MAX_SEED = 2**53  # what every JSON reader keeps exactly


class Session:
    """A training of one set of sprites in one folder, resumed where an earlier one stopped."""

    def __init__(
        self,
        folder: Path,
        sprites: Sprites,
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
        self.device = device
        self._recipe = {"name": recipe.name, "version": recipe.version, "config": recipe.config()}
        saved, self.skipped = checkpoint.load_newest(folder / "checkpoints")
        self.position = saved.position if saved else Position()
        self.seed = self._settle_seed(saved, seed)
        self.holdout = _settle_holdout(folder, saved, holdout)
        self.held_out = held_out(sprites.pixels, self.holdout, self.seed)
        learnt = ~self.held_out
        self._sprites = torch.from_numpy(sprites.pixels[learnt]).to(device)
        self._learner = recipe.learner(sprites.canvas, len(self._sprites), device, torch.Generator().manual_seed(self.seed))
        self._label_names = sprites.labels
        self._labels = None
        if self._learner.num_labels:
            assert sprites.sprite_labels is not None
            self._labels = torch.from_numpy(sprites.sprite_labels[learnt]).to(device)
        self._saved_at = self.position if saved else None
        self._arithmetic = Arithmetic.CONVOLUTION
        self._metronome: Metronome | None = None
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
    def learner(self) -> Learner:
        """What learns."""
        return self._learner

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the labels that the networks take."""
        return self._label_names if self._learner.num_labels else ()

    @property
    def latent_dim(self) -> int:
        """How many numbers a latent has."""
        return self._learner.latent_dim

    def tune(self, threads: int | None) -> None:
        """Let the next run be as fast as the processor allows, computed by so many threads, or by as many as is fastest.

        The arithmetic is decided by measuring, once for a folder and processor. With a fixed number of threads a training then
        repeats itself bit for bit; without one it is free to follow what else the machine does. On a GPU this does nothing.
        """
        if self.device.type != "cpu":
            return
        if threads is not None:
            torch.set_num_threads(threads)
        self._metronome = Metronome(Pace([threads] if threads is not None else thread_choices(torch.get_num_threads())))
        self._arithmetic = arithmetic.settled(self.folder / "config.json") or arithmetic.fastest(
            arithmetic.measure(copy.deepcopy(self._learner), self._sprites, arithmetic.candidates(), self._labels)
        )
        self._learner.set_arithmetic(self._arithmetic)

    def run(self, limits: Limits, control: Control, follower: "Follower") -> None:
        """Train until the limits are reached or a stop is asked for, and save. Raises TrainingError and CheckpointError."""
        self._begin()
        self.position = train(
            self._learner,
            self._sprites,
            self._labels,
            seed=self.seed,
            position=self.position,
            limits=limits,
            control=control,
            observer=_Recorder(self, follower),
            metronome=self._metronome,
        )
        self.save()

    def save(self) -> None:
        """Write a checkpoint of this moment, unless it is written already. Raises CheckpointError."""
        if self._saved_at is None or self._saved_at.step != self.position.step:
            state = self._learner.state()
            checkpoint.save(
                self.folder / "checkpoints",
                Checkpoint(position=self.position, seed=self.seed, recipe=self._recipe, holdout=self.holdout, state=state),
            )
            self._saved_at = self.position

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
        except (KeyError, ValueError) as error:
            raise CheckpointError(
                f"the checkpoint of step {saved.position.step} does not fit the sprites: {error}; move {self.folder} away"
            ) from error

    def _begin(self) -> None:
        config = {
            "recipe": self._recipe,
            "seed": self.seed,
            "holdout": self.holdout,
            "device": str(self.device),
            "threads": torch.get_num_threads(),
            "arithmetic": self._arithmetic.value,
            "processor": arithmetic.processor(),
            "torch": torch.__version__,
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_bytes(self.folder / "config.json", (json.dumps(config, indent=1) + "\n").encode())
            stats.cut(self.folder / "stats.jsonl", self.position.step)
        except OSError as error:
            raise CheckpointError(
                f"nothing can be written in {self.folder}: {error.strerror}; give the token a folder with room and write permission"
            ) from error


def _settle_holdout(folder: Path, saved: Checkpoint | None, holdout: float | None) -> float:
    if saved is None:
        return holdout or 0.0
    if holdout is not None and holdout != saved.holdout:
        raise TrainingError(
            f"this training began with --holdout {saved.holdout:g}, not {holdout:g}; "
            f"leave --holdout out, or move {folder} away to begin anew"
        )
    return saved.holdout


def recorded_recipe(folder: Path) -> tuple[str, Mapping[str, object]] | None:
    """Return the name and configuration of the recipe that the training in a folder began with, None where there is none.

    Raises CheckpointError where its config.json cannot be read.
    """
    path = folder / "config.json"
    if not (folder / "checkpoints").is_dir() or not path.exists():
        return None
    try:
        recipe = json.loads(path.read_bytes())["recipe"]
        name, config = recipe["name"], recipe["config"]
        if not isinstance(name, str) or not isinstance(config, dict):
            raise ValueError("it names no recipe")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}; move {folder} away to begin anew") from error
    return name, config


@dataclass(frozen=True, kw_only=True)
class Follower:
    """What a session tells the outside, and how often it saves and shows its state.

    ``on_snapshot`` gets the averaged networks every ``snapshot_interval_s`` seconds of training; it must copy what it keeps.
    """

    on_stats: Callable[[Stats], None]
    on_step: Callable[[Position], None]
    on_snapshot: Callable[[Networks, Position], None]
    on_trouble: Callable[[str], None]
    checkpoint_interval_s: float = 30.0
    snapshot_interval_s: float = 300.0


class _Recorder:
    """Writes a session's statistics and checkpoints as its loop goes on."""

    def __init__(self, session: Session, follower: Follower) -> None:
        self._session = session
        self._follower = follower
        self._next_checkpoint_s = session.position.seconds + follower.checkpoint_interval_s
        self._next_snapshot_s = session.position.seconds + follower.snapshot_interval_s

    def on_step(self, position: Position) -> None:
        self._session.position = position
        if position.seconds >= self._next_checkpoint_s:
            self._next_checkpoint_s = position.seconds + self._follower.checkpoint_interval_s
            # A full disk must not end a training: it is said, and tried again at the next interval.
            try:
                self._session.save()
            except CheckpointError as error:
                self._follower.on_trouble(str(error))
        if position.seconds >= self._next_snapshot_s:
            self._next_snapshot_s = position.seconds + self._follower.snapshot_interval_s
            self._follower.on_snapshot(self._session.networks, position)
        self._follower.on_step(position)

    def on_stats(self, line: Stats) -> None:
        try:
            stats.append(self._session.folder / "stats.jsonl", line)
        except OSError as error:
            self._follower.on_trouble(f"stats.jsonl cannot be written: {error.strerror}")
        self._follower.on_stats(line)
