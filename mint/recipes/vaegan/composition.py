"""The composition of a dream from two layers, a background and a foreground.

The generator draws both layers and the opacity of the foreground. An arrangement, ``NUM_ARRANGEMENT_LATENTS`` standard normal
numbers, says how far each layer is moved and which part of the foreground is visible. So a dream can be what no sprite shows: the
moon of one over the tiling of another. LR-GAN (Yang et al. 2017, arXiv 1703.01560) draws pictures layer by layer; the generator of
Bielski and Favaro (2019, arXiv 1905.12663) moves its layers against each other at random.

Where all numbers of an arrangement are zero, the background is not moved and there is no foreground: that is the arrangement of a
sprite. Numbers near zero do the same, so some dreams have no foreground and some backgrounds are not moved. All other values are
uniform. Every operation is exact for palette indices or has a kernel on each provider of onnxruntime.
"""

import math

import torch
from torch import Tensor

NUM_ARRANGEMENT_LATENTS = 7

# The share of backgrounds that are not moved, of dreams without a foreground, and of foregrounds that are cut out along their
# silhouettes instead of by a half plane or an ellipse.
UNMOVED, NO_FOREGROUND, CUT_OUT = 0.55, 0.3, 0.4
# The diameter of ellipses as a share of the side, and how far a half plane reaches beyond the centre as a share of half a side.
MIN_DIAMETER, MAX_DIAMETER, MAX_REACH = 0.2, 0.9, 0.2


def compose(background: Tensor, foreground: Tensor, opacity: Tensor, arrangement: Tensor, imagination: float) -> Tensor:
    """Place foregrounds on backgrounds: palette indices (n, H, W) float32 of both, and the foregrounds' opacity, 0 or 1.

    ``arrangement`` is (n, NUM_ARRANGEMENT_LATENTS). Layers move by up to the share ``imagination`` of half a side: the background
    along its rows, where it re-enters at the other edge, and the foreground along both axes. Returns indices (n, H, W) float32.
    """
    _, height, width = background.shape
    background_x, y, x, kind, first, second, cut_out = arrangement[:, :, None, None].unbind(1)  # (n, 1, 1) each
    reach = 0.5 * imagination
    background = background @ _translation(reach * width * _signed_uniform(background_x, UNMOVED), width, wrap=True).mT
    down = _translation(reach * height * _signed_uniform(y), height)
    right = _translation(reach * width * _signed_uniform(x), width)
    inside = down.sum(2, keepdim=True) * right.sum(2)[:, None, :] > 0.5
    foreground, opacity = (down @ layer @ right.mT for layer in (foreground, opacity))
    size = _signed_uniform(kind, NO_FOREGROUND)
    region = _region(size, _signed_uniform(first), _signed_uniform(second), height, width)
    along_silhouette = _uniform(cut_out) > 1 - CUT_OUT
    visible = _choose(along_silhouette, opacity > 0.5, region) & inside & (size != 0)
    return torch.where(visible, foreground, background)


def _region(size: Tensor, first: Tensor, second: Tensor, height: int, width: int) -> Tensor:
    """Return the regions (n, H, W) bool in which foregrounds are visible: half planes where ``size`` is positive, or else ellipses.

    All three are (n, 1, 1) from -1 to 1. The region grows with the absolute value of ``size``; ``first`` and ``second`` are the
    direction of a half plane or the centre of an ellipse.
    """
    y = torch.linspace(-1, 1, height, device=size.device)[:, None]
    x = torch.linspace(-1, 1, width, device=size.device)
    length = (first.square() + second.square()).sqrt()
    half_planes = x * first + y * second > length * (1 - (1 + MAX_REACH) * size)
    radius = MIN_DIAMETER + (MAX_DIAMETER - MIN_DIAMETER) * size.abs()
    ellipses = (x - 0.8 * first).square() + (y - 0.8 * second).square() < radius.square()
    return _choose(size > 0, half_planes, ellipses)


def _choose(condition: Tensor, yes: Tensor, no: Tensor) -> Tensor:
    """Return torch.where for booleans, which onnxruntime does not implement."""
    return (condition & yes) | (~condition & no)


def _translation(offset: Tensor, size: int, *, wrap: bool = False) -> Tensor:
    """Return matrices (n, size, size) that move a column of pixels by ``offset`` (n, 1, 1) rounded to whole pixels.

    Pixels that leave the column are lost, or with ``wrap`` re-enter at its other end; pixels that nothing moves to are 0.
    """
    position = torch.arange(size, dtype=torch.float32, device=offset.device)
    distance = position[:, None] - position - offset
    hits = _rounds_to_zero(distance)
    if wrap:
        hits = hits | _rounds_to_zero(distance - size) | _rounds_to_zero(distance + size)
    return hits.float()


def _rounds_to_zero(x: Tensor) -> Tensor:
    return (x >= -0.5) & (x < 0.5)


def _uniform(x: Tensor) -> Tensor:
    """Map standard normal numbers to uniform ones from 0 to 1 by their distribution function."""
    return 0.5 + 0.5 * torch.erf(math.sqrt(0.5) * x)


def _signed_uniform(x: Tensor, zeros: float = 0.0) -> Tensor:
    """Map standard normal numbers to uniform ones from -1 to 1, and the share ``zeros`` of them, those around 0, to 0."""
    return x.sign() * torch.relu(torch.erf(math.sqrt(0.5) * x.abs()) - zeros) / (1 - zeros)
