"""Known keys: which were seen before, with how many snapshots, in a file that belongs to its user alone."""

import os
import stat
from pathlib import Path

import pytest

import viewer.snapshot_file.known_keys
from viewer.config_folder import config_folder
from viewer.errors import SnapshotError
from viewer.snapshot_file.known_keys import KnownKeys

ADA, BOB = "a" * 64, "b" * 64
SNAPSHOTS = [f"{number:064x}" for number in range(5)]


def test_a_key_is_known_by_the_snapshots_before(tmp_path: Path) -> None:
    path = tmp_path / "config" / "known_keys.json"
    told = []
    for snapshot in SNAPSHOTS[:4]:
        known = KnownKeys(path)
        told.append(known.describe(ADA, snapshot))
        known.add(ADA, snapshot)
    assert told == [
        "a key not seen before",
        "the same key as 1 snapshot before",
        "the same key as the 2 snapshots before",
        "the same key as the 3 snapshots before",
    ]
    assert KnownKeys(path).describe(BOB, SNAPSHOTS[0]) == "a key not seen before"


def test_a_snapshot_counts_once(tmp_path: Path) -> None:
    known = KnownKeys(tmp_path / "known_keys.json")
    for _ in range(3):
        known.add(ADA, SNAPSHOTS[0])
    again = KnownKeys(tmp_path / "known_keys.json")
    assert again.describe(ADA, SNAPSHOTS[0]) == "a key seen with this snapshot alone"
    assert again.describe(ADA, SNAPSHOTS[1]) == "the same key as 1 snapshot before"


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_the_file_is_its_users_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    before = os.umask(0)
    try:
        known = KnownKeys()
        known.add(ADA, SNAPSHOTS[0])
    finally:
        os.umask(before)
    assert known.path == config_folder() / "known_keys.json" == tmp_path / "pixelmint" / "known_keys.json"
    assert stat.S_IMODE(known.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(known.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in known.path.parent.iterdir()] == ["known_keys.json"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "cannot be read: it is no JSON; move the file away to begin anew"),
        ('{"format": 2, "keys": []}', "has format 2; this version reads format 1"),
        ('{"format": 1}', "cannot be read: the document lacks the key 'keys'"),
        ('{"format": 1, "keys": [{"public_key": "\\u001b[2J", "snapshots": []}]}', r"keys\[0\].public_key is "),
    ],
)
def test_a_damaged_file_is_told(content: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "known_keys.json").write_text(content)
    with pytest.raises(SnapshotError, match=sentence):
        KnownKeys(tmp_path / "known_keys.json")


def test_the_file_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer.snapshot_file.known_keys, "_MAX_ALL_SNAPSHOTS", 2)
    known = KnownKeys(tmp_path / "known_keys.json")
    known.add(ADA, SNAPSHOTS[0])
    known.add(BOB, SNAPSHOTS[0])
    with pytest.raises(SnapshotError, match="holds 2 snapshots, the most there may be; move it away to begin anew"):
        known.add(BOB, SNAPSHOTS[1])


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    known = KnownKeys(tmp_path / "nowhere" / "known_keys.json")
    known.path = tmp_path / "file" / "known_keys.json"
    with pytest.raises(SnapshotError, match=r"the key cannot be remembered in .*; make room"):
        known.add(ADA, SNAPSHOTS[0])
