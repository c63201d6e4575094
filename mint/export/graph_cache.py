"""A cache of traced graphs for later trainings: tracing takes seconds, and depends on the architecture alone.

A cached graph has no weights. It lies in the user's cache folder; its name is a hash of the architecture and of the versions that
traced it. Exporter compares the outputs of a cached graph with the network's, so a stale or damaged one is only traced again.
"""

import hashlib
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from google.protobuf.message import DecodeError
from onnx import ModelProto
from torch import nn

import mint.recipes
from mint import atomic_write
from mint.export.tracing import OPSET, TraceRequest, without_weights
from viewer.exported.manifest import MAX_GRAPH_BYTES
from viewer.regular_file import read_regular_file

_PACKAGES = ("pixelmint", "torch", "onnxscript", "onnx")  # whose versions decide a graph


class GraphCache:
    """A folder of traced graphs; a folder that cannot be read or written is an empty cache."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, request: TraceRequest) -> ModelProto | None:
        """Return the cached graph of the network's architecture with empty weights, or None."""
        with suppress(OSError, DecodeError):
            model: ModelProto = ModelProto.FromString(read_regular_file(self._path(request), MAX_GRAPH_BYTES))
            missing = request.weights.keys() - {tensor.name for tensor in model.graph.initializer}
            return None if missing & dict(request.network.named_parameters()).keys() else model
        return None

    def store(self, request: TraceRequest, model: ModelProto) -> None:
        """Store a graph without its weights."""
        weightless = without_weights(model, request.weights)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            atomic_write.write_bytes(self._path(request), weightless.SerializeToString(deterministic=True))

    def _path(self, request: TraceRequest) -> Path:
        return self._folder / f"{request.name}-{_fingerprint(request)[:32]}.onnx"


def _fingerprint(request: TraceRequest) -> str:
    """Return a hash of all that decides a graph but the values of its weights: versions, code, shapes and settings."""
    parts = [OPSET, *((name, version(name)) for name in _PACKAGES), request.inputs, request.outputs]
    parts += [(key, tuple(weight.shape), str(weight.dtype)) for key, weight in request.weights.items()]
    parts += [(key, type(module).__qualname__, _settings(module)) for key, module in request.network.named_modules()]
    code = b"".join(path.read_bytes() for path in sorted(Path(mint.recipes.__file__).parent.rglob("*.py")))
    return hashlib.sha256(repr(parts).encode() + code).hexdigest()


def _settings(module: nn.Module) -> list[tuple[str, object]]:
    """Return the attributes of a module that are plain values."""
    plain = (bool, int, float, str, tuple, type(None))
    return sorted((key, value) for key, value in vars(module).items() if not key.startswith("_") and isinstance(value, plain))
