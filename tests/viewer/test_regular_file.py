"""Files that are opened for changes: regular ones, and never through a link."""

import os
from pathlib import Path

import pytest

from viewer.regular_file import UnsuitableFileError, update_regular_file


def test_a_file_is_made_and_written_at_its_end(tmp_path: Path) -> None:
    for text in (b"one ", b"two "):
        with update_regular_file(tmp_path / "a") as file:
            file.seek(0)
            file.write(text)
    assert (tmp_path / "a").read_bytes() == b"one two "
    with update_regular_file(tmp_path / "a") as file:
        assert file.tell() == 8
        file.seek(0)
        assert file.read() == b"one two "


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_links_and_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("missing")
    (tmp_path / "device").symlink_to("/dev/null")
    for name in ("link", "device"):
        with pytest.raises(UnsuitableFileError, match="it is a link to another place"):
            update_regular_file(tmp_path / name)
    with pytest.raises(UnsuitableFileError, match="it is not a regular file"):
        update_regular_file(tmp_path / "pipe")
    with pytest.raises(IsADirectoryError):
        update_regular_file(tmp_path)
    assert not (tmp_path / "missing").exists()
