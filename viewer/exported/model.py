"""An exported model at work: latents in, tiles out, and the truth about which processor computes them.

onnxruntime falls back from a GPU to the CPU with no more than a warning. Here CUDA is asked for in a way that fails instead, and
what a session reports afterwards is what is told.
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
from viewer.exported.binding import Binding
from viewer.exported.folder import read_export
from viewer.exported.graph_check import checked_graph
from viewer.exported.labels import OPEN
from viewer.exported.manifest import Manifest

Device = Literal["auto", "cpu", "cuda"]
DEVICES: Final[tuple[Device, ...]] = ("auto", "cpu", "cuda")

# Unless told otherwise, tiles are computed this many at a time: a tile is then the same beside any others.
BATCH: Final = 64
# What may be told: a GPU sees few shapes, and a single tile does not cost as much as 64.
BATCHES: Final = (1, 4, 16, BATCH)

_CPU = "CPUExecutionProvider"
_CUDA = "CUDAExecutionProvider"
_WARNING, _FATAL = 2, 4


class Model:
    """The generator of one export, ready to run.

    ``provider`` is the onnxruntime provider that really computes; ``note`` says why it is not CUDA where that was tried.
    """

    def __init__(self, manifest: Manifest, session: onnxruntime.InferenceSession, note: str = "") -> None:
        self.manifest: Final = manifest
        self.provider: Final[str] = session.get_providers()[0]
        self.note: Final = note
        self._session = session
        self._bindings: dict[int, Binding] = {}  # on a GPU, by batch size

    def generate(self, z: NDArray[np.float32], asked: Sequence[float] | None = None, *, batch: int = BATCH) -> NDArray[np.uint8]:
        """Return the tiles that the generator draws from latents.

        z is (n, L) float32; ``asked`` is what is asked of each label for all tiles (see ``labels``), open where it is left out; the
        tiles are (n, H, W) uint8 palette indices. They are computed batch at a time, one of BATCHES, and a tile depends on its own
        latent and what is asked alone, not on n. Deterministic on one machine and provider with the same batch; else a pixel
        may differ where two colours are nearly tied.
        Raises ModelError where the model fails or answers with an index outside its palette.
        """
        origin = self.manifest.origin
        if z.ndim != 2 or z.shape[1] != origin.latent_dim or z.dtype != np.float32:
            raise ModelError(f"latents are {z.dtype} {z.shape}; this model takes float32 (n, {origin.latent_dim})")
        labels = np.full(len(origin.labels), OPEN, np.float32) if asked is None else np.array(asked, np.float32)
        if labels.shape != (len(origin.labels),):
            raise ModelError(f"{len(labels)} labels are given; this model takes {len(origin.labels)}")
        tiles = np.empty((len(z), *origin.size), np.uint8)
        for start in range(0, len(z), batch):
            part = z[start : start + batch]
            padded = np.zeros((batch, origin.latent_dim), np.float32)
            padded[: len(part)] = part
            tiles[start : start + len(part)] = self._run(padded, labels)[: len(part)]
        if tiles.size and tiles.max() >= len(origin.palette):
            raise ModelError(f"the generator drew colour {tiles.max()} of a palette of {len(origin.palette)}; export it again")
        return tiles

    def _run(self, z: NDArray[np.float32], labels: NDArray[np.float32]) -> NDArray[np.uint8]:
        given = {"z": z, "labels": np.tile(labels, (len(z), 1))} if len(labels) else {"z": z}
        try:
            pixels = self._run_bound(given) if self.provider == _CUDA else self._session.run(["pixels"], given)[0]
        except Exception as error:  # onnxruntime raises a dozen unrelated classes
            raise ModelError(f"the generator failed: {_first_line(error)}") from error
        if pixels.shape != (len(z), *self.manifest.origin.size):
            raise ModelError(f"the generator answered with tiles of shape {pixels.shape}; export it again")
        return np.asarray(pixels, np.uint8)

    def _run_bound(self, given: dict[str, NDArray[np.float32]]) -> NDArray[np.uint8]:
        batch = len(given["z"])
        if batch not in self._bindings:
            self._bindings[batch] = Binding(self._session, self.manifest.origin, batch)
        return self._bindings[batch].run(given)


def load_model(path: Path, device: Device = "auto") -> Model:
    """Read, check and load the model in a token folder or its models/.

    "auto" takes CUDA where it works and the CPU elsewhere; see ``Model.provider``. Raises ModelError or ManifestError where the
    folder is not a whole export, GraphError where its generator is refused, DeviceError where "cuda" does not work.
    """
    export = read_export(path)
    try:
        graph = checked_graph(export.graphs["generator"], export.manifest.files["generator"])
    except GraphError as error:
        raise GraphError(f"the generator.onnx of {path} is refused: {error}") from error
    note = ""
    if device == "cuda" or (device == "auto" and not _missing_for_cuda()):
        try:
            return Model(export.manifest, _cuda_session(graph))
        except DeviceError as error:
            if device == "cuda":
                raise
            note = str(error)
    return Model(export.manifest, _cpu_session(graph), note)


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
            f"onnxruntime took {session.get_providers()[0]} in place of CUDA; check the NVIDIA driver and "
            "pip install 'onnxruntime-gpu[cuda,cudnn]', or give --device cpu"
        )
    return session


def _missing_for_cuda() -> str:
    """Return what CUDA lacks on this machine and how to get it, empty where nothing is known to be missing.

    onnxruntime itself finds out with a page of complaints, so the plain case of a machine without a GPU is settled before it.
    """
    if _CUDA not in onnxruntime.get_available_providers():
        return "this onnxruntime knows no CUDA; install onnxruntime-gpu in its place"
    driver = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        ctypes.CDLL(driver)
    except OSError:
        return f"no NVIDIA driver is found ({driver}); install one"
    return ""


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.use_deterministic_compute = True
    options.log_severity_level = _FATAL  # what fails is raised, too
    # Left to guess, onnxruntime takes bytes that say "ORTM" in the right place for its own format, which nobody has checked.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    # Threads that spin between two batches would heat a machine that shows a tile now and then.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep onnxruntime's own account of a failing CUDA away: it is told in one sentence, and standard output holds results."""
    onnxruntime.set_default_logger_severity(_FATAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(sys.stderr):
            warnings.simplefilter("ignore")
            yield
    finally:
        onnxruntime.set_default_logger_severity(_WARNING)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0][:200].rstrip(".")
