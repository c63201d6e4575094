"""The image pool: earlier fakes that a discriminator sees again, so that it does not forget them (Shrivastava et al. 2017)."""

from typing import NamedTuple

import torch
from torch import Tensor


class PoolNoise(NamedTuple):
    """The randomness of one exchange of n pictures."""

    slots: Tensor  # (n,) int64, which earlier pictures may be shown
    swaps: Tensor  # (n,) bool, whether they are


class ImagePool:
    """At most ``size`` pictures of one shape, and their count."""

    def __init__(self, size: int, shape: tuple[int, ...], device: torch.device) -> None:
        self.pictures = torch.zeros((size, *shape), device=device)
        self.count = torch.zeros((), dtype=torch.int64, device=device)

    def draw_noise(self, num: int, random: torch.Generator) -> PoolNoise:
        """Draw the randomness of an exchange of ``num`` pictures."""
        slots = torch.randint(len(self.pictures), (num,), generator=random, device=random.device)
        return PoolNoise(slots, torch.rand(num, generator=random, device=random.device) < 0.5)

    @torch.no_grad()
    def exchange(self, fakes: Tensor, noise: PoolNoise) -> Tensor:
        """Return pictures for the discriminator, (n, ...): each is the new fake or, with probability 1/2, an older one.

        In the second case the new fake replaces the older one. While there is room, each new fake is stored and returned. Slots
        are chosen on the device, so that nothing waits for it: an index that is a tensor would be read by the host.
        """
        shown = fakes.detach().clone()
        size = len(self.pictures)
        for index, fake in enumerate(fakes.detach()):
            full = self.count >= size
            slot = torch.where(full, noise.slots[index], self.count.clamp_max(size - 1))[None]  # (1,)
            old = self.pictures.index_select(0, slot)[0]
            swap = full & noise.swaps[index]
            shown[index] = torch.where(swap, old, fake)
            self.pictures.index_copy_(0, slot, torch.where(swap | ~full, fake, old)[None])
            self.count += (~full).long()
        return shown
