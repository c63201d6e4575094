"""The dream sampler: draws tiles beside a training, on the device that trains."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

# The batch size after memory ran out for the first time.
_REDUCED_BATCH_SIZE = 16


class DreamSampler:
    """Draws one set of pictures at a time, without making the host wait for the device.

    On CUDA the drawing is queued behind the training's own steps, so that it sees complete weights, and fetched when it is done.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._batch_size: int | None = None  # None: all at once
        self._pixels: Tensor | None = None
        self._done: torch.cuda.Event | None = None

    @property
    def is_busy(self) -> bool:
        """Whether pictures were begun and not fetched yet."""
        return self._pixels is not None

    def halve_batch_size(self) -> None:
        """Draw half as many pictures at once from now on, because memory ran out."""
        self._batch_size = max(1, (self._batch_size or 2 * _REDUCED_BATCH_SIZE) // 2)

    @torch.inference_mode()
    def begin(self, draw: Callable[..., Tensor], *inputs: Tensor) -> None:
        """Begin to draw pictures (n, H, W) uint8 of inputs (n, ...), in batches if need be; the sampler must not be busy."""
        assert not self.is_busy
        count = len(inputs[0])
        batch_size = self._batch_size or max(1, count)
        cuts = tuple(range(batch_size, count, batch_size))
        batches = zip(*(torch.tensor_split(self._on_device(tensor), cuts) for tensor in inputs), strict=True)
        pixels: Tensor = torch.cat([draw(*batch) for batch in batches])
        if self._device.type == "cuda":
            host = torch.empty(pixels.shape, dtype=pixels.dtype, pin_memory=True)
            pixels = host.copy_(pixels, non_blocking=True)
            self._done = torch.cuda.Event()  # type: ignore[no-untyped-call]
            self._done.record()
        self._pixels = pixels

    def _on_device(self, tensor: Tensor) -> Tensor:
        """Return a tensor on the device. From memory that is not pinned, a copy would wait for all steps that are queued."""
        if self._device.type == "cuda" and tensor.device.type == "cpu":
            return tensor.pin_memory().to(self._device, non_blocking=True)
        return tensor.to(self._device)

    def fetch(self) -> NDArray[np.uint8] | None:
        """Return the pixels (n, H, W) uint8, after which the sampler is free; None while they are being drawn."""
        if self._pixels is None or (self._done is not None and not self._done.query()):  # type: ignore[no-untyped-call]
            return None
        pixels: NDArray[np.uint8] = self._pixels.numpy()
        self._pixels = None
        return pixels
