"""The recorder: writes a session's statistics, checkpoints and history as its loop goes on.

A disk that fails must not end a training: it is said at once, training goes on, and what could not be saved is tried again soon.
"""

from typing import TYPE_CHECKING, Final

from mint.errors import CheckpointError, HistoryError
from mint.training import stats
from mint.training.progress import Progress
from mint.training.saving.disk import trouble_with
from mint.training.stats import Stats

if TYPE_CHECKING:
    from mint.training.session import Session, TrainingCallbacks

# In seconds of training: how often the disk is looked at, how soon a save that failed is tried again, and how long the same trouble
# is not told again.
WATCH_INTERVAL_S: Final = 0.5
RETRY_INTERVAL_S: Final = 2.0
REPEAT_INTERVAL_S: Final = 60.0
# Room that a checkpoint needs, before the first one has shown it.
_ROOM: Final = 1 << 20


class Recorder:
    """Follows the loop for a session, and tells its follower."""

    def __init__(self, session: "Session", follower: "TrainingCallbacks") -> None:
        self._session = session
        self._follower = follower
        self._now_s = session.position.seconds
        self._next_checkpoint_s = self._now_s + follower.checkpoint_interval_s
        self._next_snapshot_s = self._now_s + follower.snapshot_interval_s
        self._next_watch_s = self._now_s
        self._told: dict[str, tuple[str, float]] = {}
        self._remember()

    def on_step(self, position: Progress) -> None:
        """Record what is due after a step. Raises DivergenceError where what is to be saved or shown is not finite."""
        self._session.position = position
        self._now_s = position.seconds
        self._remember()
        if position.seconds >= self._next_watch_s:
            self._next_watch_s = position.seconds + WATCH_INTERVAL_S
            self._watch()
        if position.seconds >= self._next_checkpoint_s:
            self._session.keep()
            self._save()
        if position.seconds >= self._next_snapshot_s:
            self._next_snapshot_s = position.seconds + self._follower.snapshot_interval_s
            self._session.keep()
            self._follower.on_snapshot(self._session.networks, position)
        self._follower.on_step(position)

    def on_stats(self, line: Stats) -> None:
        """Add a line to the statistics, and tell it."""
        try:
            stats.append(self._session.folder / "stats.jsonl", line)
        except OSError as error:
            self._tell("stats", f"stats.jsonl cannot be written: {error.strerror}")
        self._follower.on_stats(line)

    def _save(self) -> None:
        interval = self._follower.checkpoint_interval_s
        try:
            self._session.save()
        except CheckpointError as error:
            self._next_checkpoint_s = self._now_s + min(interval, RETRY_INTERVAL_S)
            self._tell("save", f"{error}; training goes on, and it is tried again")
        else:
            self._next_checkpoint_s = self._now_s + interval
            self._all_is_well("save")

    def _watch(self) -> None:
        """Look whether the next checkpoint could be saved, so that nobody learns only then that it cannot."""
        folder = self._session.folder / "checkpoints"
        if self._session.saved_step is None and not folder.exists():
            folder = self._session.folder
        trouble = trouble_with(folder, _ROOM)
        if trouble is not None:
            self._tell("save", f"nothing can be saved: {trouble}; training goes on, and it is tried again")
            # And soon, since a folder that is gone can be made again.
            self._next_checkpoint_s = min(self._next_checkpoint_s, self._now_s + RETRY_INTERVAL_S)

    def _remember(self) -> None:
        try:
            self._session.remember()
        except HistoryError as error:
            self._tell("history", str(error))

    def _tell(self, kind: str, sentence: str) -> None:
        _, until = self._told.get(kind, ("", float("-inf")))
        if self._now_s >= until:
            self._told[kind] = sentence, self._now_s + REPEAT_INTERVAL_S
            self._follower.on_trouble(sentence)

    def _all_is_well(self, kind: str) -> None:
        if self._told.pop(kind, None) is not None:
            self._follower.on_trouble(f"step {self._session.position.step} is saved: the disk can be written again")
