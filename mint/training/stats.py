"""Statistics of a training: what it reports, and the lines it leaves in ``stats.jsonl``."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from mint.durable import write_bytes
from mint.recipes.recipe import Networks

# One line a second or so at first; later one for each hundredth of the way, so that the file grows with the logarithm of time.
MIN_INTERVAL = 20
INTERVAL_DIVISOR = 100
# Sprites by which accuracy is measured in training.
MAX_RECONSTRUCTED = 64


@dataclass(frozen=True, kw_only=True)
class Stats:
    """One line of statistics: the position, steps per second since the last line, mean losses, and reconstruction accuracy."""

    step: int
    images: int
    seconds: float
    steps_per_second: float
    losses: dict[str, float]
    accuracy: float


def is_due(step: int) -> bool:
    """Whether a line of statistics belongs to this step."""
    return step % max(MIN_INTERVAL, step // INTERVAL_DIVISOR) == 0


@torch.no_grad()
def reconstruction_accuracy(networks: Networks, sprites: Tensor, labels: Tensor | None = None) -> float:
    """Return the share of pixels that come back right when sprites (N, H, W) are encoded to mu and decoded, 0 to 1.

    Of many sprites, so many as MAX_RECONSTRUCTED, evenly spread, stand for all.
    """
    every = math.ceil(len(sprites) / MAX_RECONSTRUCTED)
    shown = sprites[::every]
    known = None if labels is None else labels[::every].float()
    return float((networks.reconstruct(shown, known) == shown).double().mean())


def append(path: Path, stats: Stats) -> None:
    """Add a line to a JSON Lines file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({key: _rounded(value) for key, value in asdict(stats).items()}) + "\n")


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return round(value, 5) if isinstance(value, float) else value


def cut(path: Path, last_step: int) -> None:
    """Drop the lines of a JSON Lines file after ``last_step``, and a torn last line: a resumed training writes them again."""
    if not path.exists():
        return
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if _step_of(line) <= last_step]
    write_bytes(path, "".join(f"{line}\n" for line in kept).encode())


def _step_of(line: str) -> float:
    try:
        step = json.loads(line)["step"]
        return step if isinstance(step, int) else float("inf")
    except (ValueError, KeyError, TypeError):
        return float("inf")
