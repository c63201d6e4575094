"""Zip archives: what is checked is what is read, and what is opened is closed."""

import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest

from mint.picture_files import zip_archive
from mint.picture_files.zip_archive import open_archive


def write_archive(path: Path, name: str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, name)
    return path


def test_a_file_that_takes_the_name_after_the_check_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, other = write_archive(tmp_path / "a.zip", "checked"), write_archive(tmp_path / "b.zip", "other")
    directory_bytes = zip_archive._directory_bytes

    def check_and_replace(file: BinaryIO) -> int:
        num_bytes = directory_bytes(file)
        other.rename(path)
        return num_bytes

    monkeypatch.setattr(zip_archive, "_directory_bytes", check_and_replace)
    with open_archive(path) as archive:
        assert archive.namelist() == ["checked"]
        assert archive.read("checked") == b"checked"


def test_the_file_is_closed_with_the_archive_and_where_it_is_none(tmp_path: Path) -> None:
    opened: list[BinaryIO] = []
    with open_archive(write_archive(tmp_path / "a.zip", "a")) as archive:
        assert archive.fp is not None
        opened.append(archive.fp)  # type: ignore[arg-type]
        assert not opened[0].closed
    assert opened[0].closed
    (tmp_path / "b.zip").write_bytes(b"PK")
    with pytest.raises(zipfile.BadZipFile):  # a file left open would be a ResourceWarning, which fails the test
        open_archive(tmp_path / "b.zip")
