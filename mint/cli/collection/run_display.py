"""What is shown of a collection's training: a line of progress, the mosaic as a picture file, and the page, if there is one."""

import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Final

from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mint.cli.error_console import error_console
from mint.collection.training.mosaic import CollectionMosaic
from mint.collection.training.publication import DREAMS_NAME
from mint.collection.training.run import CollectionRun, RunCallbacks, RunProgress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mint.collection.folder import CollectionFolder
    from mint.collection.training.page import CollectionPage
    from viewer.exported.manifest import Origin

LINE_INTERVAL_S: Final = 10.0
# The picture file is written at most so often, and for at most a fiftieth of the time.
_MOSAIC_INTERVAL_S: Final = 5.0
_MOSAIC_SHARE: Final = 0.02


class RunDisplay:
    """Shows a run on standard error and in ``mosaic.png`` while it is open; ``page`` is a page to keep up to date."""

    def __init__(self, folder: "CollectionFolder", run: CollectionRun) -> None:
        self.page: CollectionPage | None = None
        self.mosaic: Final = CollectionMosaic(run.progress.num_tokens)
        self._folder = folder
        self._run = run
        self._progress = run.progress
        self._console = error_console()
        self._live = Live(console=self._console, refresh_per_second=4, transient=True, get_renderable=self._bar)
        self._next_line_s = 0.0
        self._next_mosaic_s = 0.0
        self._num_written = 0
        # The pictures of ten thousand tokens take half a minute to read, for which no training waits.
        self._earlier = threading.Thread(target=self._add_earlier, name="mosaic", daemon=True)
        self._num_printed = 0

    def __enter__(self) -> "RunDisplay":
        self._earlier.start()
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()
        if kind is None:
            self._earlier.join()
            self._write_mosaic()

    @property
    def callbacks(self) -> RunCallbacks:
        """What shows a run here."""
        return RunCallbacks(on_trained=self._on_trained, on_failure=self._on_failure, on_tick=self._on_tick)

    def print(self, sentence: str) -> None:
        """Print a sentence that stays."""
        self._console.print(sentence, soft_wrap=True)

    def _add_earlier(self) -> None:
        """Add the tokens that were trained before this run to the mosaic."""
        tokens = self._folder.collection.tokens
        for place in self._run.trained.nonzero()[0].tolist():
            self.mosaic.add_from(place, self._folder.token_path(tokens[place].number) / DREAMS_NAME)

    def _on_trained(self, place: int, origin: "Origin", dreams: "NDArray[np.uint8]") -> None:
        self.mosaic.add(place, origin.palette, dreams[0])

    def _on_failure(self, number: int, reason: str, is_set_aside: bool) -> None:
        self.print(f"token {number} failed{' and is set aside' if is_set_aside else ''}: {reason}")

    def _on_tick(self, progress: RunProgress) -> None:
        self._progress = progress
        if self.page is not None:
            self.page.progress = progress
        now = time.monotonic()
        if (
            not self._console.is_terminal
            and now >= self._next_line_s
            and progress.num_left
            and progress.num_trained != self._num_printed
        ):
            self._next_line_s = now + LINE_INTERVAL_S
            self._num_printed = progress.num_trained
            self._console.print(describe(progress), soft_wrap=True)
        if now >= self._next_mosaic_s and self.mosaic.num_added > self._num_written:
            self._write_mosaic()
            took_s = time.monotonic() - now
            self._next_mosaic_s = time.monotonic() + max(_MOSAIC_INTERVAL_S, took_s / _MOSAIC_SHARE)

    def _write_mosaic(self) -> None:
        if self.mosaic.num_added > self._num_written:
            self._num_written = self.mosaic.num_added
            self.mosaic.write(self._folder.path)

    def _bar(self) -> Table:
        progress = self._progress
        grid = Table.grid(padding=(0, 1))
        num_trained = progress.num_trained_before + progress.num_trained
        grid.add_row(ProgressBar(total=progress.num_tokens, completed=num_trained, width=24), Text(describe(progress)))
        return grid


def describe(progress: RunProgress) -> str:
    """Return how far a run has come, in one line."""
    parts = [f"{progress.num_trained_before + progress.num_trained:,} of {progress.num_tokens:,} trained"]
    if progress.num_set_aside:
        parts.append(f"{progress.num_set_aside:,} set aside")
    if progress.seconds_left is not None:
        parts.append(f"{progress.tokens_per_hour:,.0f} tokens an hour")
        if progress.num_left:
            parts.append(f"{_clock(progress.seconds_left)} left")
    return ", ".join(parts)


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
