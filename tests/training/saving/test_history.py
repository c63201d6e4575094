"""The history of a training: what is recorded, that it stays small, and that damaged files are errors."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mint.errors import HistoryError
from mint.training.saving.history import SEEDS, History, history_latents
from viewer.latents.walk import walk_latents

RANDOM = np.random.default_rng(3)
NOISE = RANDOM.integers(0, 16, (len(SEEDS), 32, 32), np.uint8)


def test_what_is_recorded_is_read(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    assert not history.steps
    history.record(96, NOISE)
    history.record(0, NOISE % 3)
    history.record(2**33, NOISE[:5])
    assert history.steps == (0, 96, 2**33)
    np.testing.assert_array_equal(history.read(96), NOISE)
    np.testing.assert_array_equal(history.read(0), NOISE % 3)
    assert history.read(2**33).shape == (5, 32, 32)


def test_a_step_that_is_recorded_again_is_replaced(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.record(8, NOISE)
    history.record(8, NOISE[::-1])
    np.testing.assert_array_equal(history.read(8), NOISE[::-1])
    assert len(list(tmp_path.iterdir())) == 1


def test_early_steps_are_dense_and_later_ones_are_not() -> None:
    due = [step for step in range(8193) if History.is_due(step)]
    assert due[:14] == [0, 8, 16, 24, 32, 40, 48, 56, 64, 96, 128, 192, 256, 384]
    assert due[-7:] == [2048, 3072, 4096, 5120, 6144, 7168, 8192]


def test_of_many_sprites_each_epoch_is_recorded_and_later_32_while_their_number_doubles() -> None:
    def due(num_sprites: int, per_step: int, num_epochs: int) -> list[int]:
        num_steps = num_epochs * num_sprites // per_step
        images = (step * per_step for step in range(1, num_steps + 1))
        return [seen for seen in images if History.is_epoch_due(seen, per_step, num_sprites)]

    assert due(480, 6, 64) == [480 * epoch for epoch in range(1, 65)]
    # Where steps and epochs do not end together, it is the first step of the next epoch.
    uneven = due(100, 3, 300)
    assert len(uneven) == 0  # 33 steps an epoch are too few
    uneven = due(500, 6, 300)
    assert [seen // 500 for seen in uneven[:64]] == [*range(1, 65)]
    assert all(seen % 500 < 6 for seen in uneven)
    assert [seen // 500 for seen in uneven[64:]] == [*range(66, 129, 2), *range(132, 257, 4), *range(264, 301, 8)]


@given(st.integers(64, 2**53))
def test_a_step_of_the_last_third_of_any_training_is_recorded(step: int) -> None:
    octave = 1 << step.bit_length() - 1
    assert History.is_due(octave)
    assert History.is_due(octave + octave // 2)
    # No step between two quarters of an octave is recorded.
    quarter = max(1, octave // 4)
    assert not any(History.is_due(octave + quarter + other) for other in range(1, min(quarter, 500)))


def test_years_of_training_stay_below_five_megabytes(tmp_path: Path) -> None:
    steps = [*range(0, 64, 8), *(octave + half * octave // 2 for octave in (2**k for k in range(6, 12)) for half in range(2))]
    assert [step for step in range(4096) if History.is_due(step)] == steps
    steps += [octave + quarter * octave // 4 for octave in (2**k for k in range(12, 32)) for quarter in range(4)]
    assert all(History.is_due(step) for step in steps)
    history = History(tmp_path)
    history.record(8, NOISE)  # nothing compresses worse
    (path,) = tmp_path.iterdir()
    assert len(steps) == 100
    assert (len(steps) + 1) * path.stat().st_size < 5_000_000


def test_steps_after_the_last_checkpoint_are_dropped(tmp_path: Path) -> None:
    history = History(tmp_path)
    for step in (0, 8, 16, 24):
        history.record(step, NOISE)
    (tmp_path / ".000000032.npz-abc.tmp").write_bytes(b"half")
    (tmp_path / "note.txt").write_text("a file of the user")
    history.drop_after(16)
    assert history.steps == (0, 8, 16)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["000000000.npz", "000000008.npz", "000000016.npz", "note.txt"]


def test_each_torn_or_changed_file_is_an_error(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.record(8, RANDOM.integers(0, 3, (2, 4, 4), np.uint8))
    (path,) = tmp_path.iterdir()
    data = path.read_bytes()
    tiles = history.read(8)
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(HistoryError, match="step 8 of the history cannot be read"):
            history.read(8)
    for index in range(len(data)):
        path.write_bytes(data[:index] + bytes([data[index] ^ 0x20]) + data[index + 1 :])
        with suppress(HistoryError):
            np.testing.assert_array_equal(history.read(8), tiles)  # a byte that is not read, like one of a date


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"other": NOISE}, "tiles"),
        ({"tiles": NOISE.astype(np.float32)}, r"holds float32 \(64, 32, 32\), not tiles"),
        ({"tiles": NOISE[0]}, r"holds uint8 \(32, 32\), not tiles"),
        ({"tiles": NOISE[:0]}, r"not tiles"),
        ({"tiles": np.zeros((1, 1, 257), np.uint8)}, r"not tiles"),
        ({"tiles": np.array([{}])}, "allow_pickle"),
    ],
)
def test_other_arrays_are_refused(arrays: dict[str, NDArray[Any]], reason: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "000000008.npz", allow_pickle=True, **arrays)
    with pytest.raises(HistoryError, match=reason):
        History(tmp_path).read(8)


def test_a_missing_step_and_a_bad_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"step 5 of the history cannot be read: 000000005\.npz: No such file"):
        History(tmp_path).read(5)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(HistoryError, match="step 8 could not be added to the history"):
        History(tmp_path / "file").record(8, NOISE)


def test_recorded_dreams_have_the_seeds_that_pages_name() -> None:
    np.testing.assert_array_equal(history_latents(5), walk_latents(SEEDS, np.zeros(len(SEEDS)), 5))
