"""Adam (Kingma and Ba 2015, arXiv 1412.6980) over parameters in one block of memory: one kernel a step.

It calls the kernel of torch.optim.Adam(fused=True); importing that class would load torch's compiler, which takes two seconds.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

EPSILON = 1e-8


def flatten_parameters(parameters: Sequence[nn.Parameter]) -> Tensor:
    """Move parameters into one new tensor (all numbers,) and return it; each parameter becomes a view of its part."""
    flat = torch.cat([parameter.detach().flatten() for parameter in parameters])
    parts = torch.split(flat, [parameter.numel() for parameter in parameters])
    for parameter, part in zip(parameters, parts, strict=True):
        parameter.data = part.view(parameter.shape)
    return flat


class Adam:
    """The parameters of some networks, flattened as ``flat``, and their moments."""

    def __init__(self, parameters: Sequence[nn.Parameter], betas: tuple[float, float]) -> None:
        self.parameters = list(parameters)
        self.flat = flatten_parameters(self.parameters)
        self._betas = betas
        self._mean = torch.zeros_like(self.flat)
        self._square = torch.zeros_like(self.flat)
        self._num_steps = torch.zeros((), device=self.flat.device)
        self._gradient = torch.zeros_like(self.flat)
        sizes = [parameter.numel() for parameter in self.parameters]
        parts = torch.split(self._gradient, sizes)
        self._gradients = [part.view(parameter.shape) for part, parameter in zip(parts, self.parameters, strict=True)]

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], learning_rate: float | Tensor) -> None:
        """Move the parameters against their gradients; a learning rate that is a tensor is read on its device."""
        self._num_steps += 1
        # Copying gives each gradient the memory layout of its parameter.
        torch._foreach_copy_(self._gradients, list(gradients))
        torch._fused_adam_(
            [self.flat],
            [self._gradient],
            [self._mean],
            [self._square],
            [],
            [self._num_steps],
            lr=learning_rate,
            beta1=self._betas[0],
            beta2=self._betas[1],
            weight_decay=0.0,
            eps=EPSILON,
            amsgrad=False,
            maximize=False,
        )

    def moments(self) -> dict[str, Tensor]:
        """Return the moments under the names that torch.optim.Adam uses."""
        return {"step": self._num_steps, "exp_avg": self._mean, "exp_avg_sq": self._square}
