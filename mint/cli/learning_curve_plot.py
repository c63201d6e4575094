"""Learning curves in a terminal, drawn with the dots of braille characters, which are two columns and four rows each."""

import math
from collections.abc import Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from mint.training.learning_curves import Curve, LearningCurves

# A narrower terminal gets no plot.
MIN_WIDTH: Final = 60
_PLOT_ROWS: Final = 5
_MIN_PLOT_WIDTH: Final = 36  # of one loss, labels included
_MAX_COLUMNS: Final = 4
# As on the page, an axis is logarithmic where the greatest value is this many times the least.
_LOGARITHMIC_FROM: Final = 30

_BRAILLE: Final = 0x2800
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # the bit of each dot, by row and column


def plot_curves(curves: LearningCurves, width: int) -> Table:
    """Return a plot of each loss that has values, over the steps, in ``width`` characters; ``width`` is at least MIN_WIDTH."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    shown = {name: curve for name, curve in curves.losses.items() if any(value is not None for value in curve)}
    if not shown:
        return grid
    num_rows = math.ceil(len(shown) / max(1, min(_MAX_COLUMNS, width // _MIN_PLOT_WIDTH)))
    num_columns = math.ceil(len(shown) / num_rows)
    plots = [_plot(name, curves.steps, curve, width // num_columns - 2) for name, curve in shown.items()]
    for row in range(num_rows):
        grid.add_row(*plots[row * num_columns : (row + 1) * num_columns])
    return grid


def _plot(name: str, steps: Sequence[int], curve: Curve, width: int) -> Text:
    """Return the lines of one plot: the name, rows of dots beside the least and the greatest value, and the steps."""
    values = [value for value in curve if value is not None]
    low, high = min(values), max(values)
    is_logarithmic = low > 0 and high >= _LOGARITHMIC_FROM * low
    low, high = (low, high) if is_logarithmic else (min(0.0, low), max(0.0, high))
    labels = [_figure(high), *[""] * (_PLOT_ROWS - 2), _figure(low)]
    label_width = max(map(len, labels))
    plot_width = width - label_width - 1
    rows = _dots(steps, curve, low, high, plot_width, is_logarithmic=is_logarithmic)
    text = Text.assemble((name, "bold"), f" {_figure(values[-1])}", (" log" if is_logarithmic else "", "dim"), "\n", no_wrap=True)
    for label, row in zip(labels, rows, strict=True):
        text.append(f"{label:>{label_width}} ", "dim")
        text.append(f"{row}\n", "cyan")
    last = f"{steps[-1]:,}"
    text.append(f"{'':{label_width}} 0{last:>{plot_width - 1}}\n", "dim")
    return text


def _dots(steps: Sequence[int], curve: Curve, low: float, high: float, width: int, *, is_logarithmic: bool) -> list[str]:
    """Return _PLOT_ROWS rows of braille characters, with lines from each value to the next."""
    num_columns, num_rows = 2 * width, 4 * _PLOT_ROWS
    cells = [[0] * width for _ in range(_PLOT_ROWS)]
    previous: tuple[int, int] | None = None
    for step, value in zip(steps, curve, strict=True):
        if value is None:
            previous = None
            continue
        share = math.log(value / low) / math.log(high / low) if is_logarithmic else (value - low) / (high - low or 1)
        place = round(step / steps[-1] * (num_columns - 1)), round((1 - share) * (num_rows - 1))
        for column, row in _line(previous or place, place):
            cells[row // 4][column // 2] |= _DOTS[row % 4][column % 2]
        previous = place
    return ["".join(chr(_BRAILLE + cell) for cell in row) for row in cells]


def _line(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the dots on a straight line, both ends included."""
    (column, row), (to_column, to_row) = start, end
    count = max(abs(to_column - column), abs(to_row - row), 1)
    return [
        (round(column + (to_column - column) * part / count), round(row + (to_row - row) * part / count))
        for part in range(count + 1)
    ]


def _figure(value: float) -> str:
    """Return a value with three significant digits."""
    return f"{value:.3g}"
