"""A loaded model: latents in, tiles out, and the truth about which processor computes them.

onnxruntime falls back from a GPU to the CPU with only a warning. This module requests CUDA in a way that fails instead, and reports
the provider that the session names afterwards.
"""

import ctypes
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Final, Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from viewer.errors import DeviceError, GraphError, ModelError
from viewer.exported.binding import GeneratorBinding
from viewer.exported.folder import read_export
from viewer.exported.graph_check import checked_graph
from viewer.exported.labels import UNSPECIFIED
from viewer.exported.manifest import Manifest

Device = Literal["auto", "cpu", "cuda"]
DEVICES: Final[tuple[Device, ...]] = ("auto", "cpu", "cuda")

# The default batch size: computed in equal batches, a tile does not depend on the others.
BATCH: Final = 64
# The allowed batch sizes: few, for a GPU's sake, and small ones, so that a single tile costs less than 64.
BATCHES: Final = (1, 4, 16, BATCH)

_CPU = "CPUExecutionProvider"
_CUDA = "CUDAExecutionProvider"
_WARNING, _FATAL = 2, 4


class ExportedModel:
    """The generator of one export, loaded into onnxruntime.

    ``provider`` is the onnxruntime provider that really computes; ``note`` says why it is not CUDA, where that was tried.
    """

    def __init__(self, manifest: Manifest, session: onnxruntime.InferenceSession, note: str = "") -> None:
        self.manifest: Final = manifest
        self.provider: Final[str] = session.get_providers()[0]
        self.note: Final = note
        self._session = session
        self._bindings: dict[int, GeneratorBinding] = {}  # on a GPU, by batch size

    def generate(self, z: NDArray[np.float32], labels: Sequence[float] | None = None, *, batch: int = BATCH) -> NDArray[np.uint8]:
        """Return the tiles (n, H, W) uint8, palette indices, that the generator draws from latents z (n, L) float32.

        ``labels`` holds the value of each label for all tiles (see ``labels``), UNSPECIFIED by default. ``batch`` tiles, one of
        BATCHES, are computed at a time, and a tile depends only on its own latent and the labels, not on n. Deterministic on one
        machine and provider with the same batch; otherwise a pixel may differ where two colours are nearly tied.
        Raises ModelError where the model fails or returns an index outside its palette.
        """
        origin = self.manifest.origin
        if z.ndim != 2 or z.shape[1] != origin.latent_dim or z.dtype != np.float32:
            raise ModelError(f"latents are {z.dtype} {z.shape}; this model takes float32 (n, {origin.latent_dim})")
        values = np.full(len(origin.labels), UNSPECIFIED, np.float32) if labels is None else np.array(labels, np.float32)
        if values.shape != (len(origin.labels),):
            raise ModelError(f"{len(values)} labels are given; this model takes {len(origin.labels)}")
        tiles = np.empty((len(z), *origin.size), np.uint8)
        for start in range(0, len(z), batch):
            part = z[start : start + batch]
            padded = np.zeros((batch, origin.latent_dim), np.float32)
            padded[: len(part)] = part
            tiles[start : start + len(part)] = self._run(padded, values)[: len(part)]
        if tiles.size and tiles.max() >= len(origin.palette):
            raise ModelError(f"the generator drew colour {tiles.max()} of a palette of {len(origin.palette)}; export it again")
        return tiles

    def _run(self, z: NDArray[np.float32], labels: NDArray[np.float32]) -> NDArray[np.uint8]:
        inputs = {"z": z, "labels": np.tile(labels, (len(z), 1))} if len(labels) else {"z": z}
        try:
            pixels = self._run_bound(inputs) if self.provider == _CUDA else self._session.run(["pixels"], inputs)[0]
        except Exception as error:  # onnxruntime raises a dozen unrelated classes
            raise ModelError(f"the generator failed: {_first_line(error)}") from error
        if pixels.shape != (len(z), *self.manifest.origin.size):
            raise ModelError(f"the generator returned tiles of shape {pixels.shape}; export it again")
        return np.asarray(pixels, np.uint8)

    def _run_bound(self, inputs: dict[str, NDArray[np.float32]]) -> NDArray[np.uint8]:
        batch = len(inputs["z"])
        if batch not in self._bindings:
            self._bindings[batch] = GeneratorBinding(self._session, self.manifest.origin, batch)
        return self._bindings[batch].run(inputs)


def load_model(path: Path, device: Device = "auto") -> ExportedModel:
    """Read, check and load the model in a token folder or its models/.

    "auto" uses CUDA where it works and the CPU elsewhere; see ``ExportedModel.provider``. Raises ModelError or ManifestError where
    the folder is not a whole export, GraphError where its generator is refused, and DeviceError where "cuda" does not work.
    """
    export = read_export(path)
    try:
        graph = checked_graph(export.graphs["generator"], export.manifest.files["generator"]).data
    except GraphError as error:
        raise GraphError(f"the generator.onnx of {path} is refused: {error}") from error
    note = ""
    if device == "cuda" or (device == "auto" and not _missing_for_cuda()):
        try:
            return ExportedModel(export.manifest, _cuda_session(graph))
        except DeviceError as error:
            if device == "cuda":
                raise
            note = str(error)
    return ExportedModel(export.manifest, _cpu_session(graph), note)


def _cpu_session(graph: bytes) -> onnxruntime.InferenceSession:
    try:
        return onnxruntime.InferenceSession(graph, _options(), providers=[_CPU])
    except Exception as error:  # onnxruntime raises a dozen unrelated classes
        raise ModelError(f"onnxruntime cannot load the generator: {_first_line(error)}") from error


def _cuda_session(graph: bytes) -> onnxruntime.InferenceSession:
    if missing := _missing_for_cuda():
        raise DeviceError(f"{missing}, or give --device cpu")
    options = _options()
    options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    with _quiet():
        try:
            onnxruntime.preload_dlls()
            session = onnxruntime.InferenceSession(graph, options, providers=[_CUDA], enable_fallback=0)
        except Exception as error:  # onnxruntime raises a dozen unrelated classes
            raise DeviceError(f"CUDA does not run this model ({_first_line(error)}); give --device cpu") from error
    if session.get_providers()[0] != _CUDA:
        raise DeviceError(
            f"onnxruntime uses {session.get_providers()[0]} instead of CUDA; check the NVIDIA driver and "
            "pip install 'onnxruntime-gpu[cuda,cudnn]', or give --device cpu"
        )
    return session


def _missing_for_cuda() -> str:
    """Return what CUDA lacks on this machine and how to get it, "" where nothing is known to be missing.

    onnxruntime reports that with a page of messages, so the common case of a machine without a GPU is recognised first.
    """
    if _CUDA not in onnxruntime.get_available_providers():
        return "this onnxruntime does not support CUDA; install onnxruntime-gpu instead"
    driver = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        ctypes.CDLL(driver)
    except OSError:
        return f"no NVIDIA driver was found ({driver}); install one"
    return ""


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
def _quiet() -> Iterator[None]:
    """Suppress onnxruntime's messages about failing CUDA: one sentence reports it, and standard output is for results."""
    onnxruntime.set_default_logger_severity(_FATAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(sys.stderr):
            warnings.simplefilter("ignore")
            yield
    finally:
        onnxruntime.set_default_logger_severity(_WARNING)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0][:200].rstrip(".")
