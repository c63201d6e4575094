"""A Ray cluster as a scheduler: each job is a task, and the machines of the cluster share nothing but this package.

A machine gets a hash and settings, and its task returns the bytes of the export. Ray runs a task again where its process or machine
ends, so a result that was lost with a machine is computed anew. ActorPool is not used: it hides deaths of workers.
Ray 2.60 is the extra ``cluster``; it is for networks that you trust, since everyone who reaches a cluster can run programs there.
"""

import logging
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mint.collection.training.job import FailedAttempt, Job, Outcome
from mint.errors import CollectionError

if TYPE_CHECKING:
    from mint.collection.training.token_trainer import TokenTrainer

# How often Ray itself runs a task again whose process or machine ended.
_MAX_RETRIES: Final = 3
# Jobs handed over for each that can run at a time: the next ones wait on the machines and not for this process.
_JOBS_PER_SLOT: Final = 2
# Results of 3 MB that this process has in memory at a time.
_MAX_FETCHED: Final = 32
_CONNECT_TIMEOUT_S: Final = 5.0
_RESOURCES_INTERVAL_S: Final = 2.0


class RayCluster:
    """A scheduler (see ``Scheduler``) on a Ray cluster to which this process is connected."""

    def __init__(self, *, per_gpu: int | None = None, max_jobs: int | None = None) -> None:
        """Run jobs on GPUs, ``per_gpu`` at a time on each, or on CPUs, one on each core; at most ``max_jobs`` at a time.

        Without ``per_gpu`` one job runs on each GPU, if the cluster has any. Raises CollectionError where ``per_gpu`` is given and
        the cluster has none.
        """
        import ray

        self._ray = ray
        resources = self._resources()
        if per_gpu and not resources.get("GPU"):
            raise CollectionError("--per-gpu is given, but no machine of the cluster has a GPU; leave it out to train on CPUs")
        on_gpu = 1 / (per_gpu or 1) if resources.get("GPU") else 0
        self._resource, self._share = ("GPU", on_gpu) if on_gpu else ("CPU", 1)
        self._max_jobs = max_jobs
        self._task = ray.remote(num_cpus=1, num_gpus=on_gpu, max_retries=_MAX_RETRIES)(_attempt)
        self._running: dict[Any, Job] = {}  # by the reference of the result
        self._slots = 0
        self._next_count_s = 0.0
        self._is_stopped = False

    @property
    def slots(self) -> int:
        """How many jobs the cluster can run at a time now, at least 1."""
        if time.monotonic() >= self._next_count_s:
            self._next_count_s = time.monotonic() + _RESOURCES_INTERVAL_S
            resources = self._resources()
            slots = int(resources.get(self._resource, 0) / self._share + 1e-6)
            if self._resource == "GPU":
                slots = min(slots, int(resources.get("CPU", 0)))
            self._slots = max(1, min(slots, self._max_jobs or slots))
        return self._slots

    @property
    def window(self) -> int:
        """Two jobs for each that can run at a time, or exactly ``max_jobs``."""
        return self.slots if self._max_jobs else _JOBS_PER_SLOT * self.slots

    def submit(self, job: Job) -> None:
        """Hand a job to the cluster."""
        self._running[self._task.remote(job)] = job

    def wait(self, timeout_s: float) -> list[Outcome]:
        """Return the jobs that have ended; see ``Scheduler``."""
        if self._is_stopped:
            stopped = [Outcome(job, FailedAttempt(kind="stopped", reason="it was stopped")) for job in self._running.values()]
            self._running.clear()
            return stopped
        references = list(self._running)
        try:
            # Results stay on the machines that made them until they are fetched, a few at a time.
            ready, _ = self._ray.wait(references, num_returns=1, timeout=timeout_s, fetch_local=False)
            if ready:
                count = min(_MAX_FETCHED, len(references))
                ready, _ = self._ray.wait(references, num_returns=count, timeout=0, fetch_local=False)
        except self._ray.exceptions.RaySystemError as error:
            raise CollectionError(_lost(error)) from error
        return [Outcome(job := self._running.pop(reference), self._result(reference, job)) for reference in ready]

    def stop(self) -> None:
        """Cancel all tasks; their checkpoints are gone with them."""
        self._is_stopped = True
        for reference in self._running:
            with suppress(self._ray.exceptions.RayError):
                self._ray.cancel(reference, force=True)

    def _resources(self) -> dict[str, float]:
        resources: dict[str, float] = self._ray.cluster_resources()
        return resources

    def _result(self, reference: Any, job: Job) -> Any:
        exceptions = self._ray.exceptions
        try:
            return self._ray.get(reference)
        except exceptions.RaySystemError as error:
            raise CollectionError(_lost(error)) from error
        except exceptions.RayTaskError as error:  # a missing or another Pixelmint there; what a training raises is a result
            return FailedAttempt(kind="failed", reason=f"the task failed: {_last_line(error)}")
        except exceptions.RayError as error:  # the process or the machine has ended, or its result is lost
            return FailedAttempt(kind="died", reason=f"its process or machine ended: {_first_line(error)}")


@contextmanager
def connected(address: str) -> Iterator[None]:
    """Connect to the Ray cluster at an address, "auto" for the one of this machine.

    Raises CollectionError where Ray is not installed, or there is no cluster.
    """
    try:
        import ray
    except ImportError as error:
        raise CollectionError(
            "--cluster needs Ray, which is not installed; install it with: pip install 'pixelmint[cluster]'"
        ) from error
    where = "on this machine" if address == "auto" else f"at {address}"
    repair = "start one with: ray start --head, or give the address of one"
    _require_listener(address, f"no Ray cluster answers {where}", repair)
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, configure_logging=False)
    except Exception as error:  # ConnectionError, ValueError, RuntimeError and others
        reason = _first_line(error).split(". ", maxsplit=1)[0]
        raise CollectionError(f"no Ray cluster answers {where}: {reason}; {repair}") from error
    try:
        # Ray prints what happens to machines; standard output is for results.
        with redirect_stdout(sys.stderr):
            yield
    finally:
        ray.shutdown()


def _require_listener(address: str, problem: str, repair: str) -> None:
    """Raise CollectionError at once where nothing listens at host:port: Ray itself would try for two minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        return
    try:
        socket.create_connection((host, int(port)), _CONNECT_TIMEOUT_S).close()
    except (OSError, OverflowError) as error:
        raise CollectionError(f"{problem}: {error.strerror if isinstance(error, OSError) else error}; {repair}") from error


def _attempt(job: Job) -> object:
    """Train the token of a job, in a process of the cluster."""
    from mint.training.control import Control

    return _trainer().attempt(job, Control())


@cache
def _trainer() -> "TokenTrainer":
    """Return the trainer of this process, which Ray uses for many tasks."""
    from mint.collection.training.token_trainer import TokenTrainer

    return TokenTrainer()


def _lost(error: Exception) -> str:
    return f"the Ray cluster does not answer any more: {_first_line(error)}; run the command again when it does"


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0].rstrip(".")


def _last_line(error: Exception) -> str:
    return str(error).strip().rsplit("\n", maxsplit=1)[-1].rstrip(".")
