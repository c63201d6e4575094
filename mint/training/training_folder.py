"""The folder of a training: ``config.json`` (what trains), ``stats.jsonl``, ``checkpoints/`` and ``history/``."""

from collections.abc import Mapping
from pathlib import Path

from mint.atomic_write import write_bytes
from mint.checksummed_json import dump_checksummed
from mint.errors import CheckpointError
from mint.training import stats
from mint.training.saving import checkpoint
from mint.training.saving.checkpoint import Checkpoint
from mint.training.saving.disk import find_write_problem
from mint.training.saving.history import History
from mint.training.state import TrainingState
from mint.training.stats import Stats

# Space that a checkpoint needs at least.
_MIN_FREE_BYTES = 1 << 20


class TrainingFolder:
    """Reads and writes the files of one training; ``saved_step`` is the step of the newest checkpoint, None without any."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.history = History(path / "history")
        self.saved_step: int | None = None

    @property
    def config(self) -> Path:
        """The path of ``config.json``."""
        return self.path / "config.json"

    @property
    def _checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def _stats(self) -> Path:
        return self.path / "stats.jsonl"

    def load(self, step: int | None = None) -> tuple[Checkpoint | None, list[str]]:
        """Return the newest checkpoint that verifies, None without any, or that of a step, and why newer ones were skipped.

        Raises CheckpointError if there are checkpoints and none of them verifies, or none of the step.
        """
        if step is None:
            saved, skipped = checkpoint.load_newest(self._checkpoints)
        else:
            saved, skipped = checkpoint.load_step(self._checkpoints, step), []
        self.saved_step = saved.progress.step if saved else None
        return saved, skipped

    def prepare(self, step: int, config: Mapping[str, object]) -> None:
        """Make the folder ready for a run that begins after a step. Raises CheckpointError where nothing can be written."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            write_bytes(self.config, dump_checksummed(config))
            stats.drop_after(self._stats, step)
            self.history.drop_after(step)
        except OSError as error:
            raise CheckpointError(
                f"nothing can be written in {self.path}: {error.strerror}; give the token a folder with space and write permission"
            ) from error
        checkpoint.remove_unfinished(self._checkpoints)

    def save(self, state: TrainingState) -> None:
        """Write a checkpoint, unless there is one of this step already. Raises CheckpointError."""
        if self.saved_step != state.progress.step:
            checkpoint.save(self._checkpoints, state.checkpoint())
            self.saved_step = state.progress.step

    def go_back(self, state: TrainingState, config: Mapping[str, object]) -> None:
        """Save a training that went back to an earlier step, and remove what was written later. Raises CheckpointError, OSError."""
        self.saved_step = None
        self.save(state)
        checkpoint.drop_after(self._checkpoints, state.progress.step)
        write_bytes(self.config, dump_checksummed(config))
        stats.drop_after(self._stats, state.progress.step)
        self.history.drop_after(state.progress.step)

    def append_stats(self, line: Stats) -> None:
        """Add a line to the statistics. Raises OSError."""
        stats.append(self._stats, line)

    def find_write_problem(self) -> str | None:
        """Say why the next checkpoint could not be written, None where nothing is known to prevent it."""
        unused = self.saved_step is None and not self._checkpoints.exists()
        return find_write_problem(self.path if unused else self._checkpoints, _MIN_FREE_BYTES)
