"""The settings of the recipe ``dcgan``."""

from dataclasses import dataclass, field

from mint.recipes.building_blocks.configuration import (
    BEFORE,
    Color,
    check_at_least,
    check_at_most,
    check_learning_rate,
    check_range,
    check_share,
)


@dataclass(frozen=True, kw_only=True)
class DcGanConfig:
    """The settings of the recipe; the defaults are for some hundred sprites."""

    latent_dim: int = 64
    # Sprites of 32x32 a step, and as many dreams. Of larger pictures there are fewer, but at least 4, so that the discriminator
    # sees no more pixels a step. If there are no more sprites than that, each step sees all of them once.
    batch_size: int = 24
    # Channels of the finest layer; each coarser one has twice as many, up to max_width.
    width: int = 24
    max_width: int = 96
    # What is generated and discriminated: palette indices, or colours as in the paper, shown as the nearest of the palette.
    color: Color = "palette"

    learning_rate: float = 4e-3
    discriminator_learning_rate: float = 2e-3
    # Images seen after which learning rates fall with the inverse square root of the images seen.
    decay_start: int = 100_000
    # Adam's: the first as in the paper, the second lower.
    betas: tuple[float, float] = (0.5, 0.99)

    # Whether the discriminator's layers except the last have a largest singular value of 1 (spectral norm, Miyato et al. 2018).
    spectral_norm: bool = True
    # The weight of the discriminator's gradient at sprites, measured by a small random step (R1, Mescheder et al. 2018).
    r1: float = 0.0
    # How far pictures are moved before the discriminator sees them, as a share of their side (DiffAugment, Zhao et al. 2020).
    translation: float = 0.125
    # The weight of the scores of 4x4 and 10x10 patches; the score of the whole picture has the rest.
    patches: float = 0.85
    # The weight of the generator's reconstruction of sprites from the latents that the encoder finds for them; 0 is the pure GAN.
    anchoring: float = 1.0
    # The weight of patterns that transposed convolutions repeat, where dreams have more of them than sprites (``periodicity``).
    periodicity_weight: float = field(default=0.3, metadata={BEFORE: 0.0})
    # The weight of grids of 8x8 pixels, where dreams have more than twice as much of them as sprites (``periodicity``).
    repetition_weight: float = field(default=3.0, metadata={BEFORE: 0.0})
    # Images seen before that weight counts: from the first steps on, it turns the grids of early dreams into stripes.
    repetition_start: int = field(default=20_000, metadata={BEFORE: 0})
    # Averaged weights (EMA): the share of the average that is kept at each step.
    average_decay: float = 0.998

    def __post_init__(self) -> None:
        check_at_least(self, 1, "latent_dim", "batch_size", "width", "max_width", "decay_start")
        check_at_least(self, 0, "repetition_start")
        check_at_most(self, 4096, "latent_dim")
        check_learning_rate(self, "learning_rate", "discriminator_learning_rate")
        check_range(self, 0, 1000, "r1", "anchoring", "periodicity_weight", "repetition_weight")
        check_range(self, 0, 0.5, "translation")
        check_range(self, 0, 1, "patches")
        check_share(self, "average_decay", "betas")
