"""The easel: dreams drawn beside a training, on the device that trains."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

# So many pictures at once when memory has not sufficed for the first time.
_SPARING = 16


class DreamSampler:
    """Draws one set of pictures at a time, without making the host wait for the device.

    On CUDA the drawing is queued behind the training's own steps, so that it sees whole weights, and fetched when it is done.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._num_at_once: int | None = None  # None: all
        self._pixels: Tensor | None = None
        self._done: torch.cuda.Event | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a drawing was begun and not taken yet."""
        return self._pixels is not None

    def spare(self) -> None:
        """Draw half as many pictures at once from now on: memory did not suffice."""
        self._num_at_once = max(1, (self._num_at_once or 2 * _SPARING) // 2)

    @torch.inference_mode()
    def begin(self, draw: Callable[..., Tensor], *inputs: Tensor) -> None:
        """Draw pictures (n, H, W) uint8 of inputs (n, ...), part by part if need be; nothing else may be on the easel."""
        assert not self.is_busy
        count = len(inputs[0])
        at_once = self._num_at_once or max(1, count)
        cuts = tuple(range(at_once, count, at_once))
        parts = zip(*(tensor.to(self._device).tensor_split(cuts) for tensor in inputs), strict=True)
        pixels: Tensor = torch.cat([draw(*part) for part in parts])
        if self._device.type == "cuda":
            host = torch.empty(pixels.shape, dtype=pixels.dtype, pin_memory=True)
            pixels = host.copy_(pixels, non_blocking=True)
            self._done = torch.cuda.Event()  # type: ignore[no-untyped-call]
            self._done.record()
        self._pixels = pixels

    def take(self) -> NDArray[np.uint8] | None:
        """Return the pixels (n, H, W) uint8 and clear the easel, or None while they are being drawn."""
        if self._pixels is None or (self._done is not None and not self._done.query()):  # type: ignore[no-untyped-call]
            return None
        pixels: NDArray[np.uint8] = self._pixels.numpy()
        self._pixels = None
        return pixels
