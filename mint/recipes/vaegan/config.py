"""What can be chosen in the recipe."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class VaeGanConfig:
    """What can be chosen in the recipe; the defaults are what holds over tokens."""

    latent_dim: int = 32
    # Sprites a step; where there are no more than that, each step sees all of them once.
    batch_size: int = 9
    num_collages: int = 12
    num_dreams: int = 6
    encoder_widths: tuple[int, int, int] = (32, 64, 96)
    generator_widths: tuple[int, int, int] = (96, 72, 48)
    discriminator_width: int = 48

    learning_rate: float = 8e-3
    discriminator_learning_rate: float = 2e-3
    # Images seen after which learning rates fall with the inverse square root of time.
    decay_start: int = 5400
    # Adam's: a low first moment keeps a GAN from circling.
    betas: tuple[float, float] = (0.5, 0.9)

    # Weights of the losses. beta weighs KL against the evidence lower bound's 1 (beta-VAE, Higgins et al. 2017).
    beta: float = 3.0
    collage_weight: float = 1.0
    feature_weight: float = 0.1
    adversarial_weight: float = 3.0
    label_weight: float = 1.0

    # Images seen until KL, collages and the adversary are fully there.
    kl_warm_up: int = 2700
    collage_start: int = 1350
    adversary_start: int = 1800
    adversary_warm_up: int = 1800

    # How often a dream is looked at and drawn again, and how far its latent then moves.
    num_looks: int = 2
    insight: float = 0.75

    # Images seen after which the adversary's weight falls as 1 / time and beta grows as its root: an adversary that goes on wins in
    # the end and frays the dreams, and an ever better autoencoder would leave more and more of the prior to nobody.
    settle_start: int = 9000

    # The share of pictures of which some labels are hidden.
    hidden_labels: float = 0.5

    # Averaged weights: how much of the average stays at each step.
    average_decay: float = 0.995

    def __post_init__(self) -> None:
        for name in ("latent_dim", "batch_size", "num_dreams", "kl_warm_up", "adversary_warm_up", "decay_start"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is at least 1")
        if not 0 <= self.average_decay < 1:
            raise ValueError(f"average_decay is {self.average_decay}; it is from 0 to below 1")
        if not 0 <= self.hidden_labels < 1:
            raise ValueError(f"hidden_labels is {self.hidden_labels}; it is from 0 to below 1")
