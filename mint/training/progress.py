"""How far a training has come. Loads no torch, so that a process that only watches a training need not load it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TrainingProgress:
    """How far a training has come: steps, images seen, and seconds of training, summed over all of its runs."""

    step: int = 0
    images: int = 0
    seconds: float = 0.0
