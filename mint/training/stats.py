"""Statistics of a training: what it reports, and the lines that it writes into ``stats.jsonl``."""

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mint.atomic_write import write_bytes
from mint.checksummed_json import dump_checksummed, load_checksummed
from mint.training.progress import TrainingProgress
from viewer.regular_file import read_regular_file, update_regular_file

if TYPE_CHECKING:  # a process that only watches a training loads no torch
    from torch import Tensor

    from mint.recipes.recipe import Networks

# About one line a second at first; later one for each hundredth of the steps so far, so that the file grows with the logarithm of
# time.
MIN_INTERVAL = 20
INTERVAL_DIVISOR = 100
# The most sprites of which accuracy is measured.
MAX_SPRITES = 36

MAX_BYTES = 1 << 30  # of stats.jsonl: months of training


@dataclass(frozen=True, kw_only=True)
class Stats:
    """One line of statistics: the progress, steps per second since the last line, mean losses, and reconstruction accuracy."""

    step: int
    images: int
    seconds: float
    steps_per_second: float
    losses: dict[str, float]
    accuracy: float

    @classmethod
    def at(cls, progress: TrainingProgress, *, steps_per_second: float, losses: dict[str, float], accuracy: float) -> "Stats":
        """Return the line of statistics at some progress."""
        return cls(**asdict(progress), steps_per_second=steps_per_second, losses=losses, accuracy=accuracy)


def is_due(step: int) -> bool:
    """Whether a line of statistics is due after this step."""
    return step % max(MIN_INTERVAL, step // INTERVAL_DIVISOR) == 0


def reconstruction_accuracy(networks: "Networks", sprites: "Tensor", labels: "Tensor | None" = None) -> float:
    """Return the share of pixels, 0 to 1, that are right after sprites (N, H, W) are encoded to mu and decoded.

    At most MAX_SPRITES sprites, evenly spread, are measured, which takes no longer than a few steps.
    """
    import torch

    every = math.ceil(len(sprites) / MAX_SPRITES)
    measured = sprites[::every]
    measured_labels = None if labels is None else labels[::every].float()
    with torch.no_grad():
        return float((networks.reconstruct(measured, measured_labels) == measured).double().mean())


def append(path: Path, stats: Stats) -> None:
    """Add a line to a JSON Lines file. Raises OSError."""
    with update_regular_file(path) as file:
        file.write(dump_checksummed({key: _rounded(value) for key, value in asdict(stats).items()}, indent=None))


def read(path: Path) -> list[Stats]:
    """Return the lines of a JSON Lines file, oldest first, without torn, changed or incomplete ones; empty where it is missing."""
    try:
        records = [record for _, record in _lines(path)]
    except OSError:
        return []
    names = {field.name for field in fields(Stats)}
    return [Stats(**{name: record[name] for name in names}) for record in records if names <= set(record)]


def drop_after(path: Path, last_step: int) -> None:
    """Drop the lines of a JSON Lines file after ``last_step``, which a resumed training writes again, and torn or changed ones.

    Raises OSError.
    """
    if path.exists():
        kept = b"".join(line for line, record in _lines(path) if record["step"] <= last_step)
        write_bytes(path, kept)


def _lines(path: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield the lines that are whole, each as its bytes and its record. Raises OSError."""
    for line in read_regular_file(path, MAX_BYTES, within=path.parent).splitlines(keepends=True):
        with suppress(ValueError):
            record = load_checksummed(line, indent=None)
            if isinstance(record.get("step"), int):
                yield line, record


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if not isinstance(value, float):
        return value
    # Small losses keep five digits, too: on a logarithmic scale they show.
    return float(f"{value:.5g}") if abs(value) < 1 else round(value, 5)
