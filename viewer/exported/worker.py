"""The process that runs a model: ``python -m viewer.exported.worker DEVICE THREADS``, started by ``model_process``.

It reads requests from standard input and writes replies to standard output, each a frame (``process_frames``):

    {"id", "kind": "load", "file"} and the graph   ->  {"id", "provider", "note", "bytes", "multiplications"}
    {"id", "kind": "run", "inputs"} and the arrays ->  {"id", "shape"} and the pixels
    either                                         ->  {"id", "error", "text"}

A graph that ends this process, fills its memory or computes for ever harms nothing else. It ends with its standard input, which is
closed when the program that started it ends, however that ends.
"""

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from math import prod
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from viewer.errors import ModelError, ViewerError
from viewer.exported.process_frames import FrameError, read_frame, write_frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from viewer.exported.devices import Device
    from viewer.exported.session import GraphSession

# Of memory that a model may use, beside that of Python and onnxruntime themselves; together they stay below 1 GiB.
MEMORY_BYTES: Final = 800 * 2**20
# A thread's stack counts as used memory, although hardly any of it is ever touched.
_STACK_BYTES: Final = 8 * 2**20


class Worker:
    """Answers requests, runs side by side if they come side by side."""

    def __init__(self, replies: BinaryIO, device: "Device", threads: int) -> None:
        self._replies: Final = replies
        self._device: Final = device
        self._threads: Final = threads
        self._writing: Final = threading.Lock()
        self._session: GraphSession | None = None
        self.num_running = 0

    def answer(self, header: Mapping[str, Any], data: bytes) -> None:
        """Answer a request; from any thread."""
        with self._counted():
            try:
                answer, pixels = self._load(header, data) if header["kind"] == "load" else self._run(header, data)
            except ViewerError as error:
                answer, pixels = {"error": type(error).__name__, "text": str(error)[:2000]}, b""
            except MemoryError:
                answer, pixels = {"error": ModelError.__name__, "text": "it needs more memory than is allowed"}, b""
            except Exception as error:  # whatever a graph brings about; without an answer, the program would wait
                answer, pixels = {"error": ModelError.__name__, "text": f"it fails ({type(error).__name__})"}, b""
            with self._writing:
                write_frame(self._replies, {"id": header["id"], **answer}, pixels)

    def _load(self, header: Mapping[str, Any], data: bytes) -> tuple[dict[str, object], bytes]:
        from viewer.exported.manifest import GraphFile
        from viewer.exported.session import load_session
        from viewer.json_fields import read_record

        self._session = None
        self._session = session = load_session(data, read_record(GraphFile, header["file"]), self._device, self._threads)
        return {"provider": session.provider, "note": session.note, **asdict(session.size)}, b""

    def _run(self, header: Mapping[str, Any], data: bytes) -> tuple[dict[str, object], bytes]:
        assert self._session is not None
        pixels = self._session.run(_arrays(header["inputs"], data))
        return {"shape": pixels.shape}, pixels.tobytes()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.num_running += 1
        try:
            yield
        finally:
            self.num_running -= 1


def _arrays(inputs: list[tuple[str, str, list[int]]], data: bytes) -> "dict[str, NDArray[np.generic]]":
    import numpy as np

    arrays, start = {}, 0
    for name, kind, shape in inputs:
        arrays[name] = np.frombuffer(data, kind, prod(shape), start).reshape(shape)
        start += arrays[name].nbytes
    return arrays


def limit_memory(num_bytes: int) -> None:
    """Limit how many bytes this process may allocate from now on, where the system can do that; and write no core files."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            used_kib = next(int(line.split()[1]) for line in file if line.startswith("VmData"))
    except (OSError, StopIteration):  # not Linux, where the limit would not work either
        return
    limit = 1024 * used_kib + num_bytes + _STACK_BYTES * 2 * (os.cpu_count() or 1)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def main() -> None:
    """Answer requests until standard input is closed."""
    device: Any = sys.argv[1]
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # Whatever a library prints would be no frame.
    with open(os.devnull, "r+b", buffering=0) as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    from viewer.exported.session import missing_for_cuda

    # CUDA reserves far more memory than it uses.
    if device == "cpu" or missing_for_cuda():
        limit_memory(MEMORY_BYTES)
    worker = Worker(replies, device, int(sys.argv[2]))
    pool = ThreadPoolExecutor(os.cpu_count() or 1, "model")
    while True:
        try:
            header, data = read_frame(requests)
        except FrameError:
            break
        pool.submit(worker.answer, header, data)
        del header, data
    if worker.num_running:
        os._exit(0)


if __name__ == "__main__":
    main()
