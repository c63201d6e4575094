"""Checkpoints: what was saved is loaded again, and damage is noticed."""

import errno
import json
import os
from pathlib import Path

import pytest
import torch

from mint.checksummed_json import dump_checksummed
from mint.errors import CheckpointError
from mint.training.progress import TrainingProgress
from mint.training.saving.checkpoint import Checkpoint, drop_after, load, load_newest, remove_unfinished, save

STATE = {"net.weight": torch.arange(12.0).reshape(3, 4), "optimizer.0.step": torch.tensor(7.0)}


def checkpoint(step: int = 5, **state: torch.Tensor) -> Checkpoint:
    return Checkpoint(
        progress=TrainingProgress(step=step, images=9 * step, seconds=0.5),
        seed=3,
        recipe={"name": "r", "version": 1, "config": {"betas": [0.5, 0.9]}},
        state=STATE | state,
    )


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    loaded = load(save(tmp_path, checkpoint()))
    assert loaded.progress == TrainingProgress(step=5, images=45, seconds=0.5)
    assert (loaded.seed, loaded.recipe) == (3, {"name": "r", "version": 1, "config": {"betas": [0.5, 0.9]}})
    assert loaded.state.keys() == STATE.keys()
    assert all(torch.equal(loaded.state[name], tensor) for name, tensor in STATE.items())


def steps_in(folder: Path) -> list[int]:
    return sorted(int(path.name[5:]) for path in folder.iterdir())


def test_the_newest_are_kept_and_the_first_of_each_hour(tmp_path: Path) -> None:
    for step in (1, 12, 3, 400, 5, 1_000_000_000):
        save(tmp_path, checkpoint(step))
    assert steps_in(tmp_path) == [1, 12, 400, 1_000_000_000]
    newest, skipped = load_newest(tmp_path)
    assert newest is not None
    assert newest.progress.step == 1_000_000_000
    assert skipped == []


def test_an_empty_or_missing_folder_has_no_checkpoint(tmp_path: Path) -> None:
    assert load_newest(tmp_path) == (None, [])
    assert load_newest(tmp_path / "missing") == (None, [])


@pytest.mark.parametrize("file", ["state.safetensors", "checkpoint.json"])
@pytest.mark.parametrize("part", [slice(0), slice(1), slice(90), slice(-1)])
def test_a_checkpoint_with_a_truncated_file_is_skipped(tmp_path: Path, file: str, part: slice) -> None:
    save(tmp_path, checkpoint(1))
    path = save(tmp_path, checkpoint(2)) / file
    path.write_bytes(path.read_bytes()[part])
    loaded, skipped = load_newest(tmp_path)
    assert loaded is not None
    assert loaded.progress.step == 1
    assert len(skipped) == 1
    assert "step-000000002" in skipped[0]


@pytest.mark.parametrize("file", ["state.safetensors", "checkpoint.json"])
def test_a_checkpoint_with_any_flipped_bit_is_skipped(tmp_path: Path, file: str) -> None:
    save(tmp_path, checkpoint(1))
    path = save(tmp_path, checkpoint(2)) / file
    data = path.read_bytes()
    for number in range(1000):
        path.write_bytes(flipped(data, number * 8 * len(data) // 1000))
        loaded, skipped = load_newest(tmp_path)
        assert loaded is not None
        assert (loaded.progress.step, len(skipped)) == (1, 1)


def test_a_deeply_nested_checkpoint_is_skipped(tmp_path: Path) -> None:
    save(tmp_path, checkpoint(1))
    (save(tmp_path, checkpoint(2)) / "checkpoint.json").write_bytes(b"[" * 200_000)
    loaded, skipped = load_newest(tmp_path)
    assert loaded is not None
    assert (loaded.progress.step, len(skipped)) == (1, 1)
    assert "checkpoint.json is nested too deeply" in skipped[0]


def flipped(data: bytes, bit: int) -> bytes:
    return data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :]


def test_damaged_checkpoints_do_not_count_as_kept(tmp_path: Path) -> None:
    for step in (1, 2, 3):
        save(tmp_path, checkpoint(step))
    for step in (10, 11, 12):  # later steps, all damaged
        (save(tmp_path, checkpoint(step)) / "state.safetensors").write_bytes(b"")
    save(tmp_path, checkpoint(4))
    assert {2, 3, 4} <= set(steps_in(tmp_path))
    newest, skipped = load_newest(tmp_path)
    assert newest is not None
    assert newest.progress.step == 4
    assert len(skipped) == 3


def test_a_damaged_checkpoint_of_the_same_step_is_replaced(tmp_path: Path) -> None:
    (save(tmp_path, checkpoint(1)) / "state.safetensors").write_bytes(b"")
    save(tmp_path, checkpoint(1))
    assert load_newest(tmp_path)[1] == []
    assert [path.name for path in tmp_path.iterdir()] == ["step-000000001"]


def test_later_and_unfinished_checkpoints_are_removed(tmp_path: Path) -> None:
    for step in (1, 2, 3):
        save(tmp_path, checkpoint(step))
    (tmp_path / ".step-000000004-abc.tmp").mkdir()
    drop_after(tmp_path, 2)
    remove_unfinished(tmp_path)
    assert steps_in(tmp_path) == [1, 2]


def test_without_a_usable_checkpoint_there_is_an_error(tmp_path: Path) -> None:
    (save(tmp_path, checkpoint()) / "state.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"no checkpoint in .* can be used: .*; move the folder away to start over"):
        load_newest(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path, checkpoint()) / "checkpoint.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(CheckpointError, match="has format 99, this version reads 2"):
        load(path.parent)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seed": "3"}, "seed is '3', not an integer"),
        ({"position": {"step": 5, "images": 45}}, "position lacks the key 'seconds'"),
        ({"adjustment": {"momentum": 1.0}}, "adjustment has the unknown key 'momentum'"),
        ({"recipe": {"name": "r", "version": 1, "config": []}}, r"recipe.config is \[\], not an object"),
    ],
)
def test_wrong_fields_are_named(tmp_path: Path, change: dict[str, object], sentence: str) -> None:
    path = save(tmp_path, checkpoint()) / "checkpoint.json"
    record = json.loads(path.read_text()) | change
    del record["sha256"]
    path.write_bytes(dump_checksummed(record))
    with pytest.raises(CheckpointError, match=rf"step-000000005 cannot be read as a checkpoint: {sentence}"):
        load(path.parent)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_never_written(tmp_path: Path, value: float) -> None:
    save(tmp_path, checkpoint(1))
    with pytest.raises(CheckpointError, match=r"broken is not finite; the last checkpoint is kept"):
        save(tmp_path, checkpoint(2, broken=torch.tensor([1.0, value])))
    assert [path.name for path in tmp_path.iterdir()] == ["step-000000001"]


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_failing_disk_leaves_the_old_state_and_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    save(tmp_path, checkpoint(1))

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(CheckpointError, match=r"step 2 could not be saved in .*: No space left on device"):
        save(tmp_path, checkpoint(2))
    assert [path.name for path in tmp_path.iterdir()] == ["step-000000001"]
    assert load_newest(tmp_path)[0] is not None
