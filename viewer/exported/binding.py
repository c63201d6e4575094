"""A session's inputs and outputs in device memory, allocated once for a batch size and reused for every run.

Given arrays, onnxruntime allocates memory on the GPU for every run. With "I/O binding" (its documentation's term) a run only copies
the inputs in and the pixels out.
"""

from collections.abc import Mapping
from threading import Lock
from typing import Any, Final, Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from viewer.exported.manifest import GraphFile


class InputBinding:
    """Runs a graph with one output on batches of one size."""

    def __init__(
        self, session: onnxruntime.InferenceSession, file: GraphFile, batch: int, device: Literal["cpu", "cuda"] = "cuda"
    ) -> None:
        """Allocate the memory, on the first GPU where the device is "cuda"."""
        self._session: Final = session
        self._lock: Final = Lock()  # two runs at once would write to the same memory
        (output,) = file.outputs

        def allocate(shape: tuple[int | str, ...], kind: str) -> onnxruntime.OrtValue:
            sides = [batch if side == "n" else side for side in shape]
            return onnxruntime.OrtValue.ortvalue_from_shape_and_type(sides, np.dtype(kind).type, device, 0)

        self._inputs: Final = {tensor.name: allocate(tensor.shape, tensor.type) for tensor in file.inputs}
        self._pixels: Final = allocate(output.shape, output.type)
        self._binding: Final = session.io_binding()
        for name, value in self._inputs.items():
            self._binding.bind_ortvalue_input(name, value)
        self._binding.bind_ortvalue_output(output.name, self._pixels)

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.uint8]:
        """Return the output of inputs of the batch's size. Exceptions of onnxruntime are passed on."""
        with self._lock:
            for name, value in self._inputs.items():
                value.update_inplace(np.ascontiguousarray(inputs[name]))
            self._session.run_with_iobinding(self._binding)
            return np.array(self._pixels.numpy(), np.uint8)
