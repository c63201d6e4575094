"""The settings of the recipe ``vaegan``."""

from dataclasses import dataclass, field

from mint.recipes.building_blocks.configuration import (
    BEFORE,
    check_at_least,
    check_at_most,
    check_learning_rate,
    check_range,
    check_share,
)


@dataclass(frozen=True, kw_only=True)
class VaeGanConfig:
    """The settings of the recipe; the defaults are those that work for every token tried."""

    # How far the layers of a dream are moved, from 0 to 1, the share of half a side. With 0 a dream has only one layer.
    imagination: float = field(default=1.0, metadata={BEFORE: 0.0})

    # The components of the latent of one layer.
    latent_dim: int = 32
    # Sprites a step; if there are no more than that, each step sees all of them once.
    batch_size: int = 9
    num_collages: int = 8
    num_dreams: int = 6
    encoder_widths: tuple[int, int, int] = (32, 64, 96)
    generator_widths: tuple[int, int, int] = (96, 72, 48)
    discriminator_width: int = 48

    learning_rate: float = 8e-3
    discriminator_learning_rate: float = 2e-3
    # Images seen after which learning rates fall with the inverse square root of the images seen.
    decay_start: int = 5400
    # Adam's; a low first one keeps a GAN from oscillating.
    betas: tuple[float, float] = (0.5, 0.9)

    # Weights of the losses. beta is that of KL, where 1 is the evidence lower bound (beta-VAE, Higgins et al. 2017).
    beta: float = 5.0
    collage_weight: float = 1.0
    feature_weight: float = 0.1
    adversarial_weight: float = 3.0
    label_weight: float = 1.0

    # Images seen until KL has its full weight, until collages start, and until the adversarial loss starts and has its full weight.
    # The first step with an adversarial loss is the first one after more images than adversary_start; -1 is the very first.
    kl_warm_up: int = 2700
    collage_start: int = 1350
    adversary_start: int = 1800
    adversary_warm_up: int = 1800

    # How often a dream is encoded and decoded again, and the share of the way that its latent then moves.
    num_looks: int = 3
    insight: float = 1.0

    # Images seen after which dreams settle: beta grows as their square root; the weights of the adversary and of collages fall as
    # 1 / images seen to the power of settle_power, collages to the share collage_floor of their weight. At a constant beta an ever
    # better autoencoder leaves more and more of the prior unused. An adversary that stays frays the dreams, and an autoencoder that
    # learns ever smaller parts of collages dreams in fragments.
    settle_start: int = 9000
    settle_power: int = field(default=3, metadata={BEFORE: 1})
    collage_floor: float = field(default=0.25, metadata={BEFORE: 1.0})

    # The share of pictures that have some of their labels hidden.
    hidden_labels: float = 0.5

    # Averaged weights (EMA): the share of the average that is kept at each step.
    average_decay: float = 0.995

    def __post_init__(self) -> None:
        check_at_least(self, 1, "latent_dim", "batch_size", "num_dreams")
        check_at_least(self, 1, "encoder_widths", "generator_widths", "discriminator_width")
        check_at_least(self, 1, "decay_start", "kl_warm_up", "adversary_warm_up", "settle_start", "settle_power")
        check_at_least(self, 0, "num_collages", "collage_start")
        check_at_least(self, -1, "adversary_start")
        check_at_most(self, 4096, "latent_dim")
        check_learning_rate(self, "learning_rate", "discriminator_learning_rate")
        check_range(self, 0, 1000, "beta", "collage_weight", "feature_weight", "adversarial_weight", "label_weight")
        check_range(self, 0, 8, "num_looks")
        check_range(self, 0, 1, "imagination", "insight", "collage_floor")
        check_share(self, "average_decay", "hidden_labels", "betas")
