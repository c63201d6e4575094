"""The pool: a process that dies costs an attempt and is replaced, and one that cannot begin ends the run."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from mint.collection.training.job import FailedAttempt, Job, Outcome, TokenTraining
from mint.collection.training.process_pool import ProcessPool
from mint.collection.training.scheduler import Scheduler
from mint.collection.training.workers import worker_environments
from mint.errors import CollectionError

WAIT_S = 120
LONG = TokenTraining(recipe="autoencoder", settings={"width": "8"}, seconds=3600)


def end_process() -> None:
    """End the process with exit code 3; coverage replaces os._exit itself by a function that cannot be pickled."""
    os._exit(3)


class Poison(Job):
    """A job that ends the process that reads it, with exit code 3."""

    def __reduce__(self) -> tuple[object, ...]:
        return end_process, ()


class Crash(Job):
    """A job that makes the process that reads it crash."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.abort, ()


def wait(pool: Scheduler) -> Outcome:
    """Wait for the one job that runs."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        for outcome in pool.wait(1):
            return outcome
    raise AssertionError("the job never ended")


def long_job(folder: Path) -> Job:
    return Job(number=1, hash="small 3", training=LONG, checkpoints=folder)


def wait_until_trained(folder: Path, pool: ProcessPool) -> None:
    deadline = time.monotonic() + WAIT_S
    while not list(folder.rglob("config.json")):
        assert time.monotonic() < deadline
        assert pool.wait(0.1) == []


def test_a_process_that_dies_is_replaced_and_a_stopped_one_saves(tmp_path: Path) -> None:
    with ProcessPool([{"OMP_NUM_THREADS": "1"}]) as pool:
        job = long_job(tmp_path)
        pool.submit(job)
        wait_until_trained(tmp_path, pool)
        first = pool.process_ids
        os.kill(first[0], signal.SIGKILL)
        killed = wait(pool)
        assert killed.job == job
        assert killed.result == FailedAttempt(kind="died", reason="its process was ended by SIGKILL")

        pool.submit(job)
        assert pool.process_ids != first
        time.sleep(0.1)
        pool.stop()
        assert wait(pool).result == FailedAttempt(kind="stopped", reason="it was stopped")


def test_a_crash_is_the_tokens_failure_and_a_process_that_cannot_begin_ends_the_run() -> None:
    training = TokenTraining(steps=1)
    with ProcessPool([{}]) as pool:
        for attempt in range(3):
            pool.submit(Poison(number=attempt, hash="a", training=training))
            if attempt < 2:
                assert wait(pool).result == FailedAttempt(kind="died", reason="its process ended with exit code 3")
        with pytest.raises(
            CollectionError, match="the processes that train end before they begin, with exit code 3; see their mess"
        ):
            wait(pool)
    with ProcessPool([{}]) as pool:
        pool.submit(Job(number=1, hash=300 * "a", training=training))
        failed = wait(pool).result  # so the process is ready now
        assert isinstance(failed, FailedAttempt)
        assert failed.kind == "failed"
        pool.submit(Crash(number=1, hash="a", training=training))
        assert wait(pool).result == FailedAttempt(kind="failed", reason="its process was ended by SIGABRT")


def test_workers_have_one_thread_each_and_a_gpu_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def gpus_of(num_workers: int | None, per_gpu: int | None) -> list[str]:
        return [environment["CUDA_VISIBLE_DEVICES"] for environment in worker_environments(num_workers, per_gpu)]

    monkeypatch.setattr("mint.collection.training.workers.visible_gpus", lambda: [])
    assert gpus_of(3, None) == ["", "", ""]
    assert len(gpus_of(None, None)) == (len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count())
    assert {environment["OMP_NUM_THREADS"] for environment in worker_environments(2, None)} == {"1"}
    with pytest.raises(CollectionError, match="--per-gpu is given, but torch finds no GPU on this machine; leave it out"):
        worker_environments(None, 2)
    monkeypatch.setattr("mint.collection.training.workers.visible_gpus", lambda: ["2", "5"])
    assert gpus_of(None, None) == ["2", "5"]
    assert gpus_of(None, 3) == ["2", "5", "2", "5", "2", "5"]
    assert gpus_of(3, 3) == ["2", "5", "2"]
