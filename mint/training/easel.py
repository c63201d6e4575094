"""The easel: dreams drawn beside a training, on the device that trains."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


class Easel:
    """Draws one picture of a network at a time, without making the host wait for the device.

    On CUDA the drawing is queued behind the training's own steps, so that it sees whole weights, and fetched when it is done.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._pixels: Tensor | None = None
        self._done: torch.cuda.Event | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a drawing was begun and not taken yet."""
        return self._pixels is not None

    @torch.inference_mode()
    def begin(self, generator: nn.Module, z: Tensor) -> None:
        """Draw the latents z (n, L) float32; nothing else may be on the easel."""
        assert not self.is_busy
        pixels: Tensor = generator(z.to(self._device))
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
