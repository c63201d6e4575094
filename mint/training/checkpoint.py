"""Checkpoints: everything that is needed to go on exactly where a training stopped.

A checkpoint is a folder ``step-000001234`` with ``state.safetensors`` and ``checkpoint.json``, which holds the position, what was
trained with what, and the SHA-256 of the tensors. It is written under a temporary name and renamed, so a folder with a final name
is whole. The newest few are kept.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor

from mint.durable import write_folder
from mint.errors import CheckpointError

FORMAT = 1
NUM_KEPT = 3
_FOLDER = re.compile(r"step-(\d{9,})")


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far a training has come: steps, images seen, and seconds of training in all runs together."""

    step: int = 0
    images: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A whole training state: the position, the seed of the chance to come, what trained, and the tensors by name.

    ``holdout`` is the share of the sprites that is not learnt.
    """

    position: Position
    seed: int
    recipe: Mapping[str, object]
    state: Mapping[str, Tensor]
    holdout: float = 0.0


def save(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint into ``folder`` durably, drop all but the newest, and return its path.

    Raises CheckpointError if a value is not finite or the disk refuses; older checkpoints are untouched then.
    """
    for name, tensor in checkpoint.state.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise CheckpointError(
                f"step {checkpoint.position.step} is not saved: {name} is not finite; the last checkpoint is kept"
            )
    target = folder / f"step-{checkpoint.position.step:09d}"
    if target.is_dir():
        return target

    def fill(temporary: Path) -> None:
        data = safetensors.torch.save({name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.state.items()})
        (temporary / "state.safetensors").write_bytes(data)
        record = {
            "format": FORMAT,
            "position": asdict(checkpoint.position),
            "seed": checkpoint.seed,
            "recipe": dict(checkpoint.recipe),
            "holdout": checkpoint.holdout,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        (temporary / "checkpoint.json").write_text(json.dumps(record, indent=1) + "\n")

    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_folder(target, fill)
    except OSError as error:
        raise CheckpointError(f"step {checkpoint.position.step} could not be saved in {folder}: {error.strerror}") from error
    for _, old in sorted(_found(folder), reverse=True)[NUM_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def load(path: Path) -> Checkpoint:
    """Read one checkpoint and verify it. Raises CheckpointError if it is truncated, changed or of another version."""
    try:
        record = json.loads((path / "checkpoint.json").read_bytes())
        data = (path / "state.safetensors").read_bytes()
        if record["format"] != FORMAT:
            raise CheckpointError(
                f"{path} has format {record['format']}, this version reads {FORMAT}; train with the version that wrote it"
            )
        if hashlib.sha256(data).hexdigest() != record["sha256"]:
            raise CheckpointError(f"{path} is damaged: its tensors do not have the SHA-256 that checkpoint.json states")
        position = Position(**{field.name: record["position"][field.name] for field in fields(Position)})
        return Checkpoint(
            position=position,
            seed=record["seed"],
            recipe=record["recipe"],
            state=safetensors.torch.load(data),
            holdout=float(record.get("holdout", 0.0)),
        )
    except (OSError, ValueError, KeyError, TypeError, safetensors.SafetensorError) as error:
        raise CheckpointError(f"{path} cannot be read as a checkpoint: {error}") from error


def load_newest(folder: Path) -> tuple[Checkpoint | None, list[str]]:
    """Return the newest checkpoint in ``folder`` that verifies (None without any), and why newer ones were skipped.

    Raises CheckpointError if there are checkpoints and none of them verifies.
    """
    skipped: list[str] = []
    for _, path in sorted(_found(folder), reverse=True):
        try:
            return load(path), skipped
        except CheckpointError as error:
            skipped.append(str(error))
    if skipped:
        raise CheckpointError(f"no checkpoint in {folder} can be used: {skipped[0]}; move the folder away to begin anew")
    return None, []


def _found(folder: Path) -> Iterator[tuple[int, Path]]:
    if folder.is_dir():
        for path in folder.iterdir():
            if match := _FOLDER.fullmatch(path.name):
                yield int(match[1]), path
