"""A job: one token to train, and how its attempt ended. Loads no torch, since the process that hands out jobs does not train."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class TokenTraining:
    """How each token of a run is trained; ``steps`` and ``seconds`` count all attempts at a token together.

    ``recipe`` None is the default one. ``settings`` are those of the recipe, as texts.
    """

    recipe: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    steps: int | None = None
    seconds: float | None = None

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that tell recipes and their settings apart."""
        record = {key: value for key, value in asdict(self).items() if key in ("recipe", "settings")}
        return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, kw_only=True)
class Job:
    """A token to train: everything that a worker needs to know.

    ``num_failures`` is how often the token has failed before; each attempt after a failure has another seed. ``num_deaths`` is how
    many processes or machines have ended that trained it. ``checkpoints`` is the folder in which an attempt that is interrupted
    can be continued; None is a temporary one.
    """

    number: int
    hash: str
    training: TokenTraining
    num_failures: int = 0
    num_deaths: int = 0
    checkpoints: Path | None = None

    @property
    def seed(self) -> int:
        """The seed of the training, below 2**48: the same for the same hash and number of failures."""
        text = f"pixelmint/collection/seed/1\0{self.hash}\0{self.num_failures}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainedToken:
    """What comes back of a token: the files of its export by name, and 16 dreams (16, H, W) uint8, the first of seed 0."""

    files: Mapping[str, bytes]
    dreams: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class FailedAttempt:
    """Why a token was not trained.

    "failed": the training raised an error. "died": its process or machine ended, which is not the token's fault as a rule.
    "stopped": it was stopped on request.
    """

    kind: Literal["failed", "died", "stopped"]
    reason: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """How the attempt at a job ended."""

    job: Job
    result: TrainedToken | FailedAttempt
