"""A small classifier of labels, trained on real sprites: it measures whether dreams have the labels that were requested.

It is not part of a recipe, and is trained without dreams.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

NUM_STEPS = 300
_BATCH = 64
_WIDTH = 32
_MAX_SHIFT = 2
_LEARNING_RATE = 2e-3  # at first; it falls to 0 as half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983)


class Classifier(nn.Module):
    """Maps pixels to one logit a label; a picture has the labels whose logits are above 0."""

    def __init__(self, num_colors: int, num_labels: int) -> None:
        super().__init__()
        self.colors = nn.Embedding(num_colors, 12)
        self.body = nn.Sequential(
            nn.Conv2d(12, _WIDTH, 3, 2, 1),
            nn.GroupNorm(4, _WIDTH),
            nn.ReLU(),
            nn.Conv2d(_WIDTH, 2 * _WIDTH, 3, 2, 1),
            nn.GroupNorm(4, 2 * _WIDTH),
            nn.ReLU(),
            nn.Conv2d(2 * _WIDTH, 2 * _WIDTH, 3, 2, 1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(4),
            nn.Flatten(),
            nn.Linear(16 * 2 * _WIDTH, num_labels),
        )

    def forward(self, pixels: Tensor) -> Tensor:
        """Map pixels (n, H, W) uint8 to logits (n, num_labels)."""
        logits: Tensor = self.body(self.colors(pixels.long()).permute(0, 3, 1, 2))
        return logits

    @torch.no_grad()
    def predict(self, pixels: Tensor) -> Tensor:
        """Return which pictures (n, H, W) have which labels, (n, num_labels) bool."""
        return torch.cat([self(part) > 0 for part in torch.split(pixels, 4 * _BATCH)])


def train_classifier(pixels: Tensor, labels: Tensor, num_colors: int, seed: int) -> Classifier:
    """Train a classifier on real sprites (N, H, W) uint8 with labels (N, num_labels) bool, on their device.

    Half of each batch is drawn uniformly from the sprites. For the other half a label is drawn first, then a sprite with it or
    without it with equal probability, so that rare labels are learned, too. Deterministic on one machine.
    """
    device = pixels.device
    random = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        classifier = Classifier(num_colors, labels.shape[1]).to(device)
    optimizer = torch.optim.Adam(classifier.parameters(), _LEARNING_RATE)
    with_label = [torch.nonzero(column).flatten().cpu() for column in labels.T]
    without = [torch.nonzero(~column).flatten().cpu() for column in labels.T]
    groups = [rows for rows in (*with_label, *without) if len(rows)]
    for step in range(NUM_STEPS):
        uniform = torch.randint(len(pixels), (_BATCH // 2,), generator=random)
        chosen = [groups[index] for index in torch.randint(len(groups), (_BATCH // 2,), generator=random).tolist()]
        by_label = torch.stack([rows[torch.randint(len(rows), (), generator=random)] for rows in chosen])
        batch = torch.cat([uniform, by_label]).to(device)
        shift = torch.randint(-_MAX_SHIFT, _MAX_SHIFT + 1, (2,), generator=random).tolist()
        logits = classifier(torch.roll(pixels[batch], shift, (1, 2)))
        loss = F.binary_cross_entropy_with_logits(logits, labels[batch].float())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.param_groups[0]["lr"] = _LEARNING_RATE * 0.5 * (1 + math.cos(math.pi * step / NUM_STEPS))
        optimizer.step()
    return classifier.eval()
