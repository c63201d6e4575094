"""How far a training has come. Loads no torch, so that whoever only follows a training need not."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a training has come: steps, images seen, and seconds of training in all runs together."""

    step: int = 0
    images: int = 0
    seconds: float = 0.0
