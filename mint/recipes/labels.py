"""Labels as the networks read them: what a picture is known to have, known to lack, or may have.

Outside, a label is 1, 0, or 0.5 where it is left open. Inside it is 1, -1 or 0, so that an open one adds nothing to a layer. Models
learn with some labels hidden: one may then ask for a single label and leave all others to the model.
"""

import torch
from torch import Tensor

UNKNOWN = 0.5


def signs(labels: Tensor) -> Tensor:
    """Return labels (n, num_labels) from 0 to 1 as numbers from -1 to 1, 0 for an open one."""
    return 2 * labels - 1


def partly_hidden(labels: Tensor, share: float, random: torch.Generator) -> Tensor:
    """Return labels (n, num_labels) bool as float32, each hidden with the chance ``share``, and with it all of a picture's."""
    count, num_labels = labels.shape
    single = torch.rand((count, num_labels), generator=random, device=labels.device) < share
    every = torch.rand((count, 1), generator=random, device=labels.device) < share
    return torch.where(single | every, UNKNOWN, labels.float())
