"""The progress of a training: one line that changes in a terminal, and curves at the end, or a line now and then in a file."""

import math
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from rich.live import Live
from rich.text import Text

from mint.cli.error_console import error_console
from mint.training.callbacks import TrainingCallbacks
from mint.training.progress import TrainingProgress

if TYPE_CHECKING:
    from mint.training.stats import Stats

LINE_INTERVAL_S = 10.0
_MAX_POINTS = 1000  # more than a terminal has columns


class ProgressLine:
    """Shows step, rate, accuracy, losses and time on standard error while it is open.

    After ``steps`` or ``seconds`` of this run it says that the training is exported. In a terminal that is wide enough, it draws
    the learning curves when it closes; they begin with the ``earlier`` statistics.
    """

    def __init__(
        self,
        title: str,
        progress: TrainingProgress,
        earlier: "Sequence[Stats]" = (),
        *,
        steps: int | None = None,
        seconds: float | None = None,
    ) -> None:
        self._console = error_console()
        self._title = title
        self._progress = progress
        self._last_step = math.inf if steps is None else progress.step + steps
        self._last_second = math.inf if seconds is None else progress.seconds + seconds
        self._stats: Stats | None = None
        self._lines = list(earlier)
        self._live = Live(console=self._console, refresh_per_second=4, transient=True, get_renderable=self._line)
        self._next_line = time.monotonic()
        self._printed = ""
        self._is_open = False

    def __enter__(self) -> "ProgressLine":
        self._console.print(Text(self._title, "bold"))
        if self._progress.step:
            self._console.print(f"going on after step {self._progress.step}")
        self._is_open = self._console.is_terminal
        if self._is_open:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()
        self._is_open = False
        if self._stats is not None:
            self._print_line()
            if kind is None:
                self._plot()

    @property
    def callbacks(self) -> TrainingCallbacks:
        """What shows a training in this line."""
        return TrainingCallbacks(on_step=self._on_step, on_stats=self._on_stats, on_warning=self.print)

    def print(self, sentence: str) -> None:
        """Print a sentence that stays, above the line."""
        self._console.print(sentence, soft_wrap=True)

    def _on_step(self, progress: TrainingProgress) -> None:
        self._progress = progress

    def _on_stats(self, stats: "Stats") -> None:
        self._stats = stats
        # A training that went back to an earlier step measures the steps after it again.
        self._lines = [line for line in self._lines if line.step < stats.step] + [stats]
        if not self._console.is_terminal and time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + LINE_INTERVAL_S
            self._print_line()

    def _print_line(self) -> None:
        """Print the line so that it stays, unless it is the one that was printed last."""
        line = self._line()
        if line.plain != self._printed:
            self._printed = line.plain
            self._console.print(line, soft_wrap=True)

    def _plot(self) -> None:
        from mint.cli.learning_curve_plot import MIN_WIDTH, plot_curves
        from mint.training.learning_curves import learning_curves

        is_drawable = self._console.is_terminal and not self._console.options.ascii_only
        if is_drawable and self._console.width >= MIN_WIDTH and len(self._lines) > 1:
            self._console.print(plot_curves(learning_curves(self._lines, _MAX_POINTS), self._console.width))

    def _line(self) -> Text:
        line = Text.assemble(("step ", "dim"), (f"{self._progress.step}", "bold"), ("  ", ""), _clock(self._progress.seconds))
        if self._stats is not None:
            line.append(f"  {self._stats.steps_per_second:.1f} steps/s  ")
            line.append(f"{100 * self._stats.accuracy:.2f} % right", "green")
            for name, loss in self._stats.losses.items():
                line.append(f"  {name} ", "dim")
                line.append(f"{loss:.3f}")
        # To export networks of a new size or number of colours takes half a minute.
        is_over = self._progress.step >= self._last_step or self._progress.seconds >= self._last_second
        if is_over and self._is_open:
            line.append("  exporting", "bold")
        return line


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
