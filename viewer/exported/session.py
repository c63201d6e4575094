"""A checked graph in onnxruntime, and the truth about which processor computes it. Runs in a process of its own.

onnxruntime falls back from a GPU to the CPU with only a warning. This module requests CUDA in a way that fails instead, and reports
the provider that the session names afterwards.
"""

import ctypes
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from viewer.errors import DeviceError, ModelError
from viewer.exported.binding import InputBinding
from viewer.exported.devices import CPU_PROVIDER, CUDA_PROVIDER, Device
from viewer.exported.graph_check import checked_graph
from viewer.exported.graph_size import GraphSize
from viewer.exported.manifest import GraphFile

_WARNING, _FATAL = 2, 4
# cuDNN would otherwise try every algorithm for each batch size, and choose another one in another process; and round factors to 10
# bits, so that tiles would differ from those of a CPU.
_CUDA_OPTIONS: Final = {"cudnn_conv_algo_search": "HEURISTIC", "use_tf32": "0"}
_CUDA_REPAIR: Final = "check the NVIDIA driver and pip install 'onnxruntime-gpu[cuda,cudnn]', or give --device cpu"


class GraphSession:
    """A graph that runs, and the onnxruntime provider that really computes it.

    ``note`` says why it is not CUDA, where that was tried.
    """

    def __init__(self, session: onnxruntime.InferenceSession, file: GraphFile, size: GraphSize, note: str = "") -> None:
        self.provider: Final[str] = session.get_providers()[0]
        self.size: Final = size
        self.note: Final = note
        self._file: Final = file
        self._session: Final = session
        self._bindings: dict[int, InputBinding] = {}  # on a GPU, by batch size

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.uint8]:
        """Return the output of a batch, all inputs of equal length. Raises ModelError."""
        batch = len(next(iter(inputs.values())))
        try:
            if self.provider != CUDA_PROVIDER:
                (pixels,) = self._session.run([tensor.name for tensor in self._file.outputs], dict(inputs))
                return np.asarray(pixels, np.uint8)
            if batch not in self._bindings:
                self._bindings[batch] = InputBinding(self._session, self._file, batch)
            return self._bindings[batch].run(inputs)
        except Exception as error:  # onnxruntime raises a dozen unrelated classes
            raise ModelError(f"the model failed: {_reason(error)}") from error


def load_session(data: bytes, file: GraphFile, device: Device, threads: int = 0) -> GraphSession:
    """Check the bytes of an .onnx file and load the graph; 0 threads are as many as onnxruntime takes.

    Raises GraphError where the graph is refused, ModelError where onnxruntime cannot load it, and DeviceError where "cuda" does not
    work.
    """
    graph = checked_graph(data, file)
    note = ""
    if device == "cuda" or (device == "auto" and not missing_for_cuda()):
        try:
            session = GraphSession(_cuda_session(graph.data), file, graph.size)
            _draw_one(session, file)
            return session
        except DeviceError as error:
            if device == "cuda":
                raise
            note = str(error)
    return GraphSession(_cpu_session(graph.data, threads), file, graph.size, note)


def missing_for_cuda() -> str:
    """Return what CUDA lacks on this machine and how to get it, "" where nothing is known to be missing.

    onnxruntime reports that with a page of messages, so the common case of a machine without a GPU is recognised first.
    """
    if CUDA_PROVIDER not in onnxruntime.get_available_providers():
        return "this onnxruntime does not support CUDA; install onnxruntime-gpu instead"
    driver = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        ctypes.CDLL(driver)
    except OSError:
        return f"no NVIDIA driver was found ({driver}); install one"
    return ""


def _cpu_session(graph: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = _options()
    options.intra_op_num_threads = threads
    try:
        return onnxruntime.InferenceSession(graph, options, providers=[CPU_PROVIDER])
    except Exception as error:  # onnxruntime raises a dozen unrelated classes
        raise ModelError(f"onnxruntime cannot load the model: {_reason(error)}") from error


def _cuda_session(graph: bytes) -> onnxruntime.InferenceSession:
    if missing := missing_for_cuda():
        raise DeviceError(f"{missing}, or give --device cpu")
    providers = [(CUDA_PROVIDER, _CUDA_OPTIONS)]
    with _quiet() as messages:
        try:
            onnxruntime.preload_dlls()
            # Where CUDA's libraries are missing, a session that may not fall back blames the graph. So one that may comes first.
            provider = onnxruntime.InferenceSession(graph, _options(), providers=providers, enable_fallback=0).get_providers()[0]
            if provider == CUDA_PROVIDER:
                options = _options()
                options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
                session = onnxruntime.InferenceSession(graph, options, providers=providers, enable_fallback=0)
                provider = session.get_providers()[0]
        except Exception as error:  # onnxruntime raises a dozen unrelated classes
            raise DeviceError(f"CUDA does not run this model ({_reason(error)}); give --device cpu") from error
    if provider != CUDA_PROVIDER:
        said = messages.getvalue().strip().split("\n", maxsplit=1)[0].rstrip(".")
        raise DeviceError(f"onnxruntime uses {provider} instead of CUDA{f' ({said})' if said else ''}; {_CUDA_REPAIR}")
    return session


def _draw_one(session: GraphSession, file: GraphFile) -> None:
    """Run a graph once. Raises DeviceError where CUDA has loaded it and cannot run it.

    The provider has code for some GPUs only, and looks for cuDNN at the first convolution.
    """
    inputs = {tensor.name: np.zeros([1 if side == "n" else side for side in tensor.shape], tensor.type) for tensor in file.inputs}
    with _quiet():
        try:
            session.run(inputs)
        except ModelError as error:
            raise DeviceError(f"CUDA loads this model and cannot run it: {error}; {_CUDA_REPAIR}") from error


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.use_deterministic_compute = True
    options.log_severity_level = _FATAL  # failures are raised as well
    # Otherwise onnxruntime takes bytes with "ORTM" in the right place for its own format, which has not been checked.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    # Threads that spin between batches would keep a machine busy that draws a tile only now and then.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


@contextmanager
def _quiet() -> Iterator[StringIO]:
    """Suppress onnxruntime's messages about failing CUDA, and yield what it prints: one sentence reports it."""
    onnxruntime.set_default_logger_severity(_FATAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()) as messages:
            warnings.simplefilter("ignore")
            yield messages
    finally:
        onnxruntime.set_default_logger_severity(_WARNING)


def _reason(error: Exception) -> str:
    """Return the first line of an error of onnxruntime, or that memory ran out, of which it speaks in several ways."""
    text = str(error).strip().split("\n", maxsplit=1)[0].rstrip(".")
    if isinstance(error, MemoryError) or "bad_alloc" in text or "Failed to allocate memory" in text:
        return "it needs more memory than is allowed"
    return text
