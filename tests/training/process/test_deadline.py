"""The deadline: the last export is waited for until then, and no longer."""

import threading
import time

import pytest

from mint.errors import ExportError
from mint.training.process.deadline import EXPORT_WITHIN_S, export_before_deadline


def test_without_a_stop_there_is_no_deadline() -> None:
    threads: list[threading.Thread] = []
    assert export_before_deadline(lambda: threads.append(threading.current_thread()), None)
    assert threads == [threading.current_thread()]


def test_an_export_that_is_done_in_time() -> None:
    exported: list[bool] = []
    assert export_before_deadline(lambda: exported.append(True), time.monotonic() + 1000)
    assert exported == [True]


def test_an_export_that_is_late_goes_on_in_a_thread() -> None:
    go_on, done = threading.Event(), threading.Event()

    def export() -> None:
        go_on.wait()
        done.set()

    assert not export_before_deadline(export, time.monotonic() - EXPORT_WITHIN_S)
    go_on.set()
    assert done.wait(60)


@pytest.mark.parametrize("has_deadline", [False, True])
def test_what_an_export_raises_is_raised(has_deadline: bool) -> None:
    def export() -> None:
        raise ExportError("the disk is full; make room")

    with pytest.raises(ExportError, match="the disk is full"):
        export_before_deadline(export, time.monotonic() + 1000 if has_deadline else None)
