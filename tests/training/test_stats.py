"""Statistics on disk: changed lines are left out, and only those."""

from pathlib import Path

import pytest

from mint.checksummed_json import dump_checksummed
from mint.training.stats import Stats, append, drop_after, read


def write_lines(folder: Path) -> Path:
    path = folder / "stats.jsonl"
    for step in (20, 40, 60):
        append(
            path, Stats(step=step, images=9 * step, seconds=1.5, steps_per_second=20.0, losses={"recon": 0.123456}, accuracy=0.5)
        )
    return path


def test_every_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = write_lines(tmp_path)
    data, written = path.read_bytes(), read(path)
    assert [line.step for line in written] == [20, 40, 60]
    for number in range(1000):
        bit = number * 8 * len(data) // 1000
        path.write_bytes(data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :])
        remaining = read(path)
        assert len(remaining) < 3
        assert all(line in written for line in remaining)


def test_a_torn_end_is_cut_off_and_written_again(tmp_path: Path) -> None:
    path = write_lines(tmp_path)
    data = path.read_bytes()
    for length in (0, 1, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:length])
        drop_after(path, 60)
        assert data.startswith(path.read_bytes())
        assert path.read_bytes() == b"" or path.read_bytes().endswith(b"\n")
    path.write_bytes(data)
    drop_after(path, 40)
    assert [line.step for line in read(path)] == [20, 40]


def test_small_losses_keep_five_digits(tmp_path: Path) -> None:
    path = tmp_path / "stats.jsonl"
    line = Stats(
        step=20,
        images=180,
        seconds=123456.789012,
        steps_per_second=20.0,
        losses={"recon": 1.23456e-7, "kl": 20.123456},
        accuracy=1.0,
    )
    append(path, line)
    (written,) = read(path)
    assert written.losses == {"recon": 1.2346e-7, "kl": 20.12346}
    assert written.seconds == 123456.78901


def test_a_line_of_another_version_is_left_out(tmp_path: Path) -> None:
    path = write_lines(tmp_path)
    with path.open("ab") as file:
        file.write(dump_checksummed({"step": 80, "losses": {"recon": 0.5}}, indent=None))
    assert [line.step for line in read(path)] == [20, 40, 60]


def test_a_link_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("keep this")
    (tmp_path / "stats.jsonl").symlink_to("elsewhere")
    with pytest.raises(OSError, match="it is a link to another place"):
        write_lines(tmp_path)
    assert (tmp_path / "elsewhere").read_text() == "keep this"
