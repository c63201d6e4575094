"""Group normalization (Wu and He 2018, arXiv 1803.08494), within one picture.

Batch normalization couples the pictures of a batch: with sprites, reconstructions and dreams in one, or with small sets of sprites,
dreams collapse.
"""

import math

from torch import nn

_MAX_GROUPS = 8


def group_norm(num_channels: int) -> nn.GroupNorm:
    """Return a normalization of (n, C, ...) over as many groups of channels as divide C, at most eight."""
    return nn.GroupNorm(math.gcd(num_channels, _MAX_GROUPS), num_channels)
