"""What can be chosen in the recipe."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class CycleGanConfig:
    """What can be chosen in the recipe; the defaults are for a few pictures and an hour on a CPU."""

    # Sprites a step, and as many crops of pictures.
    batch_size: int = 4
    # The side of what is learnt at a time, in pixels of pixel art; smaller sprites are learnt whole.
    crop: int = 32
    # Channels of the generators, and how many residual blocks they have.
    width: int = 32
    num_blocks: int = 4
    discriminator_width: int = 32

    learning_rate: float = 1e-3
    # Images seen until learning rates begin to fall, linearly, and until they have fallen to a tenth.
    decay_start: int = 20_000
    decay_end: int = 60_000
    betas: tuple[float, float] = (0.5, 0.99)

    # Weights of the losses against the adversaries' 1: what comes back from the other side, and what should stay as it is.
    cycle_weight: float = 10.0
    identity_weight: float = 5.0
    # Fakes that are kept for the discriminators to see again (image pool, Shrivastava et al. 2017).
    pool_size: int = 50
    # Averaged weights: how much of the average stays at each step.
    average_decay: float = 0.995

    # The SHA-256 of the pictures that were learnt, set by the recipe.
    pictures: str = field(default="", init=False)

    def __post_init__(self) -> None:
        for name in ("batch_size", "width", "num_blocks", "discriminator_width", "decay_start", "pool_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is at least 1")
        if self.crop < 16 or self.crop % 8:
            raise ValueError(f"crop is {self.crop}; it is a multiple of 8 from 16 on")
        if self.num_blocks > 16:
            raise ValueError(f"num_blocks is {self.num_blocks}; it is at most 16")
        if self.decay_end <= self.decay_start:
            raise ValueError(f"decay_end is {self.decay_end}; it is above decay_start, {self.decay_start}")
        if not 0 < self.learning_rate <= 1:
            raise ValueError(f"learning_rate is {self.learning_rate}; it is above 0 and at most 1")
        for name in ("cycle_weight", "identity_weight"):
            if not 0 <= getattr(self, name) <= 1000:
                raise ValueError(f"{name} is {getattr(self, name)}; it is from 0 to 1000")
        if not 0 <= self.average_decay < 1:
            raise ValueError(f"average_decay is {self.average_decay}; it is from 0 to below 1")
