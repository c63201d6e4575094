"""Checkpoints: everything that is needed to continue exactly where a training stopped.

A checkpoint is a folder ``step-000001234`` with ``state.safetensors`` and ``checkpoint.json``, which holds the progress, the seed,
the recipe, and the SHA-256 of the tensors and of itself. It is written under a temporary name and renamed, so a folder with a final
name is complete. The newest three that verify are kept, and older ones as ``mint.training.saving.retention`` says.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import safetensors.torch
from torch import Tensor

from mint.atomic_write import remove_folder, write_folder
from mint.checksummed_json import dump_checksummed, load_checksummed
from mint.errors import CheckpointError
from mint.network_weights import first_not_finite
from mint.recipes.recipe import Adjustment
from mint.training.cpu_copy import state_on_cpu
from mint.training.progress import TrainingProgress
from mint.training.saving.retention import steps_to_keep
from viewer.json_fields import Range, read_record
from viewer.printable import printable
from viewer.regular_file import read_regular_file

FORMAT = 2
NUM_KEPT = 3
MAX_RECORD_BYTES = 1 << 20
MAX_STATE_BYTES = 1 << 32
_FOLDER = re.compile(r"step-(\d{9,})")


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A complete training state: progress, seed, recipe (name, version and configuration), and the tensors by name.

    ``holdout`` is the share of the sprites that is not learned.
    """

    progress: TrainingProgress
    seed: int
    recipe: Mapping[str, object]
    state: Mapping[str, Tensor]
    adjustment: Adjustment = field(default_factory=Adjustment)
    holdout: float = 0.0


_Count = Annotated[int, Range(0)]


@dataclass(frozen=True, kw_only=True)
class _PositionRecord:
    step: _Count
    images: _Count
    seconds: Annotated[float, Range(0)]

    def progress(self) -> TrainingProgress:
        return TrainingProgress(step=self.step, images=self.images, seconds=self.seconds)


@dataclass(frozen=True, kw_only=True)
class _RecipeRecord:
    name: str
    version: int
    config: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class _Record:
    """What checkpoint.json holds, besides its own checksum."""

    format: int
    position: _PositionRecord
    seed: _Count
    recipe: _RecipeRecord
    adjustment: Adjustment
    holdout: float = 0.0
    state_sha256: str


