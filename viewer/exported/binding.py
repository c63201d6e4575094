"""A session's inputs and outputs where it computes: reserved once for a batch of one size, and filled anew each time.

Given arrays, onnxruntime reserves memory on the GPU for every run. Bound to places there ("I/O binding" in its documentation),
a run copies the latents in and the tiles out, and nothing else.
"""

from threading import Lock
from typing import Final, Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from viewer.exported.manifest import Origin


class Binding:
    """Runs a generator on batches of one size."""

    def __init__(
        self, session: onnxruntime.InferenceSession, origin: Origin, batch: int, device: Literal["cpu", "cuda"] = "cuda"
    ) -> None:
        """Reserve the memory, on the first GPU where the device is "cuda"."""
        self._session: Final = session
        self._lock: Final = Lock()  # two runs at once would write to the same places
        widths = {"z": origin.latent_dim, **({"labels": len(origin.labels)} if origin.labels else {})}
        reserve = onnxruntime.OrtValue.ortvalue_from_shape_and_type
        self._inputs: Final = {name: reserve((batch, width), np.float32, device, 0) for name, width in widths.items()}
        self._pixels: Final = reserve((batch, *origin.size), np.uint8, device, 0)
        self._binding: Final = session.io_binding()
        for name, value in self._inputs.items():
            self._binding.bind_ortvalue_input(name, value)
        self._binding.bind_ortvalue_output("pixels", self._pixels)

    def run(self, given: dict[str, NDArray[np.float32]]) -> NDArray[np.uint8]:
        """Return the tiles (batch, H, W) uint8 of z (batch, L), and of labels (batch, l) where the model takes some, all float32.

        What onnxruntime raises is passed on.
        """
        with self._lock:
            for name, value in self._inputs.items():
                value.update_inplace(np.ascontiguousarray(given[name]))
            self._session.run_with_iobinding(self._binding)
            return np.array(self._pixels.numpy(), np.uint8)
