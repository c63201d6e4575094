"""Patterns that transposed convolutions repeat, as two losses of the generator.

A transposed convolution of stride 2 draws each pixel of a 2x2 block with a kernel of its own (Odena, Dumoulin and Olah 2016,
"Deconvolution and Checkerboard Artifacts", Distill, doi 10.23915/distill.00003), so what the four do differently repeats with every
block; with a second such layer below it, with every 4x4 block. The first loss holds the share of such patterns in dreams to that in
sprites. It regularizes the spectrum (Durall, Keuper and Keuper 2020, arXiv 2003.01826) at the frequencies that these layers add.

Of blocks of 8x8, too few fit into a window: outlines alone have much of the energy there. So the second loss looks at the
variogram (Matheron 1963, doi 10.2113/gsecongeo.58.8.1246), the mean squared difference of two pixels by their distance. Without a
grid it rises steadily, whatever the outlines are; where blocks repeat, it has a notch at the side of a block.
"""

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

PERIODS: Final = (2, 4)
# A pattern need not cover a whole picture, so it is looked for in windows that overlap by half; small pictures have smaller ones.
_WINDOW = 16
_MIN_ENERGY = 1e-9
# The period of ``excess_repetition``, and how many times the notch of sprites is allowed. Tiles repeat as well, and a step sees few
# large pictures: without this room, the differences between its sprites and its dreams would wear down what repeats in both.
_LONG_PERIOD = 8
_ALLOWED = 2


def excess_periodicity(dreams: Tensor, sprites: Tensor) -> Tensor:
    """Return by how much the shares of dreams exceed those of sprites, (n, C, H, W) each: a number from 0, in shares of sprites.

    Sprites with less than independent noise has, as plain ones have, count as noise. A gradient goes to the dreams alone. Pictures
    with a side below twice the longest period are not looked at.
    """
    if min(dreams.shape[2:]) < 2 * max(PERIODS):
        return dreams.new_zeros(())
    area = _window(sprites) ** 2
    of_noise = torch.tensor([(period**2 - 1) / (area - 1) for period in PERIODS], device=dreams.device)
    expected = torch.maximum(periodic_shares(sprites.detach()), of_noise)
    return F.relu(periodic_shares(dreams) / expected - 1).sum()


def excess_repetition(dreams: Tensor, sprites: Tensor) -> Tensor:
    """Return by how much the notches of dreams exceed twice those of sprites, (n, C, H, W) each: a number from 0.

    It is a sum over rows and columns, for a period of 8 pixels. A gradient goes to the dreams alone. Pictures with a side below
    four times that are not looked at.
    """
    if min(dreams.shape[2:]) < 4 * _LONG_PERIOD:
        return dreams.new_zeros(())
    allowed = _ALLOWED * variogram_notches(sprites.detach(), _LONG_PERIOD).clamp_min(0)
    return F.relu(variogram_notches(dreams, _LONG_PERIOD) - allowed).sum()


def variogram_notches(pictures: Tensor, period: int) -> Tensor:
    """Return how much the variogram of pictures (n, C, H, W) falls at a period, down columns and along rows, (2,), at most 1.

    It is 1 where every pixel is like the one a period away, and 0 in plain pictures and where pixels a period apart differ as much
    as the mean of those one pixel nearer and those one pixel farther; where they differ more, it is below 0. Sums are over all
    pictures. Distances go on at the opposite side: if pixels near a side counted at some distances only, dots there could fill a
    notch.
    """
    notches = []
    for axis in (2, 3):
        nearer, at, farther = (
            F.mse_loss(pictures.roll(distance, axis), pictures, reduction="sum") for distance in (period - 1, period, period + 1)
        )
        notches.append((nearer + farther - 2 * at) / (nearer + farther).clamp_min(_MIN_ENERGY))
    return torch.stack(notches)


def periodic_shares(pictures: Tensor) -> Tensor:
    """Return the share of the energy of pictures (n, C, H, W) that repeats with each of ``PERIODS``, (2,), 0 to 1.

    Energy is the sum of squared differences from the mean of a window; what repeats is the mean of all pixels at the same place of
    their block. Both are summed over all windows, channels and pictures.
    """
    window = _window(pictures)
    windows = pictures.unfold(2, window, window // 2).unfold(3, window, window // 2)  # (n, C, rows, columns, window, window)
    deviations = windows - windows.mean((-2, -1), keepdim=True)
    energy = deviations.square().sum().clamp_min(_MIN_ENERGY)
    repeating = []
    for period in PERIODS:
        num_blocks = window // period
        blocks = deviations.view(*deviations.shape[:-2], num_blocks, period, num_blocks, period)
        repeating.append(blocks.mean((-4, -2)).square().sum() * num_blocks**2)
    return torch.stack(repeating) / energy


def _window(pictures: Tensor) -> int:
    """Return the side of the windows for pictures of this size: whole blocks of every period."""
    return min(_WINDOW, min(pictures.shape[2:]) // max(PERIODS) * max(PERIODS))
