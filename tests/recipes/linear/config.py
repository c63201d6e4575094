"""The settings of the recipe ``linear``."""

from dataclasses import dataclass

from mint.recipes.building_blocks.configuration import check_at_least, check_learning_rate, check_share


@dataclass(frozen=True, kw_only=True)
class LinearConfig:
    """The settings of the recipe."""

    latent_dim: int = 8
    batch_size: int = 16
    learning_rate: float = 1e-2
    betas: tuple[float, float] = (0.9, 0.99)
    # Averaged weights (EMA): the share of the average that is kept at each step.
    average_decay: float = 0.9

    def __post_init__(self) -> None:
        check_at_least(self, 1, "latent_dim", "batch_size")
        check_learning_rate(self, "learning_rate")
        check_share(self, "average_decay", "betas")
