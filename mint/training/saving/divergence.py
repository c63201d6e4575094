"""Divergence: whether what a training computes is finite, and whether its losses explode.

Losses are summed on the device. A NaN or an infinity in any step stays in the sum, so one check of the sums, and of one norm per
tensor of the state, covers all steps since the last check. The host reads the device once for that.
"""

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor

from mint.errors import DivergenceError
from mint.recipes.recipe import Learner

CHECK_INTERVAL: Final = 20  # steps

# A loss explodes where it is this many times its recent level. Small losses may jump: a perfect reconstruction that is imperfect
# for a moment is no explosion.
EXPLOSION_FACTOR: Final = 100.0
MIN_LEVEL: Final = 1.0
_LEVEL_DECAY: Final = 0.8  # the share of a level that remains at each check
_NUM_WARM_UP_CHECKS: Final = 3  # checks that only set the level


class DivergenceMonitor:
    """Watches the losses of one run of the loop and the state of its learner."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._num_steps = 0
        self._levels: dict[str, float] = {}
        self._num_checks = 0

    @staticmethod
    def is_due(step: int) -> bool:
        """Whether a check is due after this step."""
        return step % CHECK_INTERVAL == 0

    def add(self, losses: Mapping[str, Tensor]) -> None:
        """Add the losses of a step, detached scalars, without waiting for the device."""
        for name, loss in losses.items():
            self._sums[name] = self._sums[name] + loss if name in self._sums else loss.clone()
        self._num_steps += 1

    def check(self, learner: Learner, step: int) -> dict[str, float]:
        """Return the sums of the losses since the last check.

        Raises DivergenceError where one of them or anything in the learner's state is not finite, and where a loss explodes.
        """
        sums, num_steps = self._sums, self._num_steps
        self._sums, self._num_steps = {}, 0
        *totals, norm = torch.stack([total.float() for total in sums.values()] + [largest_magnitude(learner.state())]).tolist()
        if not norm < float("inf"):
            raise DivergenceError(f"training diverged before step {step}: a weight is not finite")
        for name, total in zip(sums, totals, strict=True):
            if not abs(total) < float("inf"):
                raise DivergenceError(f"training diverged before step {step}: the loss {name} is not finite")
            self._compare(name, abs(total) / num_steps, step)
        self._num_checks += bool(sums)
        return dict(zip(sums, totals, strict=True))

    def _compare(self, name: str, mean: float, step: int) -> None:
        level = self._levels.get(name, mean)
        if self._num_checks >= _NUM_WARM_UP_CHECKS and mean > EXPLOSION_FACTOR * max(level, MIN_LEVEL):
            raise DivergenceError(f"training diverged before step {step}: the loss {name} went from {level:.3g} to {mean:.3g}")
        self._levels[name] = _LEVEL_DECAY * level + (1 - _LEVEL_DECAY) * mean


def largest_magnitude(state: Mapping[str, Tensor]) -> Tensor:
    """Return the largest magnitude in a state, a float32 scalar on its device: not finite where anything in it is not."""
    floats = [tensor.detach() for tensor in state.values() if tensor.is_floating_point() and tensor.numel()]
    if not floats:
        return torch.zeros(())
    # NaN wins over any maximum.
    return torch.stack([norm.float() for norm in torch._foreach_norm(floats, float("inf"))]).max()


def require_finite(learner: Learner, step: int) -> None:
    """Raise DivergenceError where anything in a learner's state is not finite: call it before the state is saved or shown."""
    if not float(largest_magnitude(learner.state())) < float("inf"):
        raise DivergenceError(f"training diverged before step {step}: a weight is not finite")
