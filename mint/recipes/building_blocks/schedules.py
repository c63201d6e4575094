"""Numbers that depend only on how far a training has come."""

import math


def inverse_square_root(images_seen: int, start: int) -> float:
    """Return the factor of learning rates that is 1 up to ``start`` images and then falls as their inverse square root."""
    return math.sqrt(min(1.0, start / max(images_seen, 1)))


def ema_weight(average_decay: float, step: int) -> float:
    """Return the share of the averaged weights that a step replaces: 1 - ``average_decay``, and more in the first steps.

    Fresh weights are far from where they will be, so early averages forget faster.
    """
    return 1 - min(average_decay, (step + 1) / (step + 10))
