"""The image pool: earlier fakes that a discriminator sees again, so that it does not forget them (Shrivastava et al. 2017)."""

import torch
from torch import Tensor


class ImagePool:
    """At most ``size`` pictures of one shape, and their count."""

    def __init__(self, size: int, shape: tuple[int, ...], device: torch.device) -> None:
        self.pictures = torch.zeros((size, *shape), device=device)
        self.count = torch.zeros((), dtype=torch.int64, device=device)

    @torch.no_grad()
    def exchange(self, fakes: Tensor, random: torch.Generator) -> Tensor:
        """Return pictures for the discriminator, (n, ...): each is the new fake or, with probability 1/2, an older one.

        In the second case the new fake replaces the older one. While there is room, each new fake is stored and returned.
        """
        shown = fakes.detach().clone()
        size = len(self.pictures)
        slots = torch.randint(size, (len(fakes),), generator=random, device=fakes.device)
        swaps = torch.rand(len(fakes), generator=random, device=fakes.device) < 0.5
        for index, fake in enumerate(fakes.detach()):
            full = self.count >= size
            slot = torch.where(full, slots[index], self.count.clamp_max(size - 1))
            old = self.pictures[slot]
            swap = full & swaps[index]
            shown[index] = torch.where(swap, old, fake)
            self.pictures[slot] = torch.where(swap | ~full, fake, old)
            self.count += (~full).long()
        return shown
