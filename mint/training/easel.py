"""The easel: dreams drawn beside a training, on the device that trains."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

# So many pictures at once when memory has not sufficed for the first time.
_SPARING = 16


class Easel:
    """Draws one picture of a network at a time, without making the host wait for the device.

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
    def begin(self, generator: nn.Module, z: Tensor, labels: Tensor | None = None) -> None:
        """Draw the latents z (n, L) float32, with labels (n, num_labels) if it takes any; nothing else may be on the easel."""
        assert not self.is_busy
        at_once = self._num_at_once or max(1, len(z))
        where = tuple(range(at_once, len(z), at_once))
        given = [tensor.to(self._device).tensor_split(where) for tensor in (z, labels) if tensor is not None]
        pixels: Tensor = torch.cat([generator(*parts) for parts in zip(*given, strict=True)])
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
