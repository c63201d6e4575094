"""A session's inputs and outputs in device memory, allocated once for a batch size and reused for every run.

Given arrays, onnxruntime allocates memory on the GPU for every run. With "I/O binding" (its documentation's term) a run only copies
the latents in and the tiles out.
"""

from threading import Lock
from typing import Final, Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from viewer.exported.manifest import Origin


class GeneratorBinding:
    """Runs a generator on batches of one size."""

    def __init__(
        self, session: onnxruntime.InferenceSession, origin: Origin, batch: int, device: Literal["cpu", "cuda"] = "cuda"
    ) -> None:
        """Allocate the memory, on the first GPU where the device is "cuda"."""
        self._session: Final = session
        self._lock: Final = Lock()  # two runs at once would write to the same memory
        widths = {"z": origin.latent_dim, **({"labels": len(origin.labels)} if origin.labels else {})}
        allocate = onnxruntime.OrtValue.ortvalue_from_shape_and_type
        self._inputs: Final = {name: allocate((batch, width), np.float32, device, 0) for name, width in widths.items()}
        self._pixels: Final = allocate((batch, *origin.size), np.uint8, device, 0)
        self._binding: Final = session.io_binding()
        for name, value in self._inputs.items():
            self._binding.bind_ortvalue_input(name, value)
        self._binding.bind_ortvalue_output("pixels", self._pixels)

    def run(self, inputs: dict[str, NDArray[np.float32]]) -> NDArray[np.uint8]:
        """Return the tiles (batch, H, W) uint8 of z (batch, L) and, where the model has labels, of labels (batch, l), all float32.

        Exceptions of onnxruntime are passed on.
        """
        with self._lock:
            for name, value in self._inputs.items():
                value.update_inplace(np.ascontiguousarray(inputs[name]))
            self._session.run_with_iobinding(self._binding)
            return np.array(self._pixels.numpy(), np.uint8)
