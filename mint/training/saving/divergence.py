"""Health: whether what a training computes is finite, and its losses are where they were.

Losses are summed where they arise. A NaN or an infinity in any step stays in the sum, so one look at the sums, and at one norm a
tensor of the state, tells of all steps since the last look. The host reads the device once for that.
"""

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor

from mint.errors import DivergenceError
from mint.recipes.recipe import Learner

INTERVAL: Final = 20

# A loss explodes where it is so many times what it was lately. Small ones may jump: a reconstruction that was perfect and for a
# moment is not is no explosion.
EXPLOSION: Final = 100.0
FLOOR: Final = 1.0
_MEMORY: Final = 0.8  # how much of the level stays at each look
_WARM_UP: Final = 3  # looks that only set the level


class DivergenceMonitor:
    """Watches the losses of one run of the loop, and looks at the state of its learner."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._num_steps = 0
        self._levels: dict[str, float] = {}
        self._num_looks = 0

    @staticmethod
    def is_due(step: int) -> bool:
        """Whether it is time to look."""
        return step % INTERVAL == 0

    def note(self, losses: Mapping[str, Tensor]) -> None:
        """Add the losses of a step, detached scalars; nothing waits for the device."""
        for name, loss in losses.items():
            self._sums[name] = self._sums[name] + loss if name in self._sums else loss.clone()
        self._num_steps += 1

    def check(self, learner: Learner, step: int) -> dict[str, float]:
        """Return the sums of the losses since the last check.

        Raises DivergenceError where one of them or anything in the learner's state is not finite, and where a loss explodes.
        """
        sums, num_steps = self._sums, self._num_steps
        self._sums, self._num_steps = {}, 0
        *totals, norm = torch.stack([total.float() for total in sums.values()] + [largest(learner.state())]).tolist()
        if not norm < float("inf"):
            raise DivergenceError(f"training diverged before step {step}: a weight is not finite")
        for name, total in zip(sums, totals, strict=True):
            if not abs(total) < float("inf"):
                raise DivergenceError(f"training diverged before step {step}: the loss {name} is not finite")
            self._compare(name, abs(total) / num_steps, step)
        self._num_looks += bool(sums)
        return dict(zip(sums, totals, strict=True))

    def _compare(self, name: str, mean: float, step: int) -> None:
        level = self._levels.get(name, mean)
        if self._num_looks >= _WARM_UP and mean > EXPLOSION * max(level, FLOOR):
            raise DivergenceError(f"training diverged before step {step}: the loss {name} went from {level:.3g} to {mean:.3g}")
        self._levels[name] = _MEMORY * level + (1 - _MEMORY) * mean


def largest(state: Mapping[str, Tensor]) -> Tensor:
    """Return the largest magnitude in a state, a float32 scalar on its device: not finite where anything in it is not."""
    floats = [tensor.detach() for tensor in state.values() if tensor.is_floating_point() and tensor.numel()]
    # NaN wins over any maximum.
    return torch.stack([norm.float() for norm in torch._foreach_norm(floats, float("inf"))]).max()


def require_finite(learner: Learner, step: int) -> None:
    """Raise DivergenceError where anything in a learner's state is not finite: before it is saved or shown."""
    if not float(largest(learner.state())) < float("inf"):
        raise DivergenceError(f"training diverged before step {step}: a weight is not finite")
