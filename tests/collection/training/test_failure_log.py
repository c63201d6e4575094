"""The log of failures: what is recorded survives a kill at any byte, and three failures set a token aside."""

import os
from pathlib import Path

import pytest

from mint.collection.training.failure_log import FILE_NAME, FailureLog
from mint.collection.training.job import Job, TokenTraining
from mint.errors import CollectionError


def job(number: int) -> Job:
    return Job(number=number, hash=f"token {number}", training=TokenTraining(steps=1))


def test_a_token_is_set_aside_after_three_failures_with_the_last_reason(tmp_path: Path) -> None:
    log = FailureLog(tmp_path)
    assert [log.add(job(7), reason).is_set_aside for reason in ("one", "two\n", "three é")] == [False, False, True]
    log.add(job(8), "once")
    again = FailureLog(tmp_path)
    assert (again.of("token 7").count, again.of("token 7").reason, again.of("token 7").is_set_aside) == (3, "three é", True)
    assert not again.of("token 8").is_set_aside
    assert again.of("token 9").count == 0
    again.clear()
    assert FailureLog(tmp_path).of("token 7").count == 0


def test_a_torn_line_is_left_out_and_swallows_no_other(tmp_path: Path) -> None:
    log = FailureLog(tmp_path)
    log.add(job(1), "whole")
    log.add(job(1), "torn")
    path = tmp_path / FILE_NAME
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for length in range(first, len(whole)):
        path.write_bytes(whole[:length])
        assert FailureLog(tmp_path).of("token 1").count == 1
        after = FailureLog(tmp_path)
        after.add(job(1), "after")
        assert FailureLog(tmp_path).of("token 1").count == 2 + (length == len(whole) - 1)


def test_a_log_that_is_no_file_is_neither_read_nor_written(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("keep this")
    (tmp_path / FILE_NAME).symlink_to("elsewhere")
    # The link leads to a file of the same folder, which may be read; what is there is no failure.
    log = FailureLog(tmp_path)
    assert log.of("token 1").count == 0
    with pytest.raises(CollectionError, match=r"failures.jsonl cannot be written: it is a link to another place"):
        log.add(job(1), "reason")
    assert (tmp_path / "elsewhere").read_text() == "keep this"
    (tmp_path / FILE_NAME).unlink()
    os.mkfifo(tmp_path / FILE_NAME)
    with pytest.raises(CollectionError, match=r"failures.jsonl cannot be read: it is not a regular file"):
        FailureLog(tmp_path)
    with pytest.raises(CollectionError, match=r"failures.jsonl cannot be written: it is not a regular file"):
        log.add(job(1), "reason")


def test_a_log_that_cannot_be_written_or_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(CollectionError, match=r"failures.jsonl cannot be read: Is a directory; see that this user may read it"):
        FailureLog(tmp_path)
    log = FailureLog(tmp_path / "gone")
    with pytest.raises(CollectionError, match=r"failures.jsonl cannot be written: No such file or directory; make room"):
        log.add(job(1), "reason")
