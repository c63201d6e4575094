"""The recorder: writes a training's statistics, checkpoints and history while its loop runs.

A disk that fails must not end a training: it is reported at once, training goes on, and saving is tried again soon.
"""

from dataclasses import dataclass
from typing import Final

from mint.errors import CheckpointError, HistoryError
from mint.training.callbacks import TrainingCallbacks
from mint.training.history_drawing import HistoryDrawing
from mint.training.progress import TrainingProgress
from mint.training.saving.recovery import Recovery
from mint.training.state import TrainingState
from mint.training.stats import Stats
from mint.training.training_folder import TrainingFolder

# In seconds of training: how often the disk is checked, how soon a save that failed is tried again, and for how long a warning of
# the same kind is not repeated.
DISK_CHECK_INTERVAL_S: Final = 0.5
RETRY_INTERVAL_S: Final = 2.0
WARNING_INTERVAL_S: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class RecordingIntervals:
    """How often a training writes a checkpoint and calls ``on_snapshot``, in seconds of training."""

    checkpoint_s: float = 30.0
    snapshot_s: float = 300.0


DEFAULT_INTERVALS: Final = RecordingIntervals()


class Recorder:
    """Follows the loop, writes what is due into the training's folder, and passes everything on to the callbacks."""

    def __init__(
        self,
        folder: TrainingFolder,
        state: TrainingState,
        recovery: Recovery,
        callbacks: TrainingCallbacks,
        intervals: RecordingIntervals,
    ) -> None:
        """Begin at the present state; each state that is saved or shown is backed up in ``recovery``."""
        self._folder = folder
        self._state = state
        self._recovery = recovery
        self._callbacks = callbacks
        self._intervals = intervals
        self._history = HistoryDrawing(folder.history, state)
        self._now_s = state.progress.seconds
        self._next_checkpoint_s = self._now_s + intervals.checkpoint_s
        self._next_snapshot_s = self._now_s + intervals.snapshot_s
        self._next_disk_check_s = self._now_s
        self._muted_until_s: dict[str, float] = {}  # by kind of warning
        self._record_history()

    def on_step(self, progress: TrainingProgress) -> None:
        """Record what is due after a step. Raises DivergenceError where what is to be saved or shown is not finite."""
        self._now_s = progress.seconds
        self._record_history()
        if self._now_s >= self._next_disk_check_s:
            self._next_disk_check_s = self._now_s + DISK_CHECK_INTERVAL_S
            self._check_disk()
        if self._now_s >= self._next_checkpoint_s:
            self._recovery.back_up(self._state.learner, progress)
            self._save()
        if self._now_s >= self._next_snapshot_s:
            self._next_snapshot_s = self._now_s + self._intervals.snapshot_s
            self._recovery.back_up(self._state.learner, progress)
            self._callbacks.on_snapshot(self._state.learner.snapshot(), progress)
        self._callbacks.on_step(progress)

    def on_stats(self, line: Stats) -> None:
        """Add a line to the statistics."""
        try:
            self._folder.append_stats(line)
        except OSError as error:
            self._warn("stats", f"stats.jsonl cannot be written: {error.strerror}")
        self._callbacks.on_stats(line)

    def finish(self) -> None:
        """Draw what is missing in the history at the end of a run."""
        try:
            while self._history.draw_oldest():
                pass
        except HistoryError as error:
            self._warn("history", str(error))

    def _save(self) -> None:
        self.finish()  # a run that resumes from this checkpoint never draws its earlier steps
        interval_s = self._intervals.checkpoint_s
        try:
            self._folder.save(self._state)
        except CheckpointError as error:
            self._next_checkpoint_s = self._now_s + min(interval_s, RETRY_INTERVAL_S)
            self._warn("save", f"{error}; training goes on, and saving is tried again")
        else:
            self._next_checkpoint_s = self._now_s + interval_s
            if self._muted_until_s.pop("save", None) is not None:
                self._callbacks.on_warning(f"step {self._state.progress.step} is saved: the disk is writable again")

    def _check_disk(self) -> None:
        """Check whether the next checkpoint could be saved, so that a broken disk is reported before a save fails."""
        problem = self._folder.find_write_problem()
        if problem is not None:
            self._warn("save", f"nothing can be saved: {problem}; training goes on, and saving is tried again")
            # And soon, since a missing folder can be made again.
            self._next_checkpoint_s = min(self._next_checkpoint_s, self._now_s + RETRY_INTERVAL_S)

    def _record_history(self) -> None:
        try:
            self._history.on_step()
        except HistoryError as error:
            self._warn("history", str(error))

    def _warn(self, kind: str, sentence: str) -> None:
        if self._now_s >= self._muted_until_s.get(kind, float("-inf")):
            self._muted_until_s[kind] = self._now_s + WARNING_INTERVAL_S
            self._callbacks.on_warning(sentence)
