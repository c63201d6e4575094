"""The state of a training in memory: a learner, what it learns from, and how far it has come. Nothing here touches the disk."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from mint.recipes.recipe import Adjustment, Learner
from mint.training.progress import TrainingProgress
from mint.training.saving.checkpoint import Checkpoint


@dataclass(kw_only=True, eq=False)
class TrainingState:
    """What trains, and everything that a checkpoint of it holds.

    ``sprites`` (N, H, W) uint8 and ``labels`` (N, num_labels) bool, None where the networks take no labels, are those that are
    learned, on the learner's device. ``recipe`` is the recipe's name, version and configuration; ``holdout`` is the share of the
    sprites that is not learned.
    """

    learner: Learner
    sprites: Tensor
    labels: Tensor | None
    recipe: Mapping[str, object]
    seed: int
    holdout: float
    progress: TrainingProgress
    adjustment: Adjustment

    def checkpoint(self) -> Checkpoint:
        """Return the present state as a checkpoint; its tensors share memory with the learner."""
        return Checkpoint(
            progress=self.progress,
            seed=self.seed,
            recipe=self.recipe,
            state=self.learner.state(),
            adjustment=self.adjustment,
            holdout=self.holdout,
        )
