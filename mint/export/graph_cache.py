"""Traced graphs, kept for the next training: tracing takes seconds, and depends on the architecture alone.

A kept graph has no weights. It lies in the user's cache folder under a name that tells the architecture and the versions of what
traced it; whoever takes it compares its answers with the network's, so that a stale or damaged one is traced anew and no more.
"""

import hashlib
import os
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from google.protobuf.message import DecodeError
from onnx import ModelProto
from torch import nn

import mint.recipes
from mint import atomic_write
from mint.export.tracing import OPSET, Job, weights_of, without_weights

_TRACED_BY = ("pixelmint", "torch", "onnxscript", "onnx")


def cache_folder() -> Path:
    """Return where traced graphs are kept: below XDG_CACHE_HOME, or where the system keeps what can be made anew."""
    if named := os.environ.get("XDG_CACHE_HOME"):
        base = Path(named)
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home()))
    else:
        base = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return base / "pixelmint" / "graphs"


class GraphCache:
    """A folder of traced graphs; one that cannot be read or written keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, job: Job) -> ModelProto | None:
        """Return the graph of a network of this architecture, its weights empty, if there is one."""
        with suppress(OSError, DecodeError):
            model: ModelProto = ModelProto.FromString(self._path(job).read_bytes())
            missing = weights_of(job.network).keys() - {tensor.name for tensor in model.graph.initializer}
            return None if missing & dict(job.network.named_parameters()).keys() else model
        return None

    def store(self, job: Job, model: ModelProto) -> None:
        """Keep a graph, without its weights."""
        weightless = without_weights(model, weights_of(job.network))
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            atomic_write.write_bytes(self._path(job), weightless.SerializeToString(deterministic=True))

    def _path(self, job: Job) -> Path:
        return self._folder / f"{job.name}-{_fingerprint(job)[:32]}.onnx"


def _fingerprint(job: Job) -> str:
    """Return a hash of all that decides a graph but the numbers in its weights: versions, code, shapes and choices."""
    parts = [OPSET, *((name, version(name)) for name in _TRACED_BY), job.inputs, job.outputs]
    parts += [(key, tuple(weight.shape), str(weight.dtype)) for key, weight in weights_of(job.network).items()]
    parts += [(key, type(module).__qualname__, _choices(module)) for key, module in job.network.named_modules()]
    code = b"".join(path.read_bytes() for path in sorted(Path(mint.recipes.__file__).parent.rglob("*.py")))
    return hashlib.sha256(repr(parts).encode() + code).hexdigest()


def _choices(module: nn.Module) -> list[tuple[str, object]]:
    """Return the numbers and texts that a module was built with."""
    plain = (bool, int, float, str, tuple, type(None))
    return sorted((key, value) for key, value in vars(module).items() if not key.startswith("_") and isinstance(value, plain))
