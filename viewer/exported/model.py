"""A loaded model: latents in, tiles out. A process of its own computes them (``model_process``)."""

import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.errors import DeviceError, GraphError, ModelError
from viewer.exported.devices import Device
from viewer.exported.folder import Export, read_export
from viewer.exported.labels import UNSPECIFIED
from viewer.exported.manifest import Manifest
from viewer.exported.model_process import LoadedGraph, ModelProcess, give_back, take_process
from viewer.snapshot_file.manifest import Credits

# The default batch size: computed in equal batches, a tile does not depend on the others.
BATCH: Final = 64
# The allowed batch sizes: few, for a GPU's sake, and small ones, so that a single tile costs less than 64.
BATCHES: Final = (1, 4, 16, BATCH)
# What is computed at a time; a larger model is computed in smaller batches. 64 tiles of our largest recipe at 32x32 fit.
MAX_BATCH_BYTES: Final = 800 * 10**6
MAX_BATCH_MULTIPLICATIONS: Final = 12 * 10**9


class ExportedModel:
    """The generator of one export, loaded into onnxruntime in a process of its own, which ends with the object.

    ``provider`` is the onnxruntime provider that really computes; ``note`` says why it is not CUDA, where that was tried.
    ``credits`` are those of a snapshot file.
    """

    def __init__(self, manifest: Manifest, credits: Credits, process: ModelProcess, loaded: LoadedGraph) -> None:
        self.manifest: Final = manifest
        self.credits: Final = credits
        self.provider: Final = loaded.provider
        self.note: Final = loaded.note
        self.max_batch: Final = max(batch for batch in BATCHES if batch == 1 or _fits(loaded, batch))
        self._process: Final = process
        weakref.finalize(self, give_back, process)

    @property
    def device(self) -> str:
        """Where it really computes, for people: "CPU" or "CUDA"."""
        return self.provider.removesuffix("ExecutionProvider")

    @property
    def described_device(self) -> str:
        """The device, and why it is not CUDA where that was tried."""
        return f"{self.device} ({self.note})" if self.note else self.device

    def generate(self, z: NDArray[np.float32], labels: Sequence[float] | None = None, *, batch: int = BATCH) -> NDArray[np.uint8]:
        """Return the tiles (n, H, W) uint8, palette indices, that the generator draws from latents z (n, L) float32.

        ``labels`` holds the value of each label for all tiles (see ``labels``), UNSPECIFIED by default. ``batch`` tiles, one of
        BATCHES, are computed at a time, fewer of a large model, and a tile depends only on its own latent and the labels, not on n.
        Deterministic on one machine and provider with the same batch; otherwise a pixel may differ where two colours are nearly
        tied. Raises ModelError where the model fails, ends its process or returns an index outside its palette.
        """
        origin = self.manifest.origin
        if z.ndim != 2 or z.shape[1] != origin.latent_dim or z.dtype != np.float32:
            raise ModelError(f"latents are {z.dtype} {z.shape}; this model takes float32 (n, {origin.latent_dim})")
        values = np.full(len(origin.labels), UNSPECIFIED, np.float32) if labels is None else np.array(labels, np.float32)
        if values.shape != (len(origin.labels),):
            raise ModelError(f"{len(values)} labels are given; this model takes {len(origin.labels)}")
        batch = min(batch, self.max_batch)
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
            return self._process.run(inputs, (len(z), *self.manifest.origin.size))
        except ModelError as error:
            raise ModelError(f"the generator of {self.manifest.origin.token.name} fails: {error}") from error


def load_model(path: Path, device: Device = "auto") -> ExportedModel:
    """Read, check and load the model in a token folder, its models/ or a snapshot file.

    "auto" uses CUDA where it works and the CPU elsewhere; see ``ExportedModel.provider``. Raises ModelError or ManifestError where
    the folder is not a whole export, SnapshotError where a snapshot file is refused, GraphError where the generator is refused, and
    DeviceError where "cuda" does not work.
    """
    return load_export(read_export(path), path, device)


def load_export(export: Export, path: Path, device: Device = "auto") -> ExportedModel:
    """Check and load the model of an export that was read from a path, which errors name; as ``load_model`` does."""
    process = take_process(device)
    try:
        loaded = process.load(export.graphs["generator"], export.manifest.files["generator"])
    except GraphError as error:
        give_back(process)
        raise GraphError(f"the generator.onnx of {path} is refused: {error}") from error
    except DeviceError:
        give_back(process)
        raise
    except ModelError as error:
        give_back(process)
        raise ModelError(f"the generator.onnx of {path} cannot be loaded: {error}") from error
    return ExportedModel(export.manifest, export.credits, process, loaded)


def _fits(loaded: LoadedGraph, batch: int) -> bool:
    return batch * loaded.bytes <= MAX_BATCH_BYTES and batch * loaded.multiplications <= MAX_BATCH_MULTIPLICATIONS
