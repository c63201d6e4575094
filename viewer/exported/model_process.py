"""The other end of a model's process: starts it, sends it a graph and inputs, and survives its end.

The check of a graph refuses what is known to do harm. What gets past it ends only that process, or is ended with it when it takes
too long, and the program says so in a sentence. A process whose model is not needed any more is kept for the next, as starting one
takes half a second.
"""

import atexit
import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from viewer.errors import DeviceError, GraphError, ModelError, ViewerError
from viewer.exported.devices import CPU_PROVIDER, CUDA_PROVIDER, Device
from viewer.exported.manifest import GraphFile
from viewer.exported.process_frames import FrameError, read_frame, write_frame
from viewer.json_fields import JsonFieldError, read_record

# A graph is checked, loaded and optimised, on a GPU also compiled, within this time.
LOAD_LIMIT_S: Final = 60.0
# What a call computes is bounded, and takes less than a second or two on an idle machine.
RUN_LIMIT_S: Final = 20.0
# 64 tiles of 256x256 pixels are 4 MiB.
MAX_PIXEL_BYTES: Final = 16 * 2**20
_END_WITHIN_S = 0.3
_REPAIR = "export the model again, or leave it out"

_ERRORS: Final = {kind.__name__: kind for kind in (ModelError, GraphError, DeviceError)}


@dataclass(frozen=True, kw_only=True)
class LoadedGraph:
    """What a process says of the graph that it has loaded: who computes it, why not CUDA, and what it needs for one tile."""

    id: int
    provider: str
    note: str
    bytes: int
    multiplications: int


class ModelProcess:
    """A process that runs one graph at a time. Its methods may be called from several threads at once."""

    def __init__(self, device: Device, threads: int = 0) -> None:
        """Start the process; it gets ready while the program goes on."""
        self.kind: Final = (device, threads)
        # Not from the current folder, which may be a stranger's, but from where this program's modules are.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        command = [sys.executable, "-P", "-m", "viewer.exported.worker", device, str(threads)]
        # A session of its own: Ctrl-C is for the program, which ends this process.
        self._process: Final = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        self._ids: Final = itertools.count()
        self._lock: Final = threading.Lock()
        self._waiting: dict[int, Future[tuple[dict[str, Any], bytes]]] = {}
        self._end = ""  # why it has ended, as a sentence
        threading.Thread(target=self._read, name="model replies", daemon=True).start()
        _running.add(self)

    @property
    def is_idle(self) -> bool:
        """Whether it runs and does nothing."""
        return not self._end and not self._waiting and self._process.poll() is None

    def load(self, data: bytes, file: GraphFile) -> LoadedGraph:
        """Check and load a graph. Raises GraphError, ModelError and DeviceError."""
        header, _ = self._request({"kind": "load", "file": asdict(file)}, [data], LOAD_LIMIT_S)
        try:
            loaded = read_record(LoadedGraph, header)
        except JsonFieldError as error:
            raise self._misbehaved() from error
        if loaded.provider not in (CPU_PROVIDER, CUDA_PROVIDER):
            raise self._misbehaved()
        return loaded

    def run(self, inputs: Mapping[str, NDArray[Any]], shape: Sequence[int]) -> NDArray[np.uint8]:
        """Return the pixels of this shape that the graph computes. Raises ModelError."""
        described = [(name, array.dtype.name, array.shape) for name, array in inputs.items()]
        parts = [array.tobytes() for array in inputs.values()]
        header, pixels = self._request({"kind": "run", "inputs": described}, parts, RUN_LIMIT_S)
        if header.get("shape") != list(shape) or len(pixels) != int(np.prod(shape)):
            raise ModelError(f"the model returned tiles of another shape than {tuple(shape)}; export it again")
        return np.frombuffer(pixels, np.uint8).reshape(shape).copy()

    def close(self) -> None:
        """End the process, at once if it computes."""
        _running.discard(self)
        self._end = self._end or "the model is not loaded any more; load it again"
        with suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0 if self._waiting else _END_WITHIN_S)
        self._process.kill()
        self._process.wait()

    def _request(self, header: Mapping[str, object], parts: Sequence[bytes], limit_s: float) -> tuple[dict[str, Any], bytes]:
        reply: Future[tuple[dict[str, Any], bytes]] = Future()
        assert self._process.stdin is not None
        try:
            with self._lock:
                if self._end:
                    raise ModelError(self._end)
                number = next(self._ids)
                self._waiting[number] = reply
                with suppress(OSError, ValueError):  # the reader of replies notices the end
                    write_frame(self._process.stdin, {"id": number, **header}, *parts)
            answer, data = reply.result(limit_s)
        except TimeoutError:
            raise self._ended(f"the model computed for more than {limit_s:g} s and was stopped; {_REPAIR}") from None
        except ViewerError:
            raise
        except BaseException:  # Ctrl-C ends what the model computes
            self._ended("the model was stopped; load it again")
            raise
        if "error" in answer:
            kind = _ERRORS.get(str(answer["error"]), ModelError)
            raise kind(f"{answer.get('text', '')}")
        return answer, data

    def _misbehaved(self) -> ModelError:
        return self._ended(f"the model's process sent what it should not and was stopped; {_REPAIR}")

    def _ended(self, sentence: str) -> ModelError:
        """Kill the process, and return the error that says why."""
        self._end = self._end or sentence
        self._process.kill()
        return ModelError(self._end)

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                header, data = read_frame(self._process.stdout, MAX_PIXEL_BYTES)
                reply = self._waiting.pop(header.get("id", -1), None) if type(header.get("id")) is int else None
                if reply is None:
                    self._misbehaved()
                    break
                reply.set_result((header, data))
        except FrameError:
            # It has ended, or sends what it should not.
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_WITHIN_S)
        self._process.kill()
        code = self._process.wait()
        self._process.stdout.close()
        with self._lock:
            self._end = self._end or _describe_end(code)
            waiting = list(self._waiting.values())
            self._waiting.clear()
        for reply in waiting:
            reply.set_exception(ModelError(self._end))


_MAX_IDLE: Final = 1
_running: Final[set[ModelProcess]] = set()
_idle: Final[list[ModelProcess]] = []
_idle_lock: Final = threading.RLock()  # a collected model gives its process back at any moment


def take_process(device: Device, threads: int = 0) -> ModelProcess:
    """Return a process without a model: one that has become idle, or a new one."""
    with _idle_lock:
        for process in list(_idle):
            if process.kind == (device, threads):
                _idle.remove(process)
                if process.is_idle:
                    return process
                process.close()
    return ModelProcess(device, threads)


def give_back(process: ModelProcess) -> None:
    """Keep a process whose model is not needed any more for the next model, or end it."""
    with _idle_lock:
        if process.is_idle and len(_idle) < _MAX_IDLE and process in _running:
            _idle.append(process)
            return
    process.close()


def prepare_process(device: Device) -> None:
    """Start a process, so that it is ready when a model is loaded."""
    with _idle_lock:
        if not _idle:
            _idle.append(ModelProcess(device))


def end_processes() -> None:
    """End all processes, also those that compute."""
    with _idle_lock:
        _idle.clear()
    for process in list(_running):
        process.close()


def _describe_end(code: int) -> str:
    if code < 0:
        with suppress(ValueError):
            return f"the model ended its process by {signal.Signals(-code).name}; {_REPAIR}"
    return f"the model ended its process with exit code {code}; {_REPAIR}"


atexit.register(end_processes)
