"""Drawing the history: the first steps later than they were made, and none lost."""

from pathlib import Path

import numpy as np

from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.progress import TrainingProgress
from mint.training.recorder import RecordingIntervals
from mint.training.saving.history import History
from tests.training.tiny import open_session

EARLY = (0, 8, 16, 24, 32, 40, 48, 56, 64)


def recorded_at_each_step(folder: Path, steps: int, intervals: RecordingIntervals) -> list[tuple[int, ...]]:
    """Train, and return which steps the history held after each step, and at the end."""
    history, recorded = History(folder / "history"), []

    def on_step(progress: TrainingProgress) -> None:
        recorded.append(history.steps)

    open_session(folder).run(Limits(steps=steps), Control(), TrainingCallbacks(on_step=on_step), intervals)
    return [*recorded, history.steps]


def test_the_first_steps_are_drawn_one_after_the_other_once_most_is_learned(tmp_path: Path) -> None:
    recorded = recorded_at_each_step(tmp_path, 196, RecordingIntervals())
    assert not any(recorded[:71])
    assert recorded[71] == (0,)
    assert recorded[75] == (0, 8)
    # No later step is shown before an earlier one, and none is missing at the end.
    complete = (*EARLY, 96, 128, 192)
    assert all(steps == complete[: len(steps)] for steps in recorded)
    assert recorded[-1] == complete


def test_what_is_drawn_later_is_what_the_step_showed(tmp_path: Path) -> None:
    """A run that ends at a step draws it from the weights that it then has."""
    recorded_at_each_step(tmp_path / "long", 120, RecordingIntervals())
    for step in (8, 64):
        open_session(tmp_path / f"{step}").run(Limits(steps=step), Control(), TrainingCallbacks())
        ended_there = History(tmp_path / f"{step}" / "history")
        np.testing.assert_array_equal(History(tmp_path / "long" / "history").read(step), ended_there.read(step))


def test_a_checkpoint_leaves_no_step_before_it_to_be_drawn(tmp_path: Path) -> None:
    """Else a run that is killed would lose them, because the next one begins at the checkpoint."""
    recorded = recorded_at_each_step(tmp_path, 20, RecordingIntervals(checkpoint_s=0))
    assert recorded[19] == (0, 8, 16)
