"""Adam (Kingma and Ba 2015, arXiv 1412.6980), one kernel a step.

It calls the kernel of torch.optim.Adam(fused=True). Importing torch.optim takes two seconds, because it imports torch's compiler.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

EPSILON = 1e-8


class Adam:
    """The moments of some parameters."""

    def __init__(self, parameters: Sequence[nn.Parameter], betas: tuple[float, float]) -> None:
        self.parameters: list[Tensor] = list(parameters)
        self._betas = betas
        self._means = [torch.zeros_like(parameter) for parameter in self.parameters]
        self._squares = [torch.zeros_like(parameter) for parameter in self.parameters]
        self._steps = [torch.zeros((), device=parameter.device) for parameter in self.parameters]

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], learning_rate: float | Tensor) -> None:
        """Move the parameters against their gradients; a learning rate on the device is read there."""
        torch._foreach_add_(self._steps, 1)
        torch._fused_adam_(
            self.parameters,
            # The kernel walks through memory: every tensor has to be laid out as its parameter is.
            [gradient.contiguous() for gradient in gradients],
            self._means,
            self._squares,
            [],
            self._steps,
            lr=learning_rate,
            beta1=self._betas[0],
            beta2=self._betas[1],
            weight_decay=0.0,
            eps=EPSILON,
            amsgrad=False,
            maximize=False,
        )

    def state(self) -> dict[str, Tensor]:
        """Return the moments, named as torch.optim.Adam names them: ``index.exp_avg`` and so on."""
        return {
            f"{index}.{name}": tensor
            for index, moments in enumerate(zip(self._steps, self._means, self._squares, strict=True))
            for name, tensor in zip(("step", "exp_avg", "exp_avg_sq"), moments, strict=True)
        }
