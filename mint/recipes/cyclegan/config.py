"""The settings of the recipe ``cyclegan``."""

from dataclasses import dataclass, field

from mint.recipes.building_blocks.configuration import (
    check_at_least,
    check_at_most,
    check_learning_rate,
    check_range,
    check_share,
)


@dataclass(frozen=True, kw_only=True)
class CycleGanConfig:
    """The settings of the recipe; the defaults are for a few pictures and an hour on a CPU."""

    # Crops of sprites a step, and the same number of crops of photographs.
    batch_size: int = 4
    # The side of a training crop, in pixels of pixel art; smaller sprites are not cropped.
    crop: int = 32
    # Channels and residual blocks of each generator.
    width: int = 32
    num_blocks: int = 4
    discriminator_width: int = 32

    learning_rate: float = 1e-3
    # Images seen until the learning rate begins to fall linearly, and until it has fallen to a tenth.
    decay_start: int = 20_000
    decay_end: int = 60_000
    betas: tuple[float, float] = (0.5, 0.99)

    # Weights of the cycle and identity losses; the adversarial losses have weight 1.
    cycle_weight: float = 10.0
    identity_weight: float = 5.0
    # Fakes that are stored for the discriminators to see again (image pool, Shrivastava et al. 2017).
    pool_size: int = 50
    # Averaged weights (EMA): the share of the average that is kept at each step.
    average_decay: float = 0.995

    # The SHA-256 of the training pictures, set by the recipe.
    pictures: str = field(default="", init=False)

    def __post_init__(self) -> None:
        check_at_least(self, 1, "batch_size", "width", "num_blocks", "discriminator_width", "decay_start", "pool_size")
        if self.crop < 16 or self.crop % 8:
            raise ValueError(f"crop is {self.crop}; it is a multiple of 8 from 16 on")
        check_at_most(self, 16, "num_blocks")
        if not self.decay_end > self.decay_start:
            raise ValueError(f"decay_end is {self.decay_end}; it is above decay_start, {self.decay_start}")
        check_learning_rate(self, "learning_rate")
        check_range(self, 0, 1000, "cycle_weight", "identity_weight")
        check_share(self, "average_decay", "betas")
