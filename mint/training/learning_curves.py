"""Learning curves: the statistics of a training as one series a loss, for a page or a terminal to draw."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mint.training.stats import Stats

Curve = tuple[float | None, ...]  # None is not finite


@dataclass(frozen=True, kw_only=True)
class LearningCurves:
    """The series of a training's statistics, all of the same length, oldest first; ``losses`` in the order of the recipe."""

    steps: tuple[int, ...]
    seconds: tuple[int, ...]  # that have passed, whole ones
    accuracy: tuple[float, ...]  # 0 to 1
    losses: dict[str, Curve]


def learning_curves(lines: Sequence[Stats], max_points: int) -> LearningCurves:
    """Return the curves through at most ``max_points`` of the lines, extremes included.

    Where there are more lines, they are divided into buckets, and those with the least and the greatest value of each curve in a
    bucket are kept, beside the first and the last. So every point was measured, and no peak is lost.
    """
    names = list(dict.fromkeys(name for line in lines for name in line.losses))
    curves: list[Curve] = [tuple(_finite(line.losses.get(name)) for line in lines) for name in names]
    rows = _extreme_rows([tuple(line.accuracy for line in lines), *curves], len(lines), max_points)
    return LearningCurves(
        steps=tuple(lines[row].step for row in rows),
        seconds=tuple(math.floor(lines[row].seconds) for row in rows),
        accuracy=tuple(lines[row].accuracy for row in rows),
        losses={name: tuple(curve[row] for row in rows) for name, curve in zip(names, curves, strict=True)},
    )


def _extreme_rows(curves: Sequence[Curve], num_rows: int, max_rows: int) -> Sequence[int]:
    """Return which rows to keep, in order."""
    if num_rows <= max_rows:
        return range(num_rows)
    num_buckets = max(1, (max_rows - 2) // (2 * len(curves)))
    kept = {0, num_rows - 1}
    for bucket in range(num_buckets):
        rows = range(bucket * num_rows // num_buckets, (bucket + 1) * num_rows // num_buckets)
        for curve in curves:
            values = [(value, row) for row in rows if (value := curve[row]) is not None]
            if values:
                kept |= {min(values)[1], max(values)[1]}
    return sorted(kept)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
