"""The progress of long work in stages: a bar with rate and time left in a terminal, or a line now and then in a file."""

import time
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from mint.cli.error_console import error_console

LINE_INTERVAL_S = 10.0


class StageProgress:
    """Shows the stages of a work on standard error while it is open."""

    def __init__(self) -> None:
        self._console = error_console()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
        self._bars = Progress(*columns, console=self._console, transient=True)
        self._bar: TaskID | None = None
        self._stage, self._first, self._total = "", 0, 0
        self._start = self._next_line = time.monotonic()

    def __enter__(self) -> "StageProgress":
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def begin(self, stage: str, done: int, total: int) -> None:
        """Begin a stage of ``total`` steps, of which some were done earlier."""
        if self._bar is not None:
            self._bars.remove_task(self._bar)
        self._bar = self._bars.add_task(stage, total=total, completed=done)
        self._stage, self._first, self._total = stage, done, total
        self._start = time.monotonic()
        self._next_line = self._start + LINE_INTERVAL_S

    def update(self, done: int) -> None:
        """Show how many steps of the stage are done."""
        assert self._bar is not None
        self._bars.update(self._bar, completed=done)
        now = time.monotonic()
        if not self._console.is_terminal and now >= self._next_line:
            self._next_line = now + LINE_INTERVAL_S
            rate = (done - self._first) / (now - self._start)
            left = f", {(self._total - done) / rate:.0f} s left" if rate > 0 else ""
            self._console.print(f"{self._stage}: {done} of {self._total}, {rate:.1f} a second{left}", soft_wrap=True)

    def print(self, sentence: str) -> None:
        """Print a sentence that stays, above the bar."""
        self._console.print(sentence, soft_wrap=True)

    def advance(self, stage: str, done: int, total: int) -> None:
        """Show how many steps of a stage are done, which begins with the first of them."""
        if stage != self._stage:
            self.begin(stage, 0, total)
        self.update(done)
