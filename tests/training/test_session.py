"""Sessions: a training that was stopped, killed or disturbed goes on exactly."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mint.errors import CheckpointError, TrainingError
from mint.training.control import Control
from mint.training.loop import Limits
from mint.training.progress import Progress
from mint.training.saving.history import History
from mint.training.session import Session
from tests.training.tiny import CONFIG, Diary, open_session


def run(folder: Path, steps: int, seed: int | None = 5) -> Session:
    session = open_session(folder, seed)
    session.run(Limits(steps=steps), Control(), Diary().follower())
    return session


def weights(folder: Path, step: int) -> bytes:
    return (folder / "checkpoints" / f"step-{step:09d}" / "state.safetensors").read_bytes()


def test_two_short_runs_are_one_long_run_bit_for_bit(tmp_path: Path) -> None:
    run(tmp_path / "long", 24)
    run(tmp_path / "short", 10)
    assert run(tmp_path / "short", 14, seed=None).position.step == 24
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


def test_a_lost_run_is_repeated_without_double_statistics(tmp_path: Path) -> None:
    run(tmp_path, 30)
    lines = (tmp_path / "stats.jsonl").read_text()
    # The next run dies at step 50 without a checkpoint, and leaves half a line.
    session = open_session(tmp_path)
    session.save = lambda: None  # type: ignore[method-assign]
    session.run(Limits(steps=20), Control(), Diary().follower())
    with (tmp_path / "stats.jsonl").open("a") as file:
        file.write('{"step": 4')
    assert run(tmp_path, 20).position.step == 50
    steps = [json.loads(line)["step"] for line in (tmp_path / "stats.jsonl").read_text().splitlines()]
    assert steps == [20, 40]
    assert (tmp_path / "stats.jsonl").read_text().startswith(lines)


def test_a_stop_is_obeyed_after_the_step_and_saved(tmp_path: Path) -> None:
    session, control, diary = open_session(tmp_path), Control(), Diary()
    follower = replace(diary.follower(), on_step=lambda position: control.stop() if position.step == 7 else None)
    session.run(Limits(), control, follower)
    assert session.position.step == 7
    assert open_session(tmp_path).position == session.position


def test_seconds_count_this_run(tmp_path: Path) -> None:
    run(tmp_path, 3)
    session = open_session(tmp_path)
    before = session.position.seconds
    session.run(Limits(seconds=0.2), Control(), Diary().follower())
    assert session.position.step > 3
    assert session.position.seconds - before >= 0.2


def test_statistics_tell_rate_losses_and_accuracy(tmp_path: Path) -> None:
    session, diary = open_session(tmp_path), Diary()
    session.run(Limits(steps=41), Control(), diary.follower())
    assert [line.step for line in diary.stats] == [20, 40]
    assert diary.steps == list(range(1, 42))
    last = diary.stats[-1]
    assert last.images == 360
    assert set(last.losses) == {"recon", "kl", "g_loss", "d_loss"}
    assert 0 <= last.accuracy <= 1
    assert last.steps_per_second > 0
    assert [json.loads(line)["step"] for line in (tmp_path / "stats.jsonl").read_text().splitlines()] == [20, 40]


def test_checkpoints_and_snapshots_come_at_their_intervals(tmp_path: Path) -> None:
    session, diary = open_session(tmp_path), Diary()
    session.run(Limits(steps=6), Control(), diary.follower(checkpoint_interval_s=0, snapshot_interval_s=0))
    assert diary.snapshots == [1, 2, 3, 4, 5, 6]
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == [f"step-00000000{step}" for step in (1, 4, 5, 6)]


def test_a_disk_that_fails_is_told_and_training_goes_on(tmp_path: Path) -> None:
    session, diary = open_session(tmp_path), Diary()
    (tmp_path / "checkpoints").write_text("a file where the folder should be")
    with pytest.raises(CheckpointError, match="step 4 could not be saved"):
        session.run(Limits(steps=4), Control(), diary.follower(checkpoint_interval_s=0))
    assert diary.steps == [1, 2, 3, 4]
    assert len(diary.troubles) == 1  # the same trouble is not told again and again
    assert "checkpoints is no folder; training goes on, and it is tried again" in diary.troubles[0]


def test_a_loss_that_is_not_finite_ends_the_run_and_saves_nothing(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    session.run(Limits(steps=2), Control(), Diary().follower())
    with torch.no_grad():
        next(session.networks.encoder.parameters()).fill_(float("nan"))
        next(session._learner.trained.encoder.parameters()).fill_(float("nan"))  # type: ignore[attr-defined]
    with pytest.raises(TrainingError, match="a weight is not finite"):
        session.run(Limits(steps=40), Control(), Diary().follower())
    assert open_session(tmp_path).position.step == 2


def test_positions_of_a_new_session(tmp_path: Path) -> None:
    assert open_session(tmp_path).position == Progress()
    assert not (tmp_path / "checkpoints").exists()


def test_the_history_of_two_runs_is_that_of_one(tmp_path: Path) -> None:
    long = run(tmp_path / "long", 24).history
    run(tmp_path / "short", 10)
    # A run that died has left a step that its successor has not come to yet.
    History(tmp_path / "short" / "history").record(16, np.zeros((1, 1, 1), np.uint8))
    short = run(tmp_path / "short", 14, seed=None).history
    assert long.steps == short.steps == (0, 8, 16, 24)
    for step in long.steps:
        assert long.read(step).shape == (64, 16, 16)
        np.testing.assert_array_equal(short.read(step), long.read(step))
    assert (long.read(0) != long.read(24)).any()


def test_a_history_that_cannot_be_written_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("somebody's file")
    session, diary = open_session(tmp_path), Diary()
    session.run(Limits(steps=9), Control(), diary.follower())
    assert session.position.step == 9
    assert len(diary.troubles) == 1
    assert "could not be added to the past" in diary.troubles[0]
