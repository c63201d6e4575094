"""Sessions: a training that was stopped, killed or disturbed continues exactly."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mint.errors import CheckpointError, TrainingError
from mint.recipes.vaegan.learner import VaeGanLearner
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.progress import TrainingProgress
from mint.training.recorder import RecordingIntervals
from mint.training.saving.history import History
from mint.training.session import Session
from tests.training.tiny import CONFIG, CallbackLog, open_session


def run(folder: Path, steps: int, seed: int | None = 5) -> Session:
    session = open_session(folder, seed)
    session.run(Limits(steps=steps), Control(), CallbackLog().callbacks())
    return session


def weights(folder: Path, step: int) -> bytes:
    return (folder / "checkpoints" / f"step-{step:09d}" / "state.safetensors").read_bytes()


def test_two_short_runs_are_one_long_run_bit_for_bit(tmp_path: Path) -> None:
    run(tmp_path / "long", 24)
    run(tmp_path / "short", 10)
    assert run(tmp_path / "short", 14, seed=None).progress.step == 24
    assert weights(tmp_path / "short", 24) == weights(tmp_path / "long", 24)


def test_seeds_are_random_unless_given_and_kept_when_resumed(tmp_path: Path) -> None:
    one, other = run(tmp_path / "one", 1, seed=None), run(tmp_path / "other", 1, seed=None)
    assert one.seed != other.seed
    assert run(tmp_path / "one", 1, seed=None).seed == one.seed
    with pytest.raises(TrainingError, match=rf"began with seed {one.seed}, not 4; leave --seed out"):
        open_session(tmp_path / "one", seed=4)


def test_another_configuration_is_refused(tmp_path: Path) -> None:
    run(tmp_path, 1)
    with pytest.raises(TrainingError, match="another recipe or configuration"):
        open_session(tmp_path, config=replace(CONFIG, beta=1.5))


def test_a_lost_run_is_repeated_without_duplicate_statistics(tmp_path: Path) -> None:
    run(tmp_path, 30)
    lines = (tmp_path / "stats.jsonl").read_text()

    # The next run is killed at step 50 without a checkpoint, and leaves half a line.
    class Killed(BaseException):
        pass

    def kill(progress: TrainingProgress) -> None:
        if progress.step == 50:
            raise Killed

    with pytest.raises(Killed):
        open_session(tmp_path).run(Limits(), Control(), TrainingCallbacks(on_step=kill))
    with (tmp_path / "stats.jsonl").open("a") as file:
        file.write('{"step": 4')
    assert run(tmp_path, 20).progress.step == 50
    steps = [json.loads(line)["step"] for line in (tmp_path / "stats.jsonl").read_text().splitlines()]
    assert steps == [20, 40]
    assert (tmp_path / "stats.jsonl").read_text().startswith(lines)


def test_a_stop_ends_it_after_the_step_and_saves(tmp_path: Path) -> None:
    session, control = open_session(tmp_path), Control()
    callbacks = TrainingCallbacks(on_step=lambda progress: control.stop() if progress.step == 7 else None)
    session.run(Limits(), control, callbacks)
    assert session.progress.step == 7
    assert open_session(tmp_path).progress == session.progress


def test_seconds_count_this_run(tmp_path: Path) -> None:
    run(tmp_path, 3)
    session = open_session(tmp_path)
    before = session.progress.seconds
    session.run(Limits(seconds=0.2), Control(), CallbackLog().callbacks())
    assert session.progress.step > 3
    assert session.progress.seconds - before >= 0.2


def test_statistics_have_rate_losses_and_accuracy(tmp_path: Path) -> None:
    session, log = open_session(tmp_path), CallbackLog()
    session.run(Limits(steps=41), Control(), log.callbacks())
    assert [line.step for line in log.stats] == [20, 40]
    assert log.steps == list(range(1, 42))
    last = log.stats[-1]
    assert last.images == 360
    assert set(last.losses) == {"recon", "kl", "g_loss", "d_loss"}
    assert 0 <= last.accuracy <= 1
    assert last.steps_per_second > 0
    assert [json.loads(line)["step"] for line in (tmp_path / "stats.jsonl").read_text().splitlines()] == [20, 40]


def test_checkpoints_and_snapshots_have_their_intervals(tmp_path: Path) -> None:
    session, log = open_session(tmp_path), CallbackLog()
    session.run(Limits(steps=6), Control(), log.callbacks(), RecordingIntervals(checkpoint_s=0, snapshot_s=0))
    assert log.snapshots == [1, 2, 3, 4, 5, 6]
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == [f"step-00000000{step}" for step in (1, 4, 5, 6)]


def test_a_disk_that_fails_is_a_warning_and_training_goes_on(tmp_path: Path) -> None:
    session, log = open_session(tmp_path), CallbackLog()
    (tmp_path / "checkpoints").write_text("a file where the folder should be")
    with pytest.raises(
        CheckpointError, match=r"step 4 could not be saved in .* \(nothing was saved before\); see that there is room"
    ):
        session.run(Limits(steps=4), Control(), log.callbacks(), RecordingIntervals(checkpoint_s=0))
    assert log.steps == [1, 2, 3, 4]
    assert len(log.warnings) == 1  # the same warning is not repeated
    assert "checkpoints is not a folder; training goes on, and saving is tried again" in log.warnings[0]


def test_weights_that_are_not_finite_end_the_run_and_are_not_saved(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    session.run(Limits(steps=2), Control(), CallbackLog().callbacks())
    assert isinstance(session.learner, VaeGanLearner)
    with torch.no_grad():
        for networks in (session.networks, session.learner.trained):
            next(networks.encoder.parameters()).fill_(float("nan"))
    with pytest.raises(TrainingError, match="a weight is not finite"):
        session.run(Limits(steps=40), Control(), CallbackLog().callbacks())
    assert open_session(tmp_path).progress.step == 2


def test_a_new_session_has_no_progress(tmp_path: Path) -> None:
    assert open_session(tmp_path).progress == TrainingProgress()
    assert not (tmp_path / "checkpoints").exists()


def test_the_history_of_two_runs_is_that_of_one(tmp_path: Path) -> None:
    long = run(tmp_path / "long", 24).history
    run(tmp_path / "short", 10)
    # A run that was killed has left a step that the next run has not reached yet.
    History(tmp_path / "short" / "history").record(16, np.zeros((1, 1, 1), np.uint8))
    short = run(tmp_path / "short", 14, seed=None).history
    assert long.steps == short.steps == (0, 8, 16, 24)
    for step in long.steps:
        assert long.read(step).shape == (64, 16, 16)
        np.testing.assert_array_equal(short.read(step), long.read(step))
    assert (long.read(0) != long.read(24)).any()


def test_a_history_that_cannot_be_written_is_a_warning_and_training_goes_on(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("a file where the folder should be")
    session, log = open_session(tmp_path), CallbackLog()
    session.run(Limits(steps=9), Control(), log.callbacks())
    assert session.progress.step == 9
    assert len(log.warnings) == 1
    assert "could not be added to the history" in log.warnings[0]