def save(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint into ``folder`` durably, remove those that are no longer kept, and return its path.

    It replaces one of the same step. Raises CheckpointError if a value is not finite or the disk refuses; existing checkpoints are
    untouched then.
    """
    step = checkpoint.progress.step
    state = state_on_cpu(checkpoint.state)
    name = first_not_finite(state)
    if name is not None:
        raise CheckpointError(f"step {step} is not saved: {name} is not finite; the last checkpoint is kept")
    target = folder / f"step-{step:09d}"

    def fill(temporary: Path) -> None:
        data = safetensors.torch.save({name: tensor.contiguous() for name, tensor in state.items()})
        (temporary / "state.safetensors").write_bytes(data)
        record = {
            "format": FORMAT,
            "position": asdict(checkpoint.progress),
            "seed": checkpoint.seed,
            "recipe": dict(checkpoint.recipe),
            "adjustment": asdict(checkpoint.adjustment),
            "holdout": checkpoint.holdout,
            "state_sha256": hashlib.sha256(data).hexdigest(),
        }
        (temporary / "checkpoint.json").write_bytes(dump_checksummed(record))

    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_folder(target, fill, replace=True)
    except OSError as error:
        raise CheckpointError(f"step {step} could not be saved in {folder}: {error.strerror or error}") from error
    _apply_retention(folder)
    return target


def load(path: Path) -> Checkpoint:
    """Read one checkpoint and verify it. Raises CheckpointError if it is truncated, changed or of another version."""
    try:
        record = _read_record(path)
        data = read_regular_file(path / "state.safetensors", MAX_STATE_BYTES, within=path)
        if hashlib.sha256(data).hexdigest() != record.state_sha256:
            raise CheckpointError(f"{path} is damaged: its tensors do not have the SHA-256 that checkpoint.json states")
        return Checkpoint(
            progress=record.position.progress(),
            seed=record.seed,
            recipe=asdict(record.recipe),
            state=safetensors.torch.load(data),
            adjustment=record.adjustment,
            holdout=record.holdout,
        )
    except (OSError, ValueError, safetensors.SafetensorError) as error:
        raise CheckpointError(f"{path} cannot be read as a checkpoint: {error}") from error


def recorded_recipe(training: Path) -> tuple[str, Mapping[str, object]] | None:
    """Return the name and configuration of the recipe that a training uses, None where no checkpoint can be read."""
    for _, path in sorted(_list_checkpoints(training / "checkpoints"), reverse=True):
        with suppress(CheckpointError, OSError, ValueError):
            recipe = _read_record(path).recipe
            return recipe.name, recipe.config
    return None


def load_newest(folder: Path) -> tuple[Checkpoint | None, list[str]]:
    """Return the newest checkpoint in ``folder`` that verifies (None without any), and why newer ones were skipped.

    Raises CheckpointError if there are checkpoints and none of them verifies.
    """
    skipped: list[str] = []
    for _, path in _list_checkpoints(folder):
        try:
            return load(path), skipped
        except CheckpointError as error:
            skipped.append(str(error))
    if skipped:
        raise CheckpointError(f"no checkpoint in {folder} can be used: {skipped[0]}; move the folder away to start over")
    return None, []


def load_step(folder: Path, step: int) -> Checkpoint:
    """Read and verify the checkpoint of a step. Raises CheckpointError, which names the steps that there are."""
    found = dict(_list_checkpoints(folder))
    if step not in found:
        steps = ", ".join(map(str, sorted(found)))
        there = f"there are those of the steps {steps}" if found else "train it first"
        raise CheckpointError(f"there is no checkpoint of step {step} in {folder}; {there}")
    return load(found[step])


def drop_after(folder: Path, step: int) -> None:
    """Remove the checkpoints of steps after ``step``, which a training that went back does not reach in the same way again."""
    for later, path in _list_checkpoints(folder):
        if later > step:
            remove_folder(path)


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed process left half-written. No other process may be writing."""
    for path in folder.glob(".step-*.tmp"):
        shutil.rmtree(path, ignore_errors=True)


def _apply_retention(folder: Path) -> None:
    """Remove the checkpoints that are not kept; among the newest, only those that verify count."""
    seconds: dict[int, float] = {}
    paths: dict[int, Path] = {}
    num_verified = 0
    for step, path in _list_checkpoints(folder):
        try:
            if num_verified < NUM_KEPT:
                load(path)
                num_verified += 1
                oldest_verified = step
            seconds[step] = _read_record(path).position.seconds
        except (CheckpointError, OSError, ValueError):
            pass
        paths[step] = path
    if num_verified < NUM_KEPT:
        return
    kept = steps_to_keep(seconds)
    for step, path in paths.items():
        if step < oldest_verified and step not in kept:
            remove_folder(path)


def _read_record(path: Path) -> _Record:
    """Return what checkpoint.json holds. Raises OSError, ValueError and CheckpointError."""
    data = read_regular_file(path / "checkpoint.json", MAX_RECORD_BYTES, within=path)
    try:
        record = json.loads(data)
    except RecursionError as error:
        raise ValueError("checkpoint.json is nested too deeply") from error
    if isinstance(record, dict) and record.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} has format {printable(record.get('format'))}, this version reads {FORMAT}; "
            "train with the version that wrote it"
        )
    return read_record(_Record, load_checksummed(data))


def _list_checkpoints(folder: Path) -> list[tuple[int, Path]]:
    """Return the step and path of each checkpoint, the newest first."""
    try:
        matches = [(_FOLDER.fullmatch(path.name), path) for path in folder.iterdir()]
    except OSError:
        return []
    return sorted(((int(match[1]), path) for match, path in matches if match), reverse=True)
