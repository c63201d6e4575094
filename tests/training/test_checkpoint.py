"""Checkpoints: what was saved comes back, and what is damaged is noticed."""

import errno
import json
import os
from pathlib import Path

import pytest
import torch

from mint.errors import CheckpointError
from mint.training.checkpoint import NUM_KEPT, Checkpoint, Position, load, load_newest, save

STATE = {"net.weight": torch.arange(12.0).reshape(3, 4), "optimizer.0.step": torch.tensor(7.0)}


def checkpoint(step: int = 5, **state: torch.Tensor) -> Checkpoint:
    return Checkpoint(
        position=Position(step=step, images=9 * step, seconds=0.5), seed=3, recipe={"name": "r", "version": 1}, state=STATE | state
    )


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    found = load(save(tmp_path, checkpoint()))
    assert found.position == Position(step=5, images=45, seconds=0.5)
    assert (found.seed, found.recipe) == (3, {"name": "r", "version": 1})
    assert found.state.keys() == STATE.keys()
    assert all(torch.equal(found.state[name], tensor) for name, tensor in STATE.items())


def test_the_newest_are_kept(tmp_path: Path) -> None:
    for step in (1, 12, 3, 400, 5, 1_000_000_000):
        save(tmp_path, checkpoint(step))
    assert sorted(int(path.name[5:]) for path in tmp_path.iterdir()) == [12, 400, 1_000_000_000][-NUM_KEPT:]
    newest, skipped = load_newest(tmp_path)
    assert newest is not None
    assert newest.position.step == 1_000_000_000
    assert skipped == []


def test_an_empty_or_missing_folder_has_none(tmp_path: Path) -> None:
    assert load_newest(tmp_path) == (None, [])
    assert load_newest(tmp_path / "missing") == (None, [])


@pytest.mark.parametrize("file", ["state.safetensors", "checkpoint.json"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_skipped_for_the_older_checkpoint(tmp_path: Path, file: str, share: float) -> None:
    save(tmp_path, checkpoint(1))
    path = save(tmp_path, checkpoint(2)) / file
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    found, skipped = load_newest(tmp_path)
    assert found is not None
    assert found.position.step == 1
    assert len(skipped) == 1
    assert "step-000000002" in skipped[0]


def test_every_flipped_bit_of_the_tensors_is_noticed(tmp_path: Path) -> None:
    path = save(tmp_path, checkpoint()) / "state.safetensors"
    data = path.read_bytes()
    for bit in range(0, 8 * len(data), 37):
        path.write_bytes(data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :])
        with pytest.raises(CheckpointError):
            load(path.parent)


def test_where_none_can_be_used_that_is_said(tmp_path: Path) -> None:
    (save(tmp_path, checkpoint()) / "state.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"no checkpoint in .* can be used: .*; move the folder away to begin anew"):
        load_newest(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path, checkpoint()) / "checkpoint.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(CheckpointError, match="has format 99, this version reads 1"):
        load(path.parent)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_finite_is_never_written(tmp_path: Path, value: float) -> None:
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
