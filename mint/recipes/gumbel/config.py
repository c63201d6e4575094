"""The settings of the recipe ``gumbel``."""

from dataclasses import dataclass, field

from mint.recipes.autoencoding.config import AutoencoderConfig
from mint.recipes.building_blocks.configuration import check_at_least, check_range


@dataclass(frozen=True, kw_only=True)
class GumbelConfig(AutoencoderConfig):
    """The settings of the recipe."""

    # Choices a picture, and categories a choice. Their product is latent_dim.
    num_groups: int = 32
    num_categories: int = 8
    latent_dim: int = field(init=False)

    # The weight of KL, where 1 is the evidence lower bound, and the images seen until that weight is reached.
    beta: float = 1.0
    kl_warm_up: int = 20_000
    # The first and the last temperature, and the images seen in between.
    first_temperature: float = 1.0
    last_temperature: float = 0.5
    cooling: int = 40_000

    def __post_init__(self) -> None:
        check_at_least(self, 1, "num_groups")
        check_at_least(self, 2, "num_categories")
        object.__setattr__(self, "latent_dim", self.num_groups * self.num_categories)
        super().__post_init__()
        check_range(self, 0, 1000, "beta")
        if not 0.05 <= self.last_temperature <= self.first_temperature <= 10:
            raise ValueError(
                f"the temperature goes from {self.first_temperature} to {self.last_temperature}; it falls between 10 and 0.05"
            )
        check_at_least(self, 1, "kl_warm_up", "cooling")
