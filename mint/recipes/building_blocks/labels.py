"""Labels as the networks read them: what a picture is known to have, known to lack, or may have.

Outside the networks a label is 1, 0, or 0.5 where it is left open. Inside it is 1, -1 or 0, so that an open one adds nothing to a
layer. Models are trained with some labels hidden: one may then ask for a single label and leave all others to the model.

A latent holds most of what a label says, so a decoder has little reason to use labels. An auxiliary classifier gives it one (Odena
et al. 2017, arXiv 1610.09585): it learns the labels of real pictures, and the generator learns to draw dreams in which it finds
the labels that were asked for.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mint.recipes.building_blocks.convolution import DownConv
from mint.recipes.recipe import Canvas

UNKNOWN = 0.5

_STRIDE = 8  # of the classifier: three convolutions that halve


def signs(labels: Tensor) -> Tensor:
    """Return labels (n, num_labels) from 0 to 1 as numbers from -1 to 1, 0 for an open one."""
    return 2 * labels - 1


def hide_labels(labels: Tensor, share: float, random: torch.Generator) -> Tensor:
    """Return labels (n, num_labels) bool as float32, where a share of the pictures has a random part of its labels hidden."""
    count, num_labels = labels.shape
    device = labels.device
    hides = torch.rand((count, 1), generator=random, device=device) < share
    rate = torch.rand((count, 1), generator=random, device=device)
    hidden = hides & (torch.rand((count, num_labels), generator=random, device=device) < rate)
    return torch.where(hidden, UNKNOWN, labels.float())


class LabelClassifier(nn.Module):
    """Maps pictures (n, C, H, W) to one logit a label; above 0 a picture has it."""

    def __init__(self, canvas: Canvas, channels: int, width: int = 32) -> None:
        super().__init__()
        height, side = (math.ceil(length / _STRIDE) for length in (canvas.height, canvas.width))
        self.padding = (0, side * _STRIDE - canvas.width, 0, height * _STRIDE - canvas.height)
        self.conv1 = DownConv(channels, width)
        self.conv2 = DownConv(width, 2 * width)
        self.norm2 = nn.GroupNorm(8, 2 * width)
        self.conv3 = DownConv(2 * width, 2 * width)
        self.norm3 = nn.GroupNorm(8, 2 * width)
        self.head = nn.Linear(2 * width * height * side, canvas.num_labels)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the logits, (n, num_labels)."""
        x = F.leaky_relu(self.conv1(F.pad(pictures, self.padding)), 0.2)
        x = F.leaky_relu(self.norm2(self.conv2(x)), 0.2)
        x = F.leaky_relu(self.norm3(self.conv3(x)), 0.2)
        logits: Tensor = self.head(x.flatten(1))
        return logits

    def with_fixed_weights(self, pictures: Tensor) -> Tensor:
        """Return the same logits, with a gradient that goes to the pictures alone, not to the weights."""
        fixed = {name: parameter.detach() for name, parameter in self.named_parameters()}
        logits: Tensor = torch.func.functional_call(self, fixed, (pictures,))
        return logits


def label_loss(logits: Tensor, known: Tensor) -> Tensor:
    """Return the mean cross-entropy of logits with the known ones among the signs of labels (n, num_labels), (n,) nats."""
    weights = known.abs()
    return (weights * F.softplus(-known * logits)).sum(1) / weights.sum(1).clamp(min=1.0)
